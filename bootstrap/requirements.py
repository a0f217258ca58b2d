"""The requirements files, and which of them a verb needs."""

from pathlib import Path
from typing import Final

from bootstrap.paths import ROOT

_RUNNING: Final = ROOT / "requirements.txt"
_BENCHING: Final = ROOT / "requirements-bench.txt"
_DEVELOPING: Final = ROOT / "requirements-dev.txt"
#: Each contains the requirements of those before it, at the same versions.
_ALL: Final = (_RUNNING, _BENCHING, _DEVELOPING)
#: For the verbs that need more than `_RUNNING`.
_OF_VERBS: Final = {"bench": _BENCHING, "check": _DEVELOPING, "test": _DEVELOPING}


def of(verb: str | None) -> Path:
    """Return the requirements file of `verb`."""
    return _OF_VERBS.get(verb or "", _RUNNING)


def held_by(requirements: Path) -> tuple[Path, ...]:
    """Return `requirements` and the files whose requirements it contains."""
    return _ALL[: _ALL.index(requirements) + 1]
