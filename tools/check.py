"""`./presently check`: all checks of the source that need no running service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import typer

from tools.checks import compose, linters, migrations, requirements


@dataclass(frozen=True)
class Check:
    """A check of the source; its complaint is empty if it passes."""

    name: str
    complaint: Callable[[], str]


CHECKS: Final = (
    Check("format", linters.format_),
    Check("lint", linters.lint),
    Check("types", linters.types),
    Check("imports", linters.imports),
    Check("migrations", migrations.complaint),
    Check("compose file", compose.complaint),
    Check("requirements", requirements.complaint),
)


def main() -> None:
    """Run every check, even after one has failed; exit with 1 if any has."""
    has_failed = False
    for check in CHECKS:
        complaint = check.complaint().rstrip()
        print(f"{check.name:<14}{'failed' if complaint else 'ok'}", flush=True)
        if complaint:
            has_failed = True
            print(complaint, flush=True)
    raise typer.Exit(code=int(has_failed))
