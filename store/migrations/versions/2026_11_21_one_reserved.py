"""Ensure one reserved status per person by an index that PostgreSQL does not use to find the next start."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_one_reserved"
down_revision: Final = "2026_11_20_pages_of_people"

_NAME: Final = "uq_status_one_reserved"


def upgrade() -> None:
    """Make the index anew, with its condition in other words; SQLite needs none."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(_NAME, "status")
        condition = sa.text("upper(schedule_type) = 'RESERVED'")
        op.create_index(_NAME, "status", ["person_id"], unique=True, postgresql_where=condition)
