"""What the API adds to uvicorn: limits of connections, refusals of malformed HTTP, and a graceful end."""
