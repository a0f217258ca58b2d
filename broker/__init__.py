"""The broker: what is kept in Redis or Valkey (heartbeats, lateness, rate limits). All of it may be lost."""
