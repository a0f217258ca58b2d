"""A person has any number of statuses ahead; each dialect has its own place, and replies can be muted."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision: Final = "2026_11_22_many_windows"
down_revision: Final = "2026_11_21_what_events_tell"

_ONE_RESERVED: Final = "uq_status_one_reserved"
_WORKS_RESERVED: Final = "uq_status_works_reserved"
_OOF: Final = "uq_status_oof"
_WORKS_ID: Final = "uq_status_works_id"
_BY_PERSON: Final = "ix_status_person_id"
_BY_PERSON_AND_START: Final = "ix_status_person_id_in_force_at"


#: The former rules gave a person one out-of-office. If there are more, the one written last keeps the place.
_ONE_OOF: Final = """
UPDATE status SET place = NULL WHERE place = 'oof' AND EXISTS (
    SELECT 1 FROM status AS later WHERE later.person_id = status.person_id AND later.place = 'oof'
    AND (later.sequence > status.sequence OR (later.sequence = status.sequence AND later.id > status.id)))
"""

_SEVERAL_AHEAD: Final = """
SELECT count(*) FROM (
    SELECT person_id FROM status WHERE schedule_type = 'RESERVED' GROUP BY person_id HAVING count(*) > 1) AS people
"""

_BACK: Final = (
    # The former version had every reply on that it kept. What was switched off must not answer.
    "UPDATE status SET auto_reply_id = NULL WHERE is_muted",
    "UPDATE status SET place = 'works' WHERE place IS NULL OR (is_muted AND place = 'oof')",
    # Clients keep the ids that they know. A status may have the former id of another one.
    "UPDATE status SET id = 'moving-' || works_id WHERE works_id IS NOT NULL",
    "UPDATE status SET id = works_id WHERE works_id IS NOT NULL",
)


def upgrade() -> None:
    """Add the columns and change the indexes. No row is rewritten, so a million statuses take a second or two."""
    op.add_column("status", sa.Column("works_id", sa.String(length=64), nullable=True))
    op.add_column("status", sa.Column("is_muted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("is_muted", sa.Boolean(), nullable=True))
    op.drop_index(_ONE_RESERVED, "status")
    op.execute(_ONE_OOF)
    _create_unique(_WORKS_RESERVED, "upper(schedule_type) = 'RESERVED' AND lower(place) = 'works'")
    _create_unique(_OOF, "lower(place) = 'oof'")
    has_id = sa.text("works_id IS NOT NULL")
    op.create_index(
        _WORKS_ID, "status", ["works_id"], unique=True, sqlite_where=has_id, postgresql_where=has_id
    )
    op.create_index(_BY_PERSON_AND_START, "status", ["person_id", "in_force_at", "sequence"])
    op.drop_index(_BY_PERSON, "status")


def downgrade() -> None:
    """Go back, if nobody has several statuses ahead; else nothing changes.

    Replies that are muted are removed, as the former version did when they were switched off.
    """
    several = op.get_bind().execute(sa.text(_SEVERAL_AHEAD)).scalar_one()
    if several:
        message = (
            f"{several} people have several statuses ahead, and the earlier version keeps one for each: delete the "
            "others first, or restore a backup."
        )
        raise CommandError(message)
    for statement in _BACK:
        op.execute(statement)
    op.create_index(_BY_PERSON, "status", ["person_id"])
    op.drop_index(_BY_PERSON_AND_START, "status")
    for name in (_WORKS_ID, _OOF, _WORKS_RESERVED):
        op.drop_index(name, "status")
    _create_unique(_ONE_RESERVED, "upper(schedule_type) = 'RESERVED'")
    op.drop_column("event", "is_muted")
    op.drop_column("status", "is_muted")
    op.drop_column("status", "works_id")


def _create_unique(name: str, condition: str) -> None:
    """Create a unique index of the people whose statuses meet this condition, which SQLite has without functions."""
    plain = condition.replace("upper(schedule_type)", "schedule_type").replace("lower(place)", "place")
    op.create_index(
        name,
        "status",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(plain),
        postgresql_where=sa.text(condition),
    )
