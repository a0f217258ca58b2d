"""Add further mail addresses, the deactivation of people, and the organisation of domains."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_20_people"
down_revision: Final = "2026_11_20_definitions"


def upgrade() -> None:
    """Add the columns, and the table of further addresses."""
    op.add_column("domain", sa.Column("organisation_id", sa.Integer(), server_default="0", nullable=False))
    op.add_column("person", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "alias",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alias_person_id")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_person_id"), "alias", ["person_id"], unique=False)
