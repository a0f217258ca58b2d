"""Remember removed domains, so that no other domain gets their numbers."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_removed_domains"
down_revision: Final = "2026_11_21_reply_usage"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "removed_domain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removed_domain"),
    )
