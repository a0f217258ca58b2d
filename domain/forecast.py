"""What a person would show after a write that is only tried: the timeline as it would be, and what to think about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.history import Layer, Segment, segments, spells
from domain.status import Status
from domain.wishes import clock_changes

#: How much of a status without an end is forecast.
_WITHOUT_END = timedelta(days=31)


class WarningKind(StrEnum):
    """Why somebody may think again."""

    COVERS = "covers"  #: it is shown instead of another status
    COVERED = "covered"  #: another status is shown instead of it
    NEVER_SHOWN = "neverShown"  #: others are shown instead of it all the time
    CLOCKS = "clocks"  #: the clocks skip its start or end, or show it twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:  # noqa: A001 (the field's word)
    """Something to think about: a status, by id, would cover `other` or be covered by it in this time.

    Of clocks, `said` is the sentence, and the time is the moment that is meant.
    """

    kind: WarningKind
    status_id: str
    other: Layer | None
    starts_at: datetime
    ends_at: datetime
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The segments around what a write changes, and warnings about it, in the order of time."""

    segments: tuple[Segment, ...]
    warnings: tuple[Warning, ...]


def forecast(before: Sequence[Status], after: Sequence[Status], now: datetime, zone: str) -> Forecast:
    """Return what a person would show, where `after` differs from `before`: all their statuses of both times.

    `zone` (an IANA name) is that of statuses that name none.
    """
    changed = [status for status in after if status not in before]
    around = [*changed, *(status for status in before if status not in after)]
    if not around:
        return Forecast((), ())
    start = max(now, min(status.in_force_at for status in around))
    end = max(start + timedelta(microseconds=1), *(_end(status, start) for status in around))
    layers = [Layer.of(status) for status in after]
    found = tuple(segments(spells(layers, ()), start, end))
    warnings = [warning for status in changed for warning in _warnings(status.id, found)]
    warnings += [warning for status in changed for warning in _of_clocks(status, status.zone or zone)]
    return Forecast(found, tuple(sorted(warnings, key=lambda warning: warning.starts_at)))


def _of_clocks(status: Status, zone: str) -> Iterator[Warning]:
    for at, said in clock_changes(status.wish, zone):
        yield Warning(
            kind=WarningKind.CLOCKS,
            status_id=status.id,
            other=None,
            starts_at=at,
            ends_at=at,
            said=f"{said}.",
        )


def _end(status: Status, start: datetime) -> datetime:
    return status.ends_at.instant if status.ends_at else max(start, status.in_force_at) + _WITHOUT_END


def _warnings(status_id: str, found: Sequence[Segment]) -> list[Warning]:
    warnings: list[Warning] = []
    theirs = [segment for segment in found if any(layer.id == status_id for layer in segment.layers)]
    for segment in theirs:
        top = segment.layers[0]
        if top.id == status_id:
            warnings += (_warning(WarningKind.COVERS, status_id, layer, segment) for layer in segment.covered)
        else:
            warnings.append(_warning(WarningKind.COVERED, status_id, top, segment))
    if theirs and all(segment.layers[0].id != status_id for segment in theirs):
        whole = Segment(theirs[0].starts_at, theirs[-1].ends_at, ())
        warnings.append(_warning(WarningKind.NEVER_SHOWN, status_id, None, whole))
    return warnings


def _warning(kind: WarningKind, status_id: str, other: Layer | None, segment: Segment) -> Warning:
    return Warning(
        kind=kind,
        status_id=status_id,
        other=other,
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
    )
