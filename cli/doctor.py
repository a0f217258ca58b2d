"""`./presently doctor`: checks the parts of a deployment directly, not through its API."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from cli.environment import read_settings
from cli.examinations import broker, disk, pooler, signing_key, sqlite, store, time_zones
from cli.examinations.finding import Finding, Verdict
from config.settings import Settings


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Examine everything, even after something has failed; exit with 1 if anything has."""
    found = []
    for finding in _examine(read_settings()):
        found.append(finding)
        if not as_json:
            print(f"{finding.name:<13}{finding.verdict:<9}{finding.said}", flush=True)
    if as_json:
        print(json.dumps([asdict(finding) for finding in found], indent=2, ensure_ascii=False))
    raise typer.Exit(code=int(any(finding.verdict is Verdict.FAILED for finding in found)))


def _examine(settings: Settings) -> Iterator[Finding]:
    yield from store.examine(settings)
    yield from pooler.examine(settings)
    yield from sqlite.examine(settings)
    yield from broker.examine(settings)
    yield signing_key.examine(settings)
    yield time_zones.examine()
    yield from disk.examine(settings)
