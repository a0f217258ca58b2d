"""Keep the answers to requests that have an Idempotency-Key, in case a client repeats one."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_idempotency"
down_revision: Final = "2026_11_22_day_halves"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_key"),
    )
    for column in ("domain_id", "expires_at"):
        op.create_index(f"ix_idempotency_key_{column}", "idempotency_key", [column])


def downgrade() -> None:
    """Forget the answers; a request that is repeated then is carried out again."""
    op.drop_table("idempotency_key")
