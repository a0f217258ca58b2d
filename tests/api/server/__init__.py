"""What the API adds to uvicorn, over real connections."""
