"""Statuses keep the days or local times of which their moments were computed; domains say where a day is halved.

The index is in `2026_11_22_indexes`.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_day_halves"
down_revision: Final = "2026_11_22_bookings"


def upgrade() -> None:
    """Add columns and a table. No row is rewritten."""
    op.add_column("domain", sa.Column("day_halves", sa.Time(), nullable=False, server_default="13:00:00"))
    op.add_column("status", sa.Column("wish", sa.Text(), nullable=True))
    op.add_column("status", sa.Column("zone", sa.String(length=64), nullable=True))
    op.create_table(
        "zone_rules",
        sa.Column("domain_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("domain_id", "zone", name="pk_zone_rules"),
    )


def downgrade() -> None:
    """Go back. Every window keeps its moments."""
    op.drop_table("zone_rules")
    op.drop_column("status", "zone")
    op.drop_column("status", "wish")
    op.drop_column("domain", "day_halves")
