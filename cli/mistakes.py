"""What the person at the terminal can put right."""


class Mistake(Exception):
    """One readable line: what is wrong, where, and what would be right. It ends the command with status 1."""


def of_the_system(error: OSError) -> str:
    """Return in one line what the operating system refused, as it does on a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."
