"""Authentication: finds out who calls."""
