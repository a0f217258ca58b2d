"""The rules of `domain.timeline` in SQL, for many people at once. A property test compares both."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, FromClause, and_, case, or_, select

from store import tables

#: How far a status in force may begin after the moment: as far as the clock was set back.
REACH: Final = timedelta(days=1)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def within_reach(moment: datetime) -> datetime:
    """Return the moment that is `REACH` later, or the last that there is."""
    return moment + REACH if moment < _LAST - REACH else _LAST


Instant = datetime | BindParameter[datetime]


def is_in_force(status: FromClause, moment: Instant) -> ColumnElement[bool]:
    """Return the condition of `domain.timeline.as_of`: in force, or reserved with a start that is due, and not over."""
    return and_(
        # A status in force stays so when the clock is set back.
        or_(status.c.schedule_type == tables.PRESENT, status.c.in_force_at <= moment),
        or_(status.c.ends_at.is_(None), status.c.ends_at > moment),
    )


def due_at(status: FromClause) -> ColumnElement[Any]:
    """Return when the next transition of a status is due: the start if it is reserved, else its end, if it has one."""
    return case((status.c.schedule_type == tables.RESERVED, status.c.in_force_at), else_=status.c.ends_at)


def shown_at(
    moment: Instant, *, reach: Instant, without: str | None = None
) -> Callable[[str], ColumnElement[Any]]:
    """Select a column of what the person of a status shows at `moment`, as `domain.timeline.as_of` says.

    `reach` is `REACH` after that moment. Statuses with the profile status `without` are ignored.
    """
    layer = tables.status.alias("layer")

    def column(name: str) -> ColumnElement[Any]:
        layers = select(layer.c[name]).where(
            layer.c.person_id == tables.status.c.person_id,
            # Implied, unless the clock was set back by more than that: the plans that lie ahead are not read.
            layer.c.in_force_at <= reach,
            is_in_force(layer, moment),
        )
        if without is not None:
            layers = layers.where(layer.c.profile_status_id != without)
        last_first = (layer.c.in_force_at.desc(), layer.c.sequence.desc())
        return layers.order_by(*last_first).limit(1).scalar_subquery()

    return column
