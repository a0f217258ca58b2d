"""The indexes of many windows and of the past. On PostgreSQL they are built while others read and write."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: Final = "2026_11_22_indexes"
down_revision: Final = "2026_11_22_feeds"


@dataclass(frozen=True)
class _Index:
    """An index; its condition is in other words on SQLite, if `on_sqlite` says so."""

    name: str
    table: str
    columns: tuple[str, ...]
    condition: str | None = None
    on_sqlite: str | None = None
    is_unique: bool = False


_BY_CALLERS: Final = "actor <> 'time'"

#: The conditions of the places hide from PostgreSQL what these indexes hold, as `2026_11_21_one_reserved` says.
_NEW: Final = (
    _Index(
        "uq_status_works_reserved",
        "status",
        ("person_id",),
        "upper(schedule_type) = 'RESERVED' AND lower(place) = 'works'",
        "schedule_type = 'RESERVED' AND place = 'works'",
        is_unique=True,
    ),
    _Index(
        "uq_status_oof", "status", ("person_id",), "lower(place) = 'oof'", "place = 'oof'", is_unique=True
    ),
    _Index("uq_status_works_id", "status", ("works_id",), "works_id IS NOT NULL", is_unique=True),
    _Index("ix_status_person_id_in_force_at", "status", ("person_id", "in_force_at", "sequence")),
    _Index("ix_status_wish", "status", ("zone", "person_id"), "wish IS NOT NULL"),
    _Index("ix_event_person_id_committed_at", "event", ("person_id", "committed_at")),
    _Index("ix_event_of_domain", "event", ("domain_id", "committed_at", "id"), _BY_CALLERS),
    _Index("ix_event_of_actor", "event", ("domain_id", "actor", "committed_at", "id"), _BY_CALLERS),
    _Index("ix_event_of_job", "event", ("job", "committed_at", "id"), "job IS NOT NULL"),
)
_FORMER: Final = (
    _Index(
        "uq_status_one_reserved",
        "status",
        ("person_id",),
        "upper(schedule_type) = 'RESERVED'",
        "schedule_type = 'RESERVED'",
        is_unique=True,
    ),
    _Index("ix_status_person_id", "status", ("person_id",)),
    _Index("ix_event_person_id", "event", ("person_id",)),
)

#: The former rules gave a person one out-of-office. If there are more, the one written last keeps the place.
_ONE_OOF: Final = """
UPDATE status SET place = NULL WHERE place = 'oof' AND EXISTS (
    SELECT 1 FROM status AS later WHERE later.person_id = status.person_id AND later.place = 'oof'
    AND (later.sequence > status.sequence OR (later.sequence = status.sequence AND later.id > status.id)))
"""

_SEVERAL_AHEAD: Final = """
SELECT email FROM person WHERE id IN (
    SELECT person_id FROM status WHERE schedule_type = 'RESERVED' GROUP BY person_id HAVING count(*) > 1)
ORDER BY email
"""
#: So many of them are named.
_NAMED: Final = 3

#: A build that was interrupted leaves an index that is kept up to date, and never used.
_IS_INVALID: Final = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"


def upgrade() -> None:
    """Build the new indexes, then drop those that they replace. After an interruption, repeat it."""
    with _blocking_nobody():
        op.execute(_ONE_OOF)
        _replace(_FORMER, _NEW)


def downgrade() -> None:
    """Go back, if nobody has several statuses ahead; else nothing changes."""
    check_way_back(op.get_bind())
    with _blocking_nobody():
        _replace(_NEW, _FORMER)


def check_way_back(connection: sa.Connection) -> None:
    """Refuse to go back while somebody has several statuses ahead, before any migration is taken back."""
    several = connection.execute(sa.text(_SEVERAL_AHEAD)).scalars().all()
    if several:
        has = "has" if len(several) == 1 else "have"
        message = (
            f"{_in_words(several)} {has} several statuses ahead, and the earlier version keeps one for each person: "
            "delete the others first, or restore a backup."
        )
        raise CommandError(message)


def _in_words(people: Sequence[str]) -> str:
    """Name the first of them, and count the others."""
    named = list(people[:_NAMED])
    if others := len(people) - len(named):
        named.append(f"{others:,} {'other' if others == 1 else 'others'}")
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]


@contextmanager
def _blocking_nobody() -> Iterator[None]:
    """On PostgreSQL, commit each statement, and wait for others without a limit: nobody waits behind these."""
    if not _is_postgresql():
        yield
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute("RESET lock_timeout")


def _replace(former: tuple[_Index, ...], new: tuple[_Index, ...]) -> None:
    for index in new:
        _build(index)
    for index in former:
        op.drop_index(index.name, index.table, if_exists=True, postgresql_concurrently=True)


def _build(index: _Index) -> None:
    if _is_postgresql() and op.get_bind().execute(sa.text(_IS_INVALID), {"name": index.name}).first():
        op.drop_index(index.name, index.table, postgresql_concurrently=True)
    op.create_index(
        index.name,
        index.table,
        list(index.columns),
        unique=index.is_unique,
        if_not_exists=True,
        sqlite_where=_text(index.on_sqlite or index.condition),
        postgresql_where=_text(index.condition),
        postgresql_concurrently=True,
    )


def _text(condition: str | None) -> sa.TextClause | None:
    return None if condition is None else sa.text(condition)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
