"""The HTTP API. It reads and writes the store; it sends no messages to workers."""
