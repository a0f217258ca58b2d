"""How a status is stored in its row: the columns, and the way there and back."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from domain import wishes
from domain.status import Place, ScheduleType, Status
from domain.wishes import Wish
from store import auto_replies
from store.types import instant, moment_of, window_columns

#: The columns that `row_of` gives.
COLUMNS: Final = (
    "works_id",
    "schedule_type",
    "profile_status_id",
    "message",
    "starts_at",
    "starts_offset",
    "ends_at",
    "ends_offset",
    "is_muted",
    "place",
    "client",
    "in_force_at",
    "sequence",
    "wish",
    "zone",
)
#: How many different wishes are kept as they were read: a campaign books the same days for everybody.
_WISHES_KEPT: Final = 4096
#: The columns that `status_of` takes; after them comes the auto-reply.
READ: Final = ("id", *COLUMNS)


def row_of(status: Status) -> dict[str, Any]:
    """Return the values of `COLUMNS`."""
    return {
        "works_id": status.works_id if status.works_id != status.id else None,
        "schedule_type": status.schedule_type.value,
        "profile_status_id": status.profile_status_id,
        "message": status.message,
        **window_columns(status.starts_at, status.ends_at),
        "is_muted": status.is_muted,
        "place": status.place and status.place.value,
        "client": status.client,
        "in_force_at": status.in_force_at,
        "sequence": status.sequence,
        "wish": status.wish and _text_of(status.wish),
        "zone": status.zone,
    }


def status_of(values: Sequence[Any]) -> Status:
    """Return the status of the columns `READ` and its auto-reply; JSON has moments as text."""
    (
        status_id,
        works_id,
        schedule_type,
        profile_status_id,
        message,
        starts_at,
        starts_offset,
        ends_at,
        ends_offset,
        is_muted,
        place,
        client,
        in_force_at,
        sequence,
        wish,
        zone,
        auto_reply,
    ) = values
    return Status(
        id=status_id,
        works_id=works_id or status_id,
        profile_status_id=profile_status_id,
        message=message,
        starts_at=moment_of(instant(starts_at), starts_offset),
        ends_at=moment_of(instant(ends_at), ends_offset),
        auto_reply=auto_replies.from_document(auto_reply),
        is_muted=bool(is_muted),
        place=Place(place) if place else None,
        client=client,
        schedule_type=ScheduleType(schedule_type),
        in_force_at=instant(in_force_at),
        sequence=sequence,
        wish=None if wish is None else _wish_of(wish),
        zone=zone,
    )


@lru_cache(_WISHES_KEPT)
def _text_of(wish: Wish) -> str:
    return json.dumps(wishes.to_document(wish))


@lru_cache(_WISHES_KEPT)
def _wish_of(text: str) -> Wish:
    return wishes.from_document(json.loads(text))
