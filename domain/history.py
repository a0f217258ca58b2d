"""The past of a person's statuses: what was shown is computed from what there is now and the events since.

Every event tells what came and what went. Undone one by one, the newest first, they lead back to any moment that they
reach. Starts and ends need no event for this: they count from their due moment, as in `domain.timeline.as_of`.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from domain.events import EventKind
from domain.moments import Moment
from domain.status import Place, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What a status says at a time, without its mail texts, which can be megabytes.

    The window is that of the status, also where the layer was taken away before its end.
    """

    id: str
    profile_status_id: str
    message: str | None
    starts_at: Moment | None
    ends_at: Moment | None
    answers_mail: bool
    place: Place | None
    #: Who booked it, if that is known.
    client: str | None
    in_force_at: datetime
    sequence: int

    @classmethod
    def of(cls, status: Status) -> "Layer":
        """Return the layer of a status."""
        return cls(
            id=status.id,
            profile_status_id=status.profile_status_id,
            message=status.message,
            starts_at=status.starts_at,
            ends_at=status.ends_at,
            answers_mail=status.is_out_of_office,
            place=status.place,
            client=status.client,
            in_force_at=status.in_force_at,
            sequence=status.sequence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An event as it is stored: the status before and after it, who caused it, and what the person showed then.

    What comes has no `before`, what goes has no `after`. `changed` names the fields of a status that was changed, of
    `CHANGEABLE`; `None` if that is not known, as of events from before their `before` was stored.
    """

    id: int
    kind: EventKind
    person_id: int
    committed_at: datetime
    due_at: datetime | None
    actor: str
    client: str | None
    request_id: str | None
    job: str | None
    before: Layer | None
    after: Layer | None
    changed: frozenset[str] | None
    shown_id: str | None
    shown_profile_status_id: str | None

    @property
    def lateness(self) -> timedelta | None:
        """Return how long after its due moment a start or an end was carried out; `None` for what somebody did."""
        return None if self.due_at is None else self.committed_at - self.due_at

    @property
    def told(self) -> Layer | None:
        """Return the status that the event is about, as it is afterwards if it is still there."""
        return self.after or self.before


def sides(kind: EventKind, layer: Layer, earlier: Layer | None) -> tuple[Layer | None, Layer | None]:
    """Return the status before an event of this kind and after it. `earlier` is what a change replaced, if known."""
    match kind:
        case EventKind.RESERVED | EventKind.PRESENTED:
            return None, layer
        case EventKind.CHANGED:
            return earlier, layer
        case EventKind.PROMOTED:
            return layer, layer
        case _:
            return layer, None


#: The fields whose changes are told. The reply counts as one field.
CHANGEABLE: Final = ("profile_status_id", "message", "starts_at", "ends_at", "auto_reply")


#: The position of an event in a list, newest first: when it was committed, and its id.
Position = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The wanted events of a domain: of this person (by number), actor or job, from `since` on, before `until`."""

    person: int | None = None
    actor: str | None = None
    job: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What there is of a person now, and the events since some moment.

    `known_from` is the moment from which on no event is missing; `None` if none ever was deleted.
    """

    present: tuple[Layer, ...]
    records: tuple[Record, ...]
    known_from: datetime | None


@dataclass(frozen=True, slots=True)
class Spell:
    """The time during which a layer was, is or will be in force; without an end it stays."""

    layer: Layer
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Return whether the layer is in force at `at`."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Segment:
    """A time in which nothing changes: the layer that shows stands first, and those that it covers below it."""

    starts_at: datetime
    ends_at: datetime
    layers: tuple[Layer, ...]

    @property
    def shown(self) -> Layer | None:
        """Return the layer that shows."""
        return self.layers[0] if self.layers else None

    @property
    def covered(self) -> tuple[Layer, ...]:
        """Return the layers that it covers, the uppermost first."""
        return self.layers[1:]


def spells(present: Iterable[Layer], records: Iterable[Record]) -> list[Spell]:
    """Return when each layer was, is or will be in force, by what there is now and the events since some moment.

    For times before the first of these events, the spells mean nothing.
    """
    alive: dict[str, tuple[Layer, datetime | None]] = {layer.id: (layer, None) for layer in present}
    found: list[Spell | None] = []
    for record in sorted(records, key=lambda record: record.id, reverse=True):
        if record.before == record.after:
            continue
        if record.after is not None and record.after.id in alive:
            layer, until = alive.pop(record.after.id)
            found.append(_spell(layer, record.committed_at, until))
        if record.before is not None:
            alive[record.before.id] = (record.before, record.committed_at)
    found += (_spell(layer, layer.in_force_at, until) for layer, until in alive.values())
    return [spell for spell in found if spell is not None]


def _spell(layer: Layer, since: datetime, until: datetime | None) -> Spell | None:
    """Return when a layer that was written at `since` and gone at `until` was in force, if it ever was."""
    starts_at = max(since, layer.in_force_at)
    ends = [moment for moment in (until, layer.ends_at and layer.ends_at.instant) if moment]
    ends_at = min(ends, default=None)
    return None if ends_at is not None and ends_at <= starts_at else Spell(layer, starts_at, ends_at)


def layers_at(spells: Iterable[Spell], at: datetime) -> tuple[Layer, ...]:
    """Return the layers in force at `at`, the shown one first."""
    layers = [spell.layer for spell in spells if spell.holds(at)]
    return tuple(sorted(layers, key=_order, reverse=True))


def segments(spells: Sequence[Spell], start: datetime, end: datetime) -> Iterator[Segment]:
    """Cut the time from `start` until `end` into segments, one where nothing was in force included, earliest first."""
    since, layers = start, layers_at(spells, start)
    in_force = sorted(layers, key=_order)
    for moment, turns in groupby(_turns(spells, start, end), key=lambda turn: turn[0]):
        for _, begins, layer in turns:
            if begins:
                insort(in_force, layer, key=_order)
            else:
                in_force.remove(layer)
        if (after := tuple(reversed(in_force))) != layers:
            yield Segment(since, moment, layers)
            since, layers = moment, after
    yield Segment(since, end, layers)


def page(found: Iterable[Segment], *, limit: int, layers: int) -> tuple[tuple[Segment, ...], bool]:
    """Return the first segments, and whether more follow: at most `limit`, with this many layers, but at least one."""
    first: list[Segment] = []
    for segment in found:
        layers -= len(segment.layers)
        if first and (len(first) == limit or layers < 0):
            return tuple(first), True
        first.append(segment)
    return tuple(first), False


def _turns(spells: Iterable[Spell], start: datetime, end: datetime) -> list[tuple[datetime, bool, Layer]]:
    """Return the starts and ends between `start` and `end` in their order, each with its layer; ends come first."""
    starts = [(spell.starts_at, True, spell.layer) for spell in spells if start < spell.starts_at < end]
    ends = [
        (spell.ends_at, False, spell.layer)
        for spell in spells
        if spell.ends_at is not None and start < spell.ends_at < end
    ]
    return sorted(starts + ends, key=lambda turn: turn[:2])


def _order(layer: Layer) -> tuple[datetime, int]:
    """Order layers as `domain.timeline.as_of` does."""
    return layer.in_force_at, layer.sequence
