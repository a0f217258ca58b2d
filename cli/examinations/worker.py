"""The workers: who of those that gave a sign of life answers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from cli.examinations.finding import Finding, Verdict
from config.celery import make_celery
from config.settings import Settings
from store.pulse import WORKER_MAY_BE_SILENT

_PATIENCE: Final = timedelta(seconds=3)
_SIGNED: Final = "worker:"


def examine(settings: Settings, ages: Mapping[str, timedelta]) -> Finding:
    """Return whether the workers answer; `ages` says how long ago each process gave a sign of life."""
    signed = {name.removeprefix(_SIGNED): age for name, age in ages.items() if name.startswith(_SIGNED)}
    if not signed:
        return Finding("worker", Verdict.FAILED, "not seen for ten minutes: start one")
    alive = sorted(name for name, age in signed.items() if age <= WORKER_MAY_BE_SILENT)
    if not alive:
        last = min(signed.values()).total_seconds()
        return Finding("worker", Verdict.FAILED, f"last seen {last:.0f} s ago: start one, or see its log")
    return _judge(alive, _answering(settings, alive))


def _answering(settings: Settings, names: list[str]) -> set[str]:
    with make_celery(settings) as app:
        timeout = _PATIENCE.total_seconds()
        asked = app.control.inspect(destination=names, timeout=timeout, limit=len(names))
        return set(asked.ping() or {})


def _judge(alive: list[str], answering: set[str]) -> Finding:
    silent = ", ".join(name for name in alive if name not in answering)
    if not silent:
        return Finding("worker", Verdict.OK, f"{', '.join(alive)} answered")
    verdict = Verdict.WARNING if answering else Verdict.FAILED
    return Finding("worker", verdict, f"{silent} did not answer within {_PATIENCE.seconds} s: see its log")
