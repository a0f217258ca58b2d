"""What the person at the terminal can put right."""


class Mistake(Exception):
    """One readable line: what is wrong, where, and what would be right; the command ends with it and status 1."""
