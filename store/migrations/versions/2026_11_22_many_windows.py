"""A person has any number of statuses ahead; each dialect has its own place, and replies can be muted."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_many_windows"
down_revision: Final = "2026_11_21_what_events_tell"

_ONE_RESERVED: Final = "uq_status_one_reserved"
_WORKS_RESERVED: Final = "uq_status_works_reserved"
_OOF: Final = "uq_status_oof"
_WORKS_ID: Final = "uq_status_works_id"
_BY_PERSON: Final = "ix_status_person_id"
_BY_PERSON_AND_START: Final = "ix_status_person_id_in_force_at"


def upgrade() -> None:
    """Add the columns and change the indexes. No row is rewritten, so a million statuses take a second or two."""
    op.add_column("status", sa.Column("works_id", sa.String(length=64), nullable=True))
    op.add_column("status", sa.Column("is_muted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("is_muted", sa.Boolean(), nullable=True))
    op.drop_index(_ONE_RESERVED, "status")
    _create_unique(_WORKS_RESERVED, "upper(schedule_type) = 'RESERVED' AND lower(place) = 'works'")
    _create_unique(_OOF, "lower(place) = 'oof'")
    has_id = sa.text("works_id IS NOT NULL")
    op.create_index(
        _WORKS_ID, "status", ["works_id"], unique=True, sqlite_where=has_id, postgresql_where=has_id
    )
    op.create_index(_BY_PERSON_AND_START, "status", ["person_id", "in_force_at", "sequence"])
    op.drop_index(_BY_PERSON, "status")


def downgrade() -> None:
    """Go back, if every person has one reserved status at most; else the index cannot be made, and nothing changes."""
    op.create_index(_BY_PERSON, "status", ["person_id"])
    op.drop_index(_BY_PERSON_AND_START, "status")
    for name in (_WORKS_ID, _OOF, _WORKS_RESERVED):
        op.drop_index(name, "status")
    _create_unique(_ONE_RESERVED, "upper(schedule_type) = 'RESERVED'")
    op.drop_column("event", "is_muted")
    op.drop_column("status", "is_muted")
    op.drop_column("status", "works_id")


def _create_unique(name: str, condition: str) -> None:
    """Create a unique index of the people whose statuses meet this condition, which SQLite has without functions."""
    plain = condition.replace("upper(schedule_type)", "schedule_type").replace("lower(place)", "place")
    op.create_index(
        name,
        "status",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(plain),
        postgresql_where=sa.text(condition),
    )
