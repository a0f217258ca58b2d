"""The requirements files, and which of them a verb needs."""

from pathlib import Path
from typing import Final

from bootstrap.paths import ROOT

_RUNNING: Final = ROOT / "requirements.txt"
_BENCHING: Final = ROOT / "requirements-bench.txt"
_DEVELOPING: Final = ROOT / "requirements-dev.txt"
#: For the verbs that need more than `_RUNNING`.
_OF_VERBS: Final = {"bench": _BENCHING, "check": _DEVELOPING, "test": _DEVELOPING}


def of(verb: str | None) -> Path:
    """Return the requirements file of `verb`."""
    return _OF_VERBS.get(verb or "", _RUNNING)


def included_in(requirements: Path) -> tuple[Path, ...]:
    """Return `requirements` and the files whose requirements it contains, at the same versions."""
    return (_RUNNING,) if requirements == _RUNNING else (_RUNNING, requirements)
