"""The door through which other systems call in. It writes down; it never sends."""
