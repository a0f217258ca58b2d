"""Who is away: pure functions of what people show, for many people at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from domain.definitions import BUILT_IN, Definitions
from domain.moments import Moment
from domain.window import Window

#: The icons of profile statuses that mean: not working, and not to be reached. Off work is everybody at night, and on a
#: business trip or in a meeting people work.
_AWAY_ICONS: Final = frozenset({"ABSENCE", "VACATION", "SICK_LEAVE", "LEAVE_OF_ABSENCE", "HALF_DAY"})


def away_statuses(definitions: Definitions) -> frozenset[str]:
    """Return the ids of the profile statuses that mean that somebody is away: by their icons."""
    known = {**BUILT_IN, **definitions}
    return frozenset(one.profile_status_id for one in known.values() if one.icon_type in _AWAY_ICONS)


@dataclass(frozen=True, slots=True)
class Layer:
    """What lists tell of a status: as in `Status`, and whether its auto-reply answers mail."""

    id: str
    profile_status_id: str
    message: str | None
    starts_at: Moment | None
    ends_at: Moment | None
    in_force_at: datetime
    sequence: int
    is_reserved: bool
    replies: bool

    @property
    def window(self) -> Window:
        """Return the window in which the status is in force."""
        return Window(self.in_force_at, self.ends_at.instant if self.ends_at else None)

    def is_in_force(self, moment: datetime, now: datetime) -> bool:
        """Return whether the status is in force at `moment`, as known at `now`.

        A status in force stays in force if the clock is set back, as in `domain.timeline.as_of`.
        """
        if self.ends_at is not None and self.ends_at.instant <= moment:
            return False
        return self.in_force_at <= moment or (not self.is_reserved and moment >= now)


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which to look: from `starts_at` until before `ends_at`, or only at `starts_at` without an end."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What a person shows now, what starts next, and the status whose reply answers their mail now.

    `away_with` is what makes them away in a time that was asked for; `None` if none was.
    """

    is_away: bool
    shown: Layer | None
    next: Layer | None
    out_of_office: Layer | None
    away_with: tuple[Layer, ...] | None = None


def availability(layers: Sequence[Layer], away: frozenset[str], now: datetime) -> Availability:
    """Return what is told of a person with these statuses."""
    in_force = _in_force(layers, now, now)
    ahead = (layer for layer in layers if layer.is_reserved and layer.in_force_at > now)
    return Availability(
        is_away=_is_away(in_force, away),
        shown=in_force[0] if in_force else None,
        next=min(ahead, key=_order, default=None),
        out_of_office=next((layer for layer in in_force if layer.replies), None),
    )


def away_with(layers: Sequence[Layer], away: frozenset[str], span: Span, now: datetime) -> tuple[Layer, ...]:
    """Return the statuses that make a person away at any moment of `span`, as far as is known at `now`.

    They are in the order of their starts, the first `MOST_REASONS`. Without any, the person is not away.
    """
    found: dict[str, Layer] = {}
    for moment in _moments(layers, span):
        found |= {layer.id: layer for layer in _reasons(_in_force(layers, moment, now), away)}
        if len(found) >= MOST_REASONS:
            break
    return tuple(sorted(found.values(), key=_order)[:MOST_REASONS])


#: How many statuses are told of a person who is away.
MOST_REASONS: Final = 10


def _moments(layers: Iterable[Layer], span: Span) -> list[datetime]:
    """Return the moments of `span` at which what a person shows can change, and its start, in their order."""
    if span.ends_at is None:
        return [span.starts_at]
    edges = (edge for layer in layers for edge in (layer.window.starts_at, layer.window.ends_at) if edge)
    return sorted({span.starts_at, *(edge for edge in edges if span.starts_at < edge < span.ends_at)})


def _is_away(in_force: Sequence[Layer], away: frozenset[str]) -> bool:
    """Return whether a person is away: they show it, or their mail is answered automatically."""
    return any(True for _ in _reasons(in_force, away))


def _reasons(in_force: Sequence[Layer], away: frozenset[str]) -> Iterator[Layer]:
    """Yield the statuses that make a person away: the shown one if it says so, and those that answer mail."""
    for place, layer in enumerate(in_force):
        if layer.replies or (place == 0 and layer.profile_status_id in away):
            yield layer


def _in_force(layers: Iterable[Layer], moment: datetime, now: datetime) -> list[Layer]:
    """Return the statuses in force at a moment, the shown one first."""
    return sorted((layer for layer in layers if layer.is_in_force(moment, now)), key=_order, reverse=True)


def _order(layer: Layer) -> tuple[datetime, int]:
    return layer.in_force_at, layer.sequence


#: After every moment.
NEVER: Final = datetime.max.replace(tzinfo=UTC)


def changes_at(layers: Iterable[Layer], now: datetime) -> datetime:
    """Return when the next of these statuses starts or ends; `NEVER` if none does."""
    edges = (edge for layer in layers for edge in (layer.in_force_at, layer.window.ends_at) if edge)
    return min((edge for edge in edges if edge > now), default=NEVER)


@dataclass(frozen=True, slots=True)
class Version:
    """What a domain was like at a moment: its events shortly before, its people, and until when nothing changes."""

    at: datetime
    until: datetime
    events: int
    last_event: int
    directory: str
