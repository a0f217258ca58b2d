"""The HTTP API. It reads and writes the store; it sends nothing to beat or a worker."""
