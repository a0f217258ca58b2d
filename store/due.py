"""What time has to do: the starts and ends that have come, and when the next one comes."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from domain.events import EventKind
from store import due_statements
from store.due_statements import Statements

#: How many transitions are carried out in one transaction: its locks are held for milliseconds, and from here on a
#: larger batch is no faster.
BATCH: Final = 500

#: What falls due this long after the moment that a worker was sent for is served by that worker, too. So a dense
#: stream of due moments does not cost a message each.
SPAN: Final = timedelta(milliseconds=750)

#: Nobody is kept waiting for longer than this by what is taken in hand ahead.
_PATIENCE: Final = timedelta(seconds=1)


class Kind(StrEnum):
    """The two timed transitions."""

    START = "start"  #: a reserved status comes into force, or lapses
    END = "end"  #: a status in force is over


class ClockWentBack(Exception):
    """The store's clock was set back while a transition was in hand, which is not due any more."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition that was made: of which status, what became of it, and how much later than it was due."""

    status_id: str
    kind: EventKind
    lateness: timedelta


class Due:
    """The due transitions of one transaction."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def next(self, kind: Kind, *, after: datetime | None = None) -> datetime | None:
        """Return when the earliest transition of this kind is or was due, of those due later than `after`."""
        if after is None:
            return self._connection.execute(self._statements(kind).first).scalar_one_or_none()
        found = self._connection.execute(self._statements(kind).first_after, {"moment": after})
        return found.scalar_one_or_none()

    def last(self, kind: Kind, *, by: datetime) -> datetime | None:
        """Return when the latest transition of this kind is or was due, of those due by this moment."""
        return self._connection.execute(self._statements(kind).last, {"moment": by}).scalar_one_or_none()

    def is_more_than(self, kind: Kind, count: int, *, by: datetime) -> bool:
        """Return whether more than `count` transitions of this kind are due by this moment."""
        found = self._connection.execute(self._statements(kind).beyond, {"moment": by, "at_most": count})
        return found.first() is not None

    def promote(self, *, limit: int, by: datetime | None = None) -> list[Transition]:
        """Make at most `limit` reserved statuses present whose start has come, earliest first.

        Each is promoted exactly once, whoever else is at it: rows another worker holds are passed over, and the
        event is written in the same transaction. One whose end has come as well was never in force, and goes.

        What is due by a moment that lies ahead is taken in hand now, and told of when that moment has come, which is
        waited for: then there is little left to do.

        Raises:
            ClockWentBack: that moment is far ahead all at once; nothing of this may be committed.
        """
        by = by or self._clock()
        rows = self._claim(Kind.START, by, limit=limit)
        over = {row.id for row in rows if row.ends_at is not None and row.ends_at <= by}
        if begun := [row.id for row in rows if row.id not in over]:
            self._connection.execute(self._statements(Kind.START).begin, _these(begun))
        committed_at = self._record(Kind.START, rows, by)
        self._remove(Kind.START, list(over))
        return [
            Transition(
                row.id,
                EventKind.LAPSED if row.id in over else EventKind.PROMOTED,
                committed_at - row.in_force_at,
            )
            for row in rows
        ]

    def disable(self, *, limit: int, by: datetime | None = None) -> list[Transition]:
        """Take away at most `limit` statuses in force whose end has come, earliest first.

        What they covered shows again. Each ends exactly once, with its event, and a moment that lies ahead is waited
        for, as in `promote`.

        Raises:
            ClockWentBack: as in `promote`.
        """
        by = by or self._clock()
        rows = self._claim(Kind.END, by, limit=limit)
        committed_at = self._record(Kind.END, rows, by)
        self._remove(Kind.END, [row.id for row in rows])
        return [Transition(row.id, EventKind.DISABLED, committed_at - row.ends_at) for row in rows]

    def rehearse(self) -> None:
        """Run every statement on nothing: the first due status would wait milliseconds for them to be prepared."""
        now = self._clock()
        nobody = _these([])
        for kind in Kind:
            statements = self._statements(kind)
            self._claim(kind, now, limit=0)
            self._connection.execute(statements.out_of_turn, nobody)
            self._connection.execute(statements.begin, nobody)
            self._connection.execute(statements.record, nobody | {"moment": now, "written_at": now})
            self._connection.execute(statements.remove, nobody)

    def _claim(self, kind: Kind, now: datetime, *, limit: int) -> Sequence[Any]:
        """Return rows that nobody else changes until this transaction ends, and whose turn it is."""
        statements = self._statements(kind)
        rows = self._connection.execute(statements.claim, {"moment": now, "at_most": limit}).all()
        if not rows:
            return rows
        # Who held a row may have written, and let go of it, between the claim's look at the table and its lock.
        passed_by = self._connection.execute(statements.out_of_turn, _these([row.id for row in rows]))
        out_of_turn = set(passed_by.scalars())
        return [row for row in rows if row.id not in out_of_turn]

    def _record(self, kind: Kind, rows: Sequence[Any], by: datetime) -> datetime:
        """Return when the events of these statuses were written, which is when this moment has come."""
        if not rows:
            return by
        committed_at = self._wait_for(by)
        said = {"moment": by, "written_at": committed_at} | _these([row.id for row in rows])
        self._connection.execute(self._statements(kind).record, said)
        return committed_at

    def _wait_for(self, moment: datetime) -> datetime:
        """Return what the clock says at `moment`, or now if that is past; it is not asked again after the wait."""
        now = self._clock()
        if now >= moment:
            return now
        if moment - now > _PATIENCE:
            raise ClockWentBack
        asked_at = time.monotonic()
        time.sleep((moment - now).total_seconds())
        return now + timedelta(seconds=time.monotonic() - asked_at)

    def _remove(self, kind: Kind, status_ids: list[str]) -> None:
        if status_ids:
            self._connection.execute(self._statements(kind).remove, _these(status_ids))

    def _statements(self, kind: Kind) -> Statements:
        return _STATEMENTS[kind](self._connection.dialect.name)


_STATEMENTS: Final = {Kind.START: due_statements.of_starts, Kind.END: due_statements.of_ends}


def _these(status_ids: Sequence[str]) -> dict[str, str]:
    """Return what names these statuses to a statement: one text, which is quicker told than a list of many."""
    return {"status_ids": json.dumps(status_ids)}
