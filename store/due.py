"""Due transitions: the starts and ends that are due, and the time of the next one."""

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

#: The maximum number of transitions in one transaction. Its locks are held for milliseconds, and a larger batch is no
#: faster.
BATCH: Final = 500

#: A worker that was sent for a due moment also serves what falls due within this time after it. So many due moments
#: close together do not need a message each.
SPAN: Final = timedelta(milliseconds=750)

#: The longest that a transaction with locked rows waits for a due moment.
_PATIENCE: Final = timedelta(seconds=1)


#: What has waited for this long after its due moment is neither part of a storm nor of the backlog of an outage.
STUCK: Final = timedelta(minutes=1)


class Kind(StrEnum):
    """The two timed transitions."""

    START = "start"  #: a reserved status comes into force, or lapses
    END = "end"  #: a status in force is over


class ClockWentBack(Exception):
    """The store's clock was set back, so the transition that is being carried out is not due any more."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition that was carried out: the status, the kind of event, and how late it was."""

    status_id: str
    kind: EventKind
    lateness: timedelta


class Due:
    """The due transitions of one transaction."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def next(self, kind: Kind, *, after: datetime | None = None) -> datetime | None:
        """Return the due moment of the earliest transition of this kind, or of the earliest one due after `after`."""
        if after is None:
            return self._connection.execute(self._statements(kind).first).scalar_one_or_none()
        found = self._connection.execute(self._statements(kind).first_after, {"moment": after})
        return found.scalar_one_or_none()

    def longest_wait(self) -> tuple[Kind, timedelta] | None:
        """Return which due transition has waited longest, and for how long; None if nothing waits."""
        now = self._clock()
        waits = {kind: now - due for kind in Kind if (due := self.next(kind)) and due < now}
        return max(waits.items(), key=lambda wait: wait[1], default=None)

    def last(self, kind: Kind, *, by: datetime) -> datetime | None:
        """Return the latest due moment of this kind up to `by`."""
        return self._connection.execute(self._statements(kind).last, {"moment": by}).scalar_one_or_none()

    def is_more_than(self, kind: Kind, count: int, *, by: datetime) -> bool:
        """Return whether more than `count` transitions of this kind are due by `by`."""
        found = self._connection.execute(self._statements(kind).beyond, {"moment": by, "at_most": count})
        return found.first() is not None

    def promote(self, *, limit: int, by: datetime | None = None) -> list[Transition]:
        """Bring at most `limit` reserved statuses into force whose start is due, earliest first.

        Each is promoted exactly once, even with several workers: rows that another worker has locked are skipped, and
        the event is written in the same transaction. A status whose end is due as well lapses and is deleted.

        If `by` lies ahead, the rows are locked and updated now. Then the method waits for that moment and writes the
        events, so that little is left to do when it comes.

        Raises:
            ClockWentBack: `by` lies too far ahead, because the clock was set back; roll the transaction back.
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
        """Delete at most `limit` statuses in force whose end is due, earliest first.

        What they covered shows again. Each ends exactly once, with its event. If `by` lies ahead, the method waits for
        it, as `promote` does.

        Raises:
            ClockWentBack: as in `promote`.
        """
        by = by or self._clock()
        rows = self._claim(Kind.END, by, limit=limit)
        committed_at = self._record(Kind.END, rows, by)
        self._remove(Kind.END, [row.id for row in rows])
        return [Transition(row.id, EventKind.DISABLED, committed_at - row.ends_at) for row in rows]

    def rehearse(self) -> None:
        """Run every statement on no rows, to prepare them: else the first due status would be milliseconds late."""
        now = self._clock()
        nobody = _these([])
        for kind in Kind:
            statements = self._statements(kind)
            self._claim(kind, now, limit=0)
            self._connection.execute(statements.out_of_order, nobody)
            self._connection.execute(statements.begin, nobody)
            self._connection.execute(statements.record, nobody | {"moment": now, "written_at": now})
            self._connection.execute(statements.remove, nobody)

    def _claim(self, kind: Kind, now: datetime, *, limit: int) -> Sequence[Any]:
        """Lock due rows and return those without an earlier due transition of the same person."""
        statements = self._statements(kind)
        rows = self._connection.execute(statements.claim, {"moment": now, "at_most": limit}).all()
        if not rows:
            return rows
        # Between the claim's snapshot and its lock, another transaction may have changed the row and released it.
        passed_by = self._connection.execute(statements.out_of_order, _these([row.id for row in rows]))
        out_of_order = set(passed_by.scalars())
        return [row for row in rows if row.id not in out_of_order]

    def _record(self, kind: Kind, rows: Sequence[Any], by: datetime) -> datetime:
        """Wait for `by`, write the events of these statuses, and return the time of writing."""
        if not rows:
            return by
        committed_at = self._wait_for(by)
        said = {"moment": by, "written_at": committed_at} | _these([row.id for row in rows])
        self._connection.execute(self._statements(kind).record, said)
        return committed_at

    def _wait_for(self, moment: datetime) -> datetime:
        """Wait for `moment` and return the time then, computed without reading the store's clock again."""
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
    """Return the parameter that names these statuses: one JSON text, which is faster to send than a long list."""
    return {"status_ids": json.dumps(status_ids)}
