"""Calendar feeds: their addresses, the revisions of statuses, and what events keep of a window as it was wished."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_feeds"
down_revision: Final = "2026_11_22_changes"

_OF_EVENTS: Final = (("wish", sa.Text), ("zone", lambda: sa.String(length=64)), ("revision", sa.Integer))


def upgrade() -> None:
    """Add the table and the columns. No row is rewritten."""
    op.add_column("status", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    for name, kind in _OF_EVENTS:
        op.add_column("event", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "feed",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name="fk_feed_domain_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_feed_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("secret_digest", name="uq_feed_secret_digest"),
    )
    for column in ("domain_id", "person_id"):
        op.create_index(f"ix_feed_{column}", "feed", [column])


def downgrade() -> None:
    """Forget the addresses, the revisions, and the wishes of what is gone."""
    op.drop_table("feed")
    for name, _ in reversed(_OF_EVENTS):
        op.drop_column("event", name)
    op.drop_column("status", "revision")
