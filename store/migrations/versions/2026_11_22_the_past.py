"""Events tell all that the past of a person is computed from, and who caused them; the audit of a domain is indexed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_the_past"
down_revision: Final = "2026_11_22_idempotency"

_BY_PERSON: Final = "ix_event_person_id"
_BY_PERSON_AND_TIME: Final = "ix_event_person_id_committed_at"
_AUDIT: Final = {
    "ix_event_of_domain": (("domain_id", "committed_at", "id"), "actor <> 'time'"),
    "ix_event_of_actor": (("domain_id", "actor", "committed_at", "id"), "actor <> 'time'"),
    "ix_event_of_job": (("job", "committed_at", "id"), "job IS NOT NULL"),
}

#: Earlier events do not tell enough: the past is known from the last of them on.
_KNOWN: Final = """
    INSERT INTO event_pruning (id, pruned_before)
    SELECT 1, committed_at FROM event ORDER BY committed_at DESC LIMIT 1"""


def upgrade() -> None:
    """Add the columns and the indexes. No row is rewritten."""
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
    op.create_index(_BY_PERSON_AND_TIME, "event", ["person_id", "committed_at"])
    op.drop_index(_BY_PERSON, "event")
    for name, (columns, condition) in _AUDIT.items():
        op.create_index(
            name,
            "event",
            list(columns),
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    """Go back."""
    for name in _AUDIT:
        op.drop_index(name, "event")
    op.create_index(_BY_PERSON, "event", ["person_id"])
    op.drop_index(_BY_PERSON_AND_TIME, "event")
    op.drop_table("event_pruning")
    op.drop_column("auto_reply", "answers")
    for name in ("before", "sequence", "in_force_at", "client", "job", "actor_client"):
        op.drop_column("event", name)
