"""Examines the workers: their heartbeats, and whether they answer a ping."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from kombu.exceptions import KombuError
from redis import RedisError

from broker.heartbeats import WORKER_MAY_BE_SILENT
from cli.examinations.finding import Finding, Verdict
from config.celery import make_celery
from config.settings import Settings

_TIMEOUT: Final = timedelta(seconds=3)
_SIGNED: Final = "worker:"


def examine(settings: Settings, ages: Mapping[str, timedelta]) -> Finding:
    """Check that the workers answer; `ages` holds the age of each process's last heartbeat."""
    signed = {name.removeprefix(_SIGNED): age for name, age in ages.items() if name.startswith(_SIGNED)}
    if not signed:
        return Finding("worker", Verdict.FAILED, "not seen for ten minutes: start one")
    alive = sorted(name for name, age in signed.items() if age <= WORKER_MAY_BE_SILENT)
    if not alive:
        last = min(signed.values()).total_seconds()
        return Finding("worker", Verdict.FAILED, f"last seen {last:.0f} s ago: start one, or read its log")
    try:
        answering = _answering(settings, alive)
    except (KombuError, RedisError, OSError) as error:
        # The broker accepted writes a moment ago: its disk may just have become full.
        reason = " ".join(str(error).split())
        return Finding("worker", Verdict.FAILED, f"the broker does not pass on the question: {reason}")
    return judge(alive, answering, {name: signed[name] for name in signed if name not in alive})


def _answering(settings: Settings, names: list[str]) -> set[str]:
    with make_celery(settings) as app:
        timeout = _TIMEOUT.total_seconds()
        asked = app.control.inspect(destination=names, timeout=timeout, limit=len(names))
        return set(asked.ping() or {})


def judge(alive: Sequence[str], answering: Collection[str], gone: Mapping[str, timedelta]) -> Finding:
    """Judge the workers: those `alive` by their heartbeats, those `answering`, and those `gone`, with their silence."""
    silent = [name for name in alive if name not in answering]
    complaints = []
    if silent:
        complaints.append(f"{', '.join(silent)} did not answer within {_TIMEOUT.seconds} s: read its log")
    complaints += (
        f"{name} was last seen {age.total_seconds():.0f} s ago: start it, or read its log; "
        "if it was removed on purpose, this line goes away ten minutes after it was last seen"
        for name, age in sorted(gone.items())
    )
    if not complaints:
        return Finding("worker", Verdict.OK, f"{', '.join(alive)} answered")
    if not answering:
        return Finding("worker", Verdict.FAILED, "; ".join(complaints))
    answered = ", ".join(name for name in alive if name in answering)
    return Finding("worker", Verdict.WARNING, f"{answered} answered; {'; '.join(complaints)}")
