"""Let PostgreSQL vacuum soon after many changes, and not only when a fifth of a large table has changed."""

from typing import Final

from alembic import op

revision: Final = "2026_11_20_vacuuming"
down_revision: Final = "2026_11_20_logins"

#: What begins or ends leaves dead entries at the head of the indexes by which the next due moment is found: after
#: 100,000 at once each look takes twenty times as long, until they are cleared away. The file stays as long as it is,
#: for to cut it PostgreSQL locks everybody out.
_STATUS: Final = """
    ALTER TABLE status SET (
        autovacuum_vacuum_scale_factor = 0.01,
        autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.05,
        autovacuum_vacuum_cost_delay = 0,
        vacuum_truncate = false
    )"""

#: Events are only added, and forgotten when they are old; a hundred million are better frozen bit by bit.
_EVENT: Final = """
    ALTER TABLE event SET (
        autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_vacuum_insert_scale_factor = 0.02,
        autovacuum_analyze_scale_factor = 0.02
    )"""


def upgrade() -> None:
    """Set it for the tables that change most; SQLite needs nothing of the kind."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_STATUS)
        op.execute(_EVENT)
