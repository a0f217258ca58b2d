"""Carrying out due transitions in batches, from their due moment until none is left."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from domain.events import EventKind
from store.due import BATCH, SPAN, Batch, ClockWentBack, Kind, Transition
from store.store import Session, Store

_log: Final = structlog.get_logger("presently.worker")

#: After this time a drain ends and a new message continues it, so that other tasks can run.
TURN: Final = timedelta(seconds=1)

#: How soon a due row is tried again that is locked, or waits for an earlier transition of its person.
RETRY: Final = timedelta(milliseconds=2)

#: How long before its due moment a transition is locked and prepared, if that blocks no other writer. Then only the
#: event and the commit are left to do. Finding and locking takes 1 to 2 ms.
AHEAD: Final = timedelta(milliseconds=10)

#: The longest time between two polls, for statuses that are written meanwhile and due earlier.
POLL_INTERVAL: Final = timedelta(milliseconds=50)

_IDS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Drained:
    """The transitions that one drain carried out, and whether its turn ended before it was finished."""

    transitions: tuple[Transition, ...]
    is_unfinished: bool


def drain(store: Store, kind: Kind, due_at: datetime) -> Drained:
    """Carry out what is due at `due_at` and shortly after; wait for it if necessary, by the store's clock.

    A row that stays locked all that time is left to beat, which sends another message for it.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the store cannot be reached; finished batches stay committed.
    """
    done: list[Transition] = []
    turn_ends = time.monotonic() + TURN.total_seconds()
    with store.session() as session:
        now, due = _next_due(session, kind)
        until = min(max(due_at, now) + SPAN, now + TURN)
        while due is not None and due <= until:
            if time.monotonic() > turn_ends:
                return Drained(tuple(done), is_unfinished=True)
            pause = due - now
            if pause > AHEAD:
                _sleep(min(pause - AHEAD, POLL_INTERVAL))
            else:
                if session.writes_alone:
                    _sleep(pause)
                now = max(due, now)
                batch = _carry_out(session, kind, by=now)
                done += batch.transitions
                if len(batch.transitions) == BATCH:
                    continue  # more is due by the same moment
                if not batch.transitions and now > until:
                    break
                if not batch.transitions:
                    _sleep(max(pause, RETRY))
                elif batch.following is not None and batch.following - batch.committed_at <= AHEAD:
                    now, due = batch.committed_at, batch.following
                    continue
            now, due = _next_due(session, kind)
    return Drained(tuple(done), is_unfinished=False)


def report(drained: Drained, *, done_as: EventKind) -> dict[str, Any]:
    """Return the result for Flower: counts, the worst lateness in milliseconds, and the first few ids."""
    transitions = drained.transitions
    usual = [transition for transition in transitions if transition.kind is done_as]
    figures: dict[str, Any] = {done_as.value.lower(): len(usual)}
    if len(usual) < len(transitions):
        figures[EventKind.LAPSED.value.lower()] = len(transitions) - len(usual)
    if transitions:
        latest = max(transition.lateness for transition in transitions)
        figures["latest_ms"] = round(latest / timedelta(milliseconds=1), 1)
        figures["ids"] = [transition.status_id for transition in transitions[:_IDS_SHOWN]]
    return figures


def _next_due(session: Session, kind: Kind) -> tuple[datetime, datetime | None]:
    with session.reading() as transaction:
        return transaction.now(), transaction.due.next(kind)


def _carry_out(session: Session, kind: Kind, by: datetime) -> Batch:
    try:
        with session.writing() as transaction:
            return transaction.due.carry_out(kind, limit=BATCH, by=by)
    except ClockWentBack:
        _log.warning(
            "The store's clock was set back; what is due waits until the clock is there again.",
            due=by.isoformat(),
        )
        return Batch((), by)


def _sleep(pause: timedelta) -> None:
    time.sleep(max(pause.total_seconds(), 0))
