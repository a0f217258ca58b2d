"""The files of requirements, and which of them a verb needs."""

from pathlib import Path
from typing import Final

from bootstrap.places import ROOT

_RUNNING: Final = ROOT / "requirements.txt"
_BENCHING: Final = ROOT / "requirements-bench.txt"
_DEVELOPING: Final = ROOT / "requirements-dev.txt"
#: Each holds everything of those before it, at the same versions.
_ALL: Final = (_RUNNING, _BENCHING, _DEVELOPING)
#: What a verb needs that needs more than `_RUNNING`.
_OF_VERBS: Final = {"bench": _BENCHING, "check": _DEVELOPING, "test": _DEVELOPING}


def of(verb: str | None) -> Path:
    """Return the file with what `verb` needs."""
    return _OF_VERBS.get(verb or "", _RUNNING)


def held_by(requirements: Path) -> tuple[Path, ...]:
    """Return every file whose requirements are met once those of `requirements` are."""
    return _ALL[: _ALL.index(requirements) + 1]
