"""Events tell their domain, and the UTC offsets of their window."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_what_events_tell"
down_revision: Final = "2026_11_21_places"

_DOMAINS: Final = """
    UPDATE event SET domain_id = (SELECT person.domain_id FROM person WHERE person.id = event.person_id)
    WHERE domain_id IS NULL AND id BETWEEN {first} AND {last}"""
#: A transaction each on PostgreSQL, so that nobody waits for all of them.
_AT_ONCE: Final = 10_000


def upgrade() -> None:
    """Add the columns. Events of people who still exist get their domain; offsets of earlier ones are unknown.

    After an interruption, repeat it.
    """
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in ("domain_id", "starts_offset", "ends_offset"):
        # SQLite does it all in one transaction, and does not know the words.
        op.add_column(
            "event", sa.Column(name, sa.Integer(), nullable=True), if_not_exists=is_postgresql or None
        )
    if is_postgresql:
        with op.get_context().autocommit_block():
            _fill_in()
    else:
        _fill_in()


def _fill_in() -> None:
    last = op.get_bind().execute(sa.text("SELECT max(id) FROM event")).scalar_one() or 0
    first = op.get_bind().execute(sa.text("SELECT min(id) FROM event")).scalar_one() or 1
    for begin in range(first, last + 1, _AT_ONCE):
        op.execute(_DOMAINS.format(first=begin, last=begin + _AT_ONCE - 1))
