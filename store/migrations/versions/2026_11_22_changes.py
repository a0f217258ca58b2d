"""Changes of many people's plans at once, with their entries."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_changes"
down_revision: Final = "2026_11_22_the_past"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=320), nullable=False),
        sa.Column("author", sa.String(length=320), nullable=False),
        sa.Column("actor", sa.String(length=320), nullable=False),
        sa.Column("actor_client", sa.String(length=320), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("all_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("all_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("names_everybody", sa.Boolean(), nullable=False),
        sa.Column("skips_refused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("entries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("people", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("people_done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    for column in ("domain_id", "state", "touched_at"):
        op.create_index(f"ix_change_{column}", "change", [column])
    op.create_table(
        "change_entry",
        sa.Column("change_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("word", sa.JSON(), nullable=True),
        sa.Column("earlier", sa.JSON(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("change_id", "number", name="pk_change_entry"),
    )
    op.create_index("ix_change_entry_change_id_person_id", "change_entry", ["change_id", "person_id"])


def downgrade() -> None:
    """Forget them; what was applied stays, and cannot be undone as a whole any more."""
    op.drop_table("change_entry")
    op.drop_table("change")
