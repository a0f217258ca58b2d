"""What the person at the terminal can put right."""


class Mistake(Exception):
    """One readable line: what is wrong, where, and what would be right. It ends the command with status 1."""
