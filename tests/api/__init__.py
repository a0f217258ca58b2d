"""The door of the API, through which both dialects come in."""
