"""Due transitions: the starts and ends that are due, and the time of the next one."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Executable

from domain.events import EventKind
from domain.timeline import kind_of_start
from domain.window import Window
from store import due_statements
from store.driver import run
from store.due_statements import Statements
from store.engine import read_clock
from store.timelines import REACH

#: The maximum number of transitions in one transaction. Its locks are held for milliseconds, and a larger batch is no
#: faster.
BATCH: Final = 500

#: A worker that was sent for a due moment also serves what falls due within this time after it. So many due moments
#: close together do not need a message each.
SPAN: Final = timedelta(milliseconds=750)

#: The longest that a transaction with locked rows waits for a due moment.
PATIENCE: Final = timedelta(seconds=1)


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


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction carried out and when, and the due moment that follows, if the claim has seen it."""

    transitions: tuple[Transition, ...]
    committed_at: datetime
    following: datetime | None = None


class Due:
    """The due transitions of one transaction."""

    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def next(self, kind: Kind, *, after: datetime | None = None) -> datetime | None:
        """Return the due moment of the earliest transition of this kind, or of the earliest one due after `after`."""
        if after is None:
            return self._moment(self._statements(kind).first)
        return self._moment(self._statements(kind).first_after, {"moment": after})

    def longest_wait(self) -> tuple[Kind, timedelta] | None:
        """Return which due transition has waited longest, and for how long; None if nothing waits."""
        now = self._now()
        waits = {kind: now - due for kind in Kind if (due := self.next(kind)) and due < now}
        return max(waits.items(), key=lambda wait: wait[1], default=None)

    def last(self, kind: Kind, *, by: datetime) -> datetime | None:
        """Return the latest due moment of this kind up to `by`."""
        return self._moment(self._statements(kind).last, {"moment": by})

    def is_more_than(self, kind: Kind, count: int, *, by: datetime) -> bool:
        """Return whether more than `count` transitions of this kind are due by `by`."""
        return bool(self._run(self._statements(kind).beyond, {"moment": by, "at_most": count}))

    def carry_out(self, kind: Kind, *, limit: int, by: datetime | None = None) -> Batch:
        """Carry out at most `limit` due transitions of this kind, earliest first.

        Each is carried out exactly once, even with several workers: rows that another worker has locked are skipped,
        and the event is written in the same transaction. A reserved status comes into force; if its end is due as
        well, it lapses and is deleted. A status in force that is over is deleted, and what it covered shows again.

        If `by` lies ahead, the rows are claimed now. Then the method waits for that moment and writes the events, so
        that little is left to do when it comes.

        Raises:
            ClockWentBack: `by` lies too far ahead, because the clock was set back; roll the transaction back.
        """
        by = by or self._now()
        rows = self._claim(kind, by, limit=limit)
        if not rows:
            return Batch((), by)
        written_at = self._wait_for(by, rows)
        kinds = {row.id: _kind_of(kind, row, by) for row in rows}
        recorded = self._record(kind, kinds, {"moment": by, "reach": by + REACH, "written_at": written_at})
        statements = self._statements(kind)
        self._execute(statements.remove, [id_ for id_ in recorded if kinds[id_] is not EventKind.PROMOTED])
        if kind is Kind.START:
            self._execute(statements.put_back, kinds.keys() - recorded.keys())
        transitions = tuple(
            Transition(row.id, kinds[row.id], recorded[row.id] - _due_at(kind, row))
            for row in rows
            if row.id in recorded
        )
        # What was passed over is due already: then the next moment is that of another look.
        following = rows[0].following if len(recorded) == len(rows) else None
        return Batch(transitions, max(recorded.values(), default=by), following)

    def rehearse(self) -> None:
        """Run every statement on no rows, to prepare them: else the first due status would be milliseconds late."""
        now = self._now()
        nobody = {"status_ids": "[]", "in_hand": "[]"}
        for kind in Kind:
            statements = self._statements(kind)
            self._claim(kind, now, limit=0)
            for record in statements.record.values():
                self._run(record, nobody | {"moment": now, "reach": now + REACH, "written_at": now})
            for statement in (statements.lock_simultaneous, statements.put_back, statements.remove):
                self._run(statement, nobody)

    def _claim(self, kind: Kind, by: datetime, *, limit: int) -> Sequence[Any]:
        """Lock due rows; bring those whose start is due into force, so that only the event is left to do."""
        claimed = self._run(self._statements(kind).claim, {"moment": by, "at_most": limit})
        return sorted(claimed, key=lambda row: (_due_at(kind, row), row.id))

    def _record(
        self, kind: Kind, kinds: dict[str, EventKind], moments: dict[str, datetime | None]
    ) -> dict[str, datetime]:
        """Write the events of these claimed statuses, and return when, by the ids of those that need not wait.

        Between the snapshot and the lock of a claim, another transaction may have given a person an earlier transition.
        And another worker may be carrying out what is due for the person at the same moment: then nobody knows whose
        event comes first. If nobody is, this worker locks it.
        """
        recorded = self._insert(kind, kinds, moments, in_hand=kinds)
        rest = {id_: its_kind for id_, its_kind in kinds.items() if id_ not in recorded}
        # Where another worker was quicker, its event may be later than a time read here: those are tried again.
        if locked := self._execute(self._statements(kind).lock_simultaneous, rest):
            recorded |= self._insert(kind, rest, moments, in_hand={*kinds, *locked})
        return recorded

    def _insert(
        self,
        kind: Kind,
        kinds: dict[str, EventKind],
        moments: dict[str, datetime | None],
        *,
        in_hand: Iterable[str],
    ) -> dict[str, datetime]:
        """Insert the events whose turn it is, and return their times by the ids of their statuses."""
        recorded: dict[str, datetime] = {}
        for its_kind, record in self._statements(kind).record.items():
            if ids := [id_ for id_ in kinds if kinds[id_] is its_kind]:
                said = moments | {"status_ids": _json(ids), "in_hand": _json(in_hand)}
                recorded |= {row.status_id: row.committed_at for row in self._run(record, said)}
        return recorded

    def _execute(self, statement: Executable, ids: Collection[str]) -> Sequence[str]:
        """Run a statement on these statuses, if there are any, and return the ids that it returns."""
        if not ids:
            return ()
        return [row.id for row in self._run(statement, {"status_ids": _json(ids)})]

    def _moment(self, statement: Executable, said: dict[str, Any] | None = None) -> datetime | None:
        """Run a statement that returns at most one moment."""
        found = self._run(statement, said or {})
        return found[0][0] if found else None

    def _run(self, statement: Executable, said: dict[str, Any]) -> Sequence[Any]:
        return run(self._connection, statement, said)

    def _now(self) -> datetime:
        return self._clock(self._connection)

    def _wait_for(self, moment: datetime, claimed: Sequence[Any]) -> datetime | None:
        """Wait for `moment`, and return the time of the events; None if their INSERT reads the database's clock itself.

        It must be the time after the rows were locked, and after what others had written when the INSERT began: then
        the times of a person's events are in their order.
        """
        told = [row.now for row in claimed if row.now is not None]
        if told and self._clock is read_clock:
            _wait_for(moment, now=max(told))
            return None
        return _wait_for(moment, now=self._now())

    def _statements(self, kind: Kind) -> Statements:
        return _STATEMENTS[kind](self._connection.dialect.name)


_STATEMENTS: Final = {Kind.START: due_statements.of_starts, Kind.END: due_statements.of_ends}


def _wait_for(moment: datetime, *, now: datetime) -> datetime:
    """Wait for `moment` and return the time then, computed without reading the store's clock again."""
    if now >= moment:
        return now
    if moment - now > PATIENCE:
        raise ClockWentBack
    asked_at = time.monotonic()
    time.sleep((moment - now).total_seconds())
    return now + timedelta(seconds=time.monotonic() - asked_at)


def _kind_of(kind: Kind, row: Any, by: datetime) -> EventKind:
    if kind is Kind.END:
        return EventKind.DISABLED
    return kind_of_start(Window(row.in_force_at, row.ends_at), by)


def _due_at(kind: Kind, row: Any) -> datetime:
    due_at: datetime = row.in_force_at if kind is Kind.START else row.ends_at
    return due_at


def _json(status_ids: Iterable[str]) -> str:
    """Return ids as one JSON text, which is faster to send than a long list."""
    return json.dumps(list(status_ids))
