"""Add the profile statuses of domains; existing domains get the four built-in ones."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_20_definitions"
down_revision: Final = "2026_11_20_first_tables"

_BUILT_IN: Final = (
    ("BUSY", "Busy", "BUSY"),
    ("AWAY", "Away", "AWAY"),
    ("LEAVE_OFFICE", "Off work", "OFF"),
    ("ABSENCE", "Absent", "ABSENCE"),
)


def upgrade() -> None:
    """Make the table, and fill it for the domains that there are."""
    definition = op.create_table(
        "definition",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("profile_status_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("icon_type", sa.String(length=32), nullable=False),
        sa.Column("display_order", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column("is_for_everybody", sa.Boolean(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_definition_domain_id")),
        sa.PrimaryKeyConstraint("domain_id", "profile_status_id", name=op.f("pk_definition")),
    )
    domains = op.get_bind().execute(sa.text("SELECT id FROM domain")).scalars().all()
    op.bulk_insert(
        definition,
        [
            {
                "domain_id": domain,
                "profile_status_id": profile_status_id,
                "name": name,
                "icon_type": icon_type,
                "display_order": order,
                "is_in_use": True,
                "is_for_everybody": True,
                "names": [],
            }
            for domain in domains
            for order, (profile_status_id, name, icon_type) in enumerate(_BUILT_IN, start=1)
        ],
    )
