"""Texts of others at a terminal: characters that it would obey, and those that nobody sees, are written out."""


def visible(text: str) -> str:
    """Return `text` in one line, with an escape for what is not printable."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
