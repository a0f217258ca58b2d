"""Count the reply text that is stored for each person in a day."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_reply_usage"
down_revision: Final = "2026_11_21_one_reserved"


def upgrade() -> None:
    """Add the table of what is counted."""
    op.create_table(
        "reply_usage",
        sa.Column("person_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_reply_usage"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_reply_usage_person_id", ondelete="CASCADE"
        ),
    )
