"""`./presently check`: all checks of the source that need no running service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import typer

from cli.checks import compose, migrations, requirements, tools


@dataclass(frozen=True)
class Check:
    """A check of the source; its complaint is empty if it passes."""

    name: str
    complaint: Callable[[], str]


CHECKS: Final = (
    Check("format", tools.format_),
    Check("lint", tools.lint),
    Check("types", tools.types),
    Check("imports", tools.imports),
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
