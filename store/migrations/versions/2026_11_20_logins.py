"""Add passwords, login names and roles."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_20_logins"
down_revision: Final = "2026_11_20_clients"


def upgrade() -> None:
    """Give people a password, which nobody has yet, and make the two tables."""
    op.add_column("person", sa.Column("password_hash", sa.String(length=255)))
    op.create_table(
        "login_name",
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_name_person_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_login_name")),
    )
    op.create_index(op.f("ix_login_name_person_id"), "login_name", ["person_id"])
    op.create_table(
        "role",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("permission", sa.String(length=32), nullable=False),
        sa.Column("parameter", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "permission", "parameter", name=op.f("pk_role")),
    )
