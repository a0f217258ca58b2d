"""The door through which time passes."""
