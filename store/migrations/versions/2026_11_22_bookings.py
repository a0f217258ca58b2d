"""Keep who booked a status, and what a client last said of it under its own id."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_bookings"
down_revision: Final = "2026_11_22_many_windows"


def upgrade() -> None:
    """Add the columns and the table."""
    own_only: sa.Column[bool] = sa.Column(
        "writes_own_only", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("client", own_only)
    op.add_column("status", sa.Column("client", sa.String(length=320), nullable=True))
    op.create_table(
        "booking",
        sa.Column("domain_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("client", sa.String(length=320), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.String(length=64), nullable=False),
        sa.Column("word", sa.JSON(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("domain_id", "client", "external_id", name="pk_booking"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_booking_person_id", ondelete="CASCADE"
        ),
    )
    for column in ("person_id", "status_id", "forget_at"):
        op.create_index(f"ix_booking_{column}", "booking", [column])


def downgrade() -> None:
    """Forget them; the statuses stay."""
    op.drop_table("booking")
    op.drop_column("status", "client")
    op.drop_column("client", "writes_own_only")
