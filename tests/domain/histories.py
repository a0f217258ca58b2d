"""Random histories of a person with the events that they leave, and what was stored after each step."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from domain.changes import Change
from domain.events import TIME, Event
from domain.history import Layer, Record, sides
from domain.refusals import Refusal
from domain.status import Status
from domain.timeline import as_of, settle
from tests.builders import NINE
from tests.domain.strategies import NOTHING, Write, spans, writes

#: What a step does: a write, or the workers' carrying out of what is due.
Step = Write | None

#: Steps, each with the time since the one before.
steps: Final = st.lists(st.tuples(spans, writes | st.none()), max_size=8)


@dataclass
class Diary:
    """A person's life, step by step: what was stored when, and the records of the events."""

    now: datetime = NINE
    stored: list[tuple[datetime, tuple[Status, ...]]] = field(default_factory=lambda: [(NINE, ())])
    records: list[Record] = field(default_factory=list)

    def live(self, life: Sequence[tuple[timedelta, Step]]) -> "Diary":
        """Live these steps; a refused write changes nothing, and carries out nothing."""
        kept = NOTHING
        for span, step in life:
            self.now += span
            settlement = settle(kept.statuses, self.now)
            settled = replace(kept, statuses=settlement.statuses)
            try:
                after = settled if step is None else step(settled, self.now)
            except Refusal:
                continue
            change = Change(at=self.now, stored=kept.statuses, settlement=settlement, after=after.statuses)
            self._record(settlement.events, TIME.name)
            self._record((*change.going, *change.coming), "somebody")
            self.stored.append((self.now, after.statuses))
            kept = after
        return self

    @property
    def present(self) -> list[Layer]:
        """Return the layers of what is stored now."""
        return [Layer.of(status) for status in self.stored[-1][1]]

    def shown_at(self, at: datetime) -> tuple[Layer, ...]:
        """Return the layers that a reader was shown at `at`, the shown one first."""
        moments = [moment for moment, _ in self.stored]
        _, statuses = self.stored[max(0, bisect_right(moments, at) - 1)]
        return tuple(Layer.of(status) for status in as_of(statuses, at).in_force)

    def since(self, at: datetime) -> list[Record]:
        """Return the records of what was committed after `at`."""
        return [record for record in self.records if record.committed_at > at]

    def _record(self, events: Iterable[Event], actor: str) -> None:
        for event in events:
            self.records.append(a_record(event, id=len(self.records) + 1, at=self.now, actor=actor))


def a_record(event: Event, *, id: int = 1, at: datetime = NINE, actor: str = "somebody") -> Record:  # noqa: A002 (the field's name)
    """Return an event as it is stored."""
    layer = Layer.of(event.status) if event.status else None
    earlier = Layer.of(event.before) if event.before else None
    before, after = sides(event.kind, layer, earlier) if layer else (None, None)
    return Record(
        id=id,
        kind=event.kind,
        person_id=1,
        committed_at=at,
        due_at=event.due_at,
        actor=actor,
        client=None,
        request_id=None,
        job=None,
        before=before,
        after=after,
        changed=None,
        shown_id=None,
        shown_profile_status_id=None,
    )
