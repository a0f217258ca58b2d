"""What ends a start."""


class CannotStart(Exception):
    """What is missing, and what to do about it, in one line."""
