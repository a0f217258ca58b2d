"""The URLs of the icons."""

from domain.definitions import Definition


def icon_url(one: Definition, root_url: str) -> str:
    """Return the URL of the icon of a definition."""
    return f"{root_url}/icons/{one.icon_type}.svg"
