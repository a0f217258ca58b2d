"""Maps timelines and changes to the bodies of this dialect."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from api.v1.cursors import cursor, instant, moment_and_place, moment_cursor, position, whole_number
from api.v1.history_schemas import (
    AuditAnswer,
    AuditedChange,
    ChangeAnswer,
    ConcernedPerson,
    HistoryAnswer,
    LayerAnswer,
    MomentAnswer,
    SegmentAnswer,
    ShownAfter,
    TimelineAnswer,
)
from domain.definitions import Definitions, name_of
from domain.history import CHANGEABLE, Layer, Position, Segment
from domain.moments import in_zone
from services.history import Entry, Page, ShownAt, Timeline

#: The names of the lists in their cursors.
_TIMELINE: Final = "timeline"
_EVENTS: Final = "events"

#: The names of `CHANGEABLE`.
_CHANGED: Final = dict(zip(CHANGEABLE, ("status", "message", "startsAt", "endsAt", "autoReply"), strict=True))


def timeline(found: Timeline) -> TimelineAnswer:
    """Build the response body for segments."""
    return TimelineAnswer(
        knownFrom=written(found.known_from, found.zone),
        segments=segments(found.segments, found.definitions, found.zone),
        next=next_moment(found),
    )


def segments(found: Sequence[Segment], definitions: Definitions, zone: str) -> list[SegmentAnswer]:
    """Build the bodies of segments."""
    layer = _layers(definitions, zone)
    return [_segment(segment, layer, zone) for segment in found]


def moment(found: ShownAt) -> MomentAnswer:
    """Build the response body for what is shown at a moment."""
    layer = _layers(found.definitions, found.zone)
    shown, *covered = map(layer, found.layers) if found.layers else [None]
    return MomentAnswer(
        at=written(found.at, found.zone), shown=shown, covered=[one for one in covered if one is not None]
    )


def history(page: Page) -> HistoryAnswer:
    """Build the response body for the changes of a person."""
    changes = [ChangeAnswer(**_change(entry, page)) for entry in page.entries]
    return HistoryAnswer(changes=changes, next=next_event(page.next_before))


def audit(page: Page) -> AuditAnswer:
    """Build the response body for the changes of a domain."""
    return AuditAnswer(
        changes=[audited(entry, page) for entry in page.entries], next=next_event(page.next_before)
    )


def audited(entry: Entry, page: Page) -> AuditedChange:
    """Build a change with its person."""
    person = ConcernedPerson(number=entry.record.person_id, email=entry.email, name=entry.name)
    return AuditedChange(person=person, **_change(entry, page))


def next_moment(found: Timeline) -> str | None:
    """Return the cursor of the next page of segments."""
    return cursor(_TIMELINE, found.next_from.isoformat()) if found.next_from else None


def moment_of(after: str | None) -> datetime | None:
    """Return the moment of a cursor.

    Raises:
        NotACursor: it is not a cursor of a timeline.
    """
    text = position(_TIMELINE, after)
    return None if text is None else instant(text)


def next_event(last: Position | None) -> str | None:
    """Return the cursor of the next page of changes."""
    return moment_cursor(_EVENTS, *last) if last else None


def event_of(after: str | None) -> Position | None:
    """Return the position of a cursor.

    Raises:
        NotACursor: it is not a cursor of changes.
    """
    at = moment_and_place(_EVENTS, after)
    return None if at is None else (at[0], whole_number(at[1]))


def written(moment: datetime, zone: str) -> str:
    """Write a moment with the offset of the zone."""
    return in_zone(moment, zone).isoformat()


def _written_if_any(moment: datetime | None, zone: str) -> str | None:
    return None if moment is None else written(moment, zone)


def _segment(segment: Segment, layer: Callable[[Layer], LayerAnswer], zone: str) -> SegmentAnswer:
    return SegmentAnswer(
        startsAt=written(segment.starts_at, zone),
        endsAt=written(segment.ends_at, zone),
        shown=layer(segment.shown) if segment.shown else None,
        covered=[layer(covered) for covered in segment.covered],
    )


def _layers(definitions: Definitions, zone: str) -> Callable[[Layer], LayerAnswer]:
    """Return the function that builds the answer for a layer."""

    def answer(layer: Layer) -> LayerAnswer:
        return LayerAnswer(
            id=layer.id,
            status=layer.profile_status_id,
            name=name_of(definitions, layer.profile_status_id),
            message=layer.message,
            startsAt=written(layer.in_force_at, zone),
            endsAt=_written_if_any(layer.ends_at.instant if layer.ends_at else None, zone),
            replies=layer.answers_mail,
            bookedBy=layer.client,
        )

    return answer


def _change(entry: Entry, page: Page) -> dict[str, Any]:
    record, zone, layer = entry.record, page.domain.zone, _layers(page.definitions, page.domain.zone)
    lateness, changed, shown = record.lateness, record.changed, record.shown_id
    return {
        "id": record.id,
        "kind": record.kind,
        "at": written(record.committed_at, zone),
        "dueAt": _written_if_any(record.due_at, zone),
        "lateMs": None if lateness is None else lateness // timedelta(milliseconds=1),
        "text": entry.text,
        "actor": record.actor,
        "client": record.client,
        "requestId": record.request_id,
        "job": record.job,
        "changed": None
        if changed is None
        else [name for field, name in _CHANGED.items() if field in changed],
        "before": layer(record.before) if record.before else None,
        "after": layer(record.after) if record.after else None,
        "shownAfter": ShownAfter(id=shown, status=record.shown_profile_status_id) if shown else None,
    }
