"""A person has any number of statuses ahead; each dialect has its own place, and replies can be muted.

The indexes are those of `2026_11_22_indexes`.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_22_many_windows"
down_revision: Final = "2026_11_21_what_events_tell"

_BACK: Final = (
    # The former version had every reply on that it kept. What was switched off must not answer.
    "UPDATE status SET auto_reply_id = NULL WHERE is_muted AND auto_reply_id IS NOT NULL",
    "UPDATE status SET place = 'works' WHERE (place IS NULL OR (is_muted AND place = 'oof'))",
    # Clients keep the ids that they know. A status may have the former id of another one of the same person.
    "UPDATE status SET id = 'moving-' || works_id WHERE works_id <> id",
    "UPDATE status SET id = works_id WHERE works_id <> id",
)
#: A transaction each, so that nobody waits for long for a status that changes.
_PEOPLE_AT_ONCE: Final = 10_000


def upgrade() -> None:
    """Add the columns. No row is rewritten."""
    op.add_column("status", sa.Column("works_id", sa.String(length=64), nullable=True))
    op.add_column("status", sa.Column("is_muted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("is_muted", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Go back. Replies that are muted are removed, as the former version did when they were switched off."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            _take_back()
    else:
        _take_back()
    op.drop_column("status", "works_id")
    op.drop_column("status", "is_muted")
    op.drop_column("event", "is_muted")


def _take_back() -> None:
    last = op.get_bind().execute(sa.text("SELECT max(id) FROM person")).scalar_one() or 0
    for first in range(1, last + 1, _PEOPLE_AT_ONCE):
        for statement in _BACK:
            op.execute(f"{statement} AND person_id BETWEEN {first} AND {first + _PEOPLE_AT_ONCE - 1}")
