"""The number of the plan of a change: whoever applies a later plan says which one they have seen."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_23_plans_numbered"
down_revision: Final = "2026_11_22_indexes"


def upgrade() -> None:
    """Add the column: every change has its first plan."""
    op.add_column("change", sa.Column("plan", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Forget the numbers."""
    with op.batch_alter_table("change") as change:
        change.drop_column("plan")
