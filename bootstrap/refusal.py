"""The error that ends a start."""


class CannotStart(Exception):
    """One line: what is missing, and how to repair it."""
