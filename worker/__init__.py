"""The door through which work arrives."""
