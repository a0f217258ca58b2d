"""Events tell all that the past of a person is computed from, and who caused them.

The indexes are those of `2026_11_22_indexes`.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_the_past"
down_revision: Final = "2026_11_22_idempotency"

#: Earlier events do not tell enough: the past is known from the last of them on.
_KNOWN: Final = """
    INSERT INTO event_pruning (id, pruned_before)
    SELECT 1, committed_at FROM event ORDER BY committed_at DESC LIMIT 1"""


def upgrade() -> None:
    """Add the columns. No row is rewritten."""
    for column in (
        sa.Column("actor_client", sa.String(length=320), nullable=True),
        sa.Column("job", sa.String(length=64), nullable=True),
        sa.Column("client", sa.String(length=320), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
    ):
        op.add_column("event", column)
    op.add_column("auto_reply", sa.Column("answers", sa.Boolean(), nullable=True))
    op.create_table(
        "event_pruning",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pruned_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_pruning"),
    )
    op.execute(_KNOWN)


def downgrade() -> None:
    """Go back."""
    op.drop_table("event_pruning")
    op.drop_column("auto_reply", "answers")
    for name in ("before", "sequence", "in_force_at", "client", "job", "actor_client"):
        op.drop_column("event", name)
