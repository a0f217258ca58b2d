"""SQL for events of many people at once: their statuses as they were, and what they show afterwards."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, and_, or_, select

from store import tables

_STATUS: Final = tables.status.c
_LAYER: Final = tables.status.alias("layer")

#: The columns of a status that its event keeps, by the name of the event's column.
OF_STATUS: Final[dict[str, ColumnElement[Any]]] = {
    name: _STATUS[name]
    for name in (
        "person_id",
        "schedule_type",
        "profile_status_id",
        "message",
        "starts_at",
        "ends_at",
        "auto_reply_id",
        "place",
    )
}


def shown(
    column: str, moment: datetime | BindParameter[datetime], *, without: str | None = None
) -> ScalarSelect[Any]:
    """Select what the person of a status shows at `moment`, ignoring statuses with the profile status `without`.

    This is the rule of `domain.timeline.as_of` in SQL.
    """
    holds = and_(
        # A status in force stays so when the clock is set back.
        or_(_LAYER.c.schedule_type == tables.PRESENT, _LAYER.c.in_force_at <= moment),
        or_(_LAYER.c.ends_at.is_(None), _LAYER.c.ends_at > moment),
    )
    layers = select(_LAYER.c[column]).where(_LAYER.c.person_id == _STATUS.person_id, holds)
    if without is not None:
        layers = layers.where(_LAYER.c.profile_status_id != without)
    last_first = (_LAYER.c.in_force_at.desc(), _LAYER.c.sequence.desc())
    return layers.order_by(*last_first).limit(1).scalar_subquery()
