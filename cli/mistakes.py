"""Errors that the person at the terminal can correct."""


class Mistake(Exception):
    """One readable line: what is wrong, where, and how to correct it. It ends the command with status 1."""


def of_the_system(error: OSError) -> str:
    """Describe in one line an error of the operating system, such as a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."
