"""The Celery tasks, one thin function each."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from broker.connection import BrokerUnreachable
from config.settings import Settings
from config.tasks import CARRY_ON, DISABLE_DUE, FOLLOW_ZONES, FORGET_EXPIRED, FORGET_OLD, PROMOTE_DUE
from domain.events import EventKind
from domain.plans import Limits
from services import change_progress, housekeeping, time_zones
from store.due import Kind
from worker.app import app
from worker.connections import broker, store
from worker.drain import Drained, drain, report
from worker.outages import Outages, StoreFails

_log: Final = structlog.get_logger("presently.worker")

#: The maximum number of rows deleted in one transaction, to keep locks short.
_FORGET_AT_ONCE: Final = 1000

#: After this time the rest is left to the next message.
_FORGET_FOR: Final = timedelta(seconds=10)

#: The same for windows that follow their zones. Starts and ends wait for a free process no longer than this.
_FOLLOW_FOR: Final = timedelta(milliseconds=100)

#: The same for changes of many people's plans.
_CARRY_ON_FOR: Final = timedelta(seconds=1)

#: Celery counts these as failures of the task, and logs no traceback.
_EXPECTED: Final = (StoreFails,)

_outages: Final = Outages()


@app.task(name=PROMOTE_DUE, throws=_EXPECTED)
def promote_due(due_at: str) -> dict[str, Any]:
    """Bring the reserved statuses into force whose start is due now or at `due_at` (ISO 8601)."""
    return _carry_out(Kind.START, due_at, EventKind.PROMOTED, send_again=promote_due.delay)


@app.task(name=DISABLE_DUE, throws=_EXPECTED)
def disable_due(due_at: str) -> dict[str, Any]:
    """End the statuses in force whose end is due now or at `due_at` (ISO 8601)."""
    return _carry_out(Kind.END, due_at, EventKind.DISABLED, send_again=disable_due.delay)


@app.task(name=FORGET_OLD, throws=_EXPECTED)
def forget_old() -> dict[str, int]:
    """Delete events older than the retention time, for at most ten seconds."""
    retention = Settings().event_retention
    return _forget(partial(housekeeping.forget_old_events, store(), retention))


@app.task(name=FORGET_EXPIRED, throws=_EXPECTED)
def forget_expired() -> dict[str, int]:
    """Delete expired tokens, old bookings, old changes and kept answers, for at most ten seconds each."""
    deletions = (
        housekeeping.forget_expired_tokens,
        housekeeping.forget_old_bookings,
        housekeeping.forget_old_changes,
        housekeeping.forget_kept_answers,
    )
    return {"forgotten": sum(_forget(partial(batch, store()))["forgotten"] for batch in deletions)}


@app.task(name=CARRY_ON, throws=_EXPECTED)
def carry_on() -> dict[str, int]:
    """Carry on the changes of many people's plans, for at most a second; another message goes on with the rest."""
    settings = Settings()
    limits = Limits(ahead=settings.plan_ahead, largest_reply=settings.largest_reply)
    with _outages.logged():
        stop_at = time.monotonic() + _CARRY_ON_FOR.total_seconds()
        is_done = change_progress.carry_on_all(store(), limits=limits, stop_at=stop_at)
    _outages.record_write()
    if not is_done:
        carry_on.delay()
    return {"unfinished": 0 if is_done else 1}


@app.task(name=FOLLOW_ZONES, throws=_EXPECTED)
def follow_zones() -> dict[str, int]:
    """Move statuses whose zones have new rules, for a tenth of a second; another message goes on with the rest."""
    moved = 0
    with _outages.logged():
        changed = time_zones.outdated(store())
    turn_ends = time.monotonic() + _FOLLOW_FOR.total_seconds()
    for scope, fingerprint in changed:
        while time.monotonic() < turn_ends:
            with _outages.logged():
                of_batch = time_zones.follow(store(), scope, fingerprint)
            if of_batch is None:
                break
            moved += of_batch
        else:
            follow_zones.delay()
            break
    if moved:
        _outages.record_write()
        _log.info("Statuses follow the new rules of their time zones.", moved=moved)
    return {"moved": moved}


def _forget(batch: Callable[..., int]) -> dict[str, int]:
    """Delete batch after batch until nothing is left or the time is over."""
    forgotten = 0
    turn_ends = time.monotonic() + _FORGET_FOR.total_seconds()
    while time.monotonic() < turn_ends:
        with _outages.logged():
            deleted = batch(limit=_FORGET_AT_ONCE)
        _outages.record_write()
        forgotten += deleted
        if deleted < _FORGET_AT_ONCE:
            break
    return {"forgotten": forgotten}


def _carry_out(
    kind: Kind, due_at: str, done_as: EventKind, *, send_again: Callable[..., object]
) -> dict[str, Any]:
    """Drain due transitions and return the figures; send a new message if the turn ended before all was done."""
    with _outages.logged():
        drained = drain(store(), kind, datetime.fromisoformat(due_at))
    figures = _record(drained, done_as)
    if drained.is_unfinished:
        send_again(due_at=due_at)
    return figures


def _record(drained: Drained, done_as: EventKind) -> dict[str, Any]:
    """Log and count what a drain did, and return the figures."""
    figures = report(drained, done_as=done_as)
    if drained.transitions:
        _outages.record_write()
        counts = {key: figure for key, figure in figures.items() if key != "ids"}
        _log.info("Carried out what was due.", **counts)
        try:
            broker().lateness.count((each.kind, each.lateness) for each in drained.transitions)
        except BrokerUnreachable:
            _log.warning("The broker cannot be reached; the metrics miss these.", **counts)
    return figures
