"""Suggests the path that somebody probably meant, for one that does not exist."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Final

_PARAMETER: Final = re.compile(r"\{[^}]*\}")

#: Longer paths are not compared.
_LONGEST: Final = 300


def nearest(path: str, known: Iterable[str]) -> str | None:
    """Return the path nearest to `path` among those with parameters, such as `/people/{ref}`; what these name is kept.

    Parts that differ must be similar: a slash too many at the end, or a letter or an ending that is wrong.
    """
    if len(path) > _LONGEST or not path.isprintable():
        return None
    parts = path.strip("/").split("/")
    meant = {"/" + "/".join(like) for one in known if (like := _like(parts, one.strip("/").split("/")))}
    return max(meant - {path}, key=lambda one: SequenceMatcher(None, one, path).ratio(), default=None)


def _like(parts: list[str], known: list[str]) -> list[str] | None:
    if len(parts) != len(known):
        return None
    found = [_part(part, one) for part, one in zip(parts, known, strict=True)]
    return None if None in found else [part for part in found if part is not None]


def _part(part: str, known: str) -> str | None:
    """Return what is meant by a part of a path: the known one, or for a parameter what is said, with its ending."""
    if "{" not in known:
        return known if get_close_matches(part, [known], n=1) else None
    ending = _PARAMETER.sub("", known)  # such as `:end`
    if not ending:
        return part
    said, _, end = part.rpartition(ending[0])
    return f"{said}{ending}" if said and get_close_matches(end, [ending[1:]], n=1) else None
