"""Rename `turn` to `sequence` and `origin` to `place`; a status may fill no place."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_places"
down_revision: Final = "2026_11_21_removed_domains"


def upgrade() -> None:
    """Rename the columns. SQLite cannot drop NOT NULL, so there the values move to a new column."""
    op.alter_column("status", "turn", new_column_name="sequence")
    op.alter_column("event", "origin", new_column_name="place")
    if op.get_bind().dialect.name == "sqlite":
        op.add_column("status", sa.Column("place", sa.String(length=8), nullable=True))
        op.execute("UPDATE status SET place = origin")
        op.drop_column("status", "origin")
    else:
        op.alter_column("status", "origin", new_column_name="place", nullable=True)
