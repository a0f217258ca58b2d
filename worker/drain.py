"""Carrying out what is due, in batches: from the moment at which it is due until nothing is left."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain.events import EventKind
from store.due import BATCH, SPAN, ClockWentBack, Kind, Transition
from store.store import Session, Store

#: After this long a drain hands over to a new message, so that other tasks get their turn.
TURN: Final = timedelta(seconds=1)

#: How soon a row is tried again that is due, but held by somebody else or waiting for an earlier one of its person.
_TRY_AGAIN: Final = timedelta(milliseconds=2)

#: How long before its moment a transition is taken in hand, where no other writer waits for that: all that is left to
#: do then is the event and the commit. Finding and locking takes 1 to 2 ms.
_AHEAD: Final = timedelta(milliseconds=10)

#: The longest between two looks, for what is written meanwhile and due earlier than what is waited for.
_LOOK_AGAIN: Final = timedelta(milliseconds=50)

_IDS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Drained:
    """What one drain carried out, and whether its turn was over before it was through."""

    transitions: tuple[Transition, ...]
    is_unfinished: bool


def drain(store: Store, kind: Kind, due_at: datetime) -> Drained:
    """Carry out what is due at `due_at` and shortly after, waiting for it; by the store's clock alone.

    A row that stays held all that time is left to beat, which sends another worker for it.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the store cannot be reached; what was carried out so far stays.
    """
    done: list[Transition] = []
    turn_ends = time.monotonic() + TURN.total_seconds()
    with store.session() as session:
        now, due = _look(session, kind)
        until = min(max(due_at, now) + SPAN, now + TURN)
        while due is not None and due <= until:
            if time.monotonic() > turn_ends:
                return Drained(tuple(done), is_unfinished=True)
            pause = due - now
            if pause > _AHEAD:
                _sleep(min(pause - _AHEAD, _LOOK_AGAIN))
            else:
                if session.writes_alone:
                    _sleep(pause)
                now = max(due, now)
                batch = _carry_out(session, kind, by=now)
                done += batch
                if len(batch) == BATCH:
                    continue  # more is due by the same moment
                if not batch and now > until:
                    break
                if not batch:
                    _sleep(max(pause, _TRY_AGAIN))
            now, due = _look(session, kind)
    return Drained(tuple(done), is_unfinished=False)


def report(drained: Drained, *, done_as: EventKind) -> dict[str, Any]:
    """Return what operators see in Flower: how many, the worst lateness in milliseconds, and the first few ids."""
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


def _look(session: Session, kind: Kind) -> tuple[datetime, datetime | None]:
    with session.reading() as transaction:
        return transaction.now(), transaction.due.next(kind)


def _carry_out(session: Session, kind: Kind, by: datetime) -> list[Transition]:
    with suppress(ClockWentBack), session.writing() as transaction:
        if kind is Kind.START:
            return transaction.due.promote(limit=BATCH, by=by)
        return transaction.due.disable(limit=BATCH, by=by)
    return []


def _sleep(pause: timedelta) -> None:
    time.sleep(max(pause.total_seconds(), 0))
