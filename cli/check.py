"""`./presently check`: everything that can be said about the source without running the service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import typer

from cli.checks import compose, migrations, requirements, tools


@dataclass(frozen=True)
class Check:
    """Something to ask of the source, and its complaint: empty when all is well."""

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
    """Run every check, also after one has failed, and exit with 1 if any has."""
    has_failed = False
    for check in CHECKS:
        complaint = check.complaint().rstrip()
        print(f"{check.name:<14}{'failed' if complaint else 'ok'}", flush=True)
        if complaint:
            has_failed = True
            print(complaint, flush=True)
    raise typer.Exit(code=int(has_failed))
