"""Create the first tables: domains, people, statuses, auto-replies, remembered texts, events."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_20_first_tables"
down_revision: Final = None


_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RESERVED: Final = sa.text("schedule_type = 'RESERVED'")
_ANSWERS: Final = sa.text("auto_reply_id IS NOT NULL")
_PRESENT: Final = sa.text("schedule_type = 'PRESENT'")


def upgrade() -> None:
    """Make the tables in an empty database."""
    op.create_table(
        "domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("statuses_are_on", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("name", name=op.f("uq_domain_name")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("external_key", sa.String(length=100), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_person_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("domain_id", "external_key", name=op.f("uq_person_domain_id_external_key")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("user_id", name=op.f("uq_person_user_id")),
    )
    op.create_index(op.f("ix_person_domain_id"), "person", ["domain_id"], unique=False)
    op.create_table(
        "auto_reply",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auto_reply")),
    )
    op.create_table(
        "status",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("schedule_type", sa.String(length=8), nullable=False),
        sa.Column("profile_status_id", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_offset", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_offset", sa.Integer(), nullable=True),
        sa.Column("auto_reply_id", _NUMBER, nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "schedule_type IN ('RESERVED', 'PRESENT')",
            name=op.f("ck_status_schedule_type"),
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > in_force_at", name=op.f("ck_status_window")),
        sa.ForeignKeyConstraint(["auto_reply_id"], ["auto_reply.id"], name=op.f("fk_status_auto_reply_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_status_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status")),
    )
    op.create_index(
        "ix_status_auto_reply_id",
        "status",
        ["auto_reply_id"],
        unique=False,
        sqlite_where=_ANSWERS,
        postgresql_where=_ANSWERS,
    )
    op.create_index(
        "ix_status_end_due",
        "status",
        ["ends_at", "id"],
        unique=False,
        sqlite_where=_PRESENT,
        postgresql_where=_PRESENT,
    )
    op.create_index(op.f("ix_status_person_id"), "status", ["person_id"], unique=False)
    op.create_index(
        "ix_status_start_due",
        "status",
        ["in_force_at", "id"],
        unique=False,
        sqlite_where=_RESERVED,
        postgresql_where=_RESERVED,
    )
    op.create_index(
        "uq_status_one_reserved",
        "status",
        ["person_id"],
        unique=True,
        sqlite_where=_RESERVED,
        postgresql_where=_RESERVED,
    )
    op.create_table(
        "reply_texts",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audience", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("internal", sa.JSON(), nullable=True),
        sa.Column("external", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_texts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reply_texts")),
    )
    op.create_table(
        "event",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=320), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("status_id", sa.String(length=64), nullable=True),
        sa.Column("schedule_type", sa.String(length=8), nullable=True),
        sa.Column("profile_status_id", sa.String(length=16), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("auto_reply_id", _NUMBER, nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=True),
        sa.Column("shown_status_id", sa.String(length=64), nullable=True),
        sa.Column("shown_profile_status_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["auto_reply_id"], ["auto_reply.id"], name=op.f("fk_event_auto_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "ix_event_auto_reply_id",
        "event",
        ["auto_reply_id"],
        unique=False,
        sqlite_where=_ANSWERS,
        postgresql_where=_ANSWERS,
    )
    op.create_index(op.f("ix_event_person_id"), "event", ["person_id"], unique=False)
    op.create_index(op.f("ix_event_committed_at"), "event", ["committed_at"], unique=False)
