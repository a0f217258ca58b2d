"""Events tell their domain, and the UTC offsets of their window."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_21_what_events_tell"
down_revision: Final = "2026_11_21_places"

_DOMAINS: Final = """
    UPDATE event SET domain_id = (SELECT person.domain_id FROM person WHERE person.id = event.person_id)"""


def upgrade() -> None:
    """Add the columns. Events of people who still exist get their domain; offsets of earlier ones are unknown."""
    for name in ("domain_id", "starts_offset", "ends_offset"):
        op.add_column("event", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(_DOMAINS)
