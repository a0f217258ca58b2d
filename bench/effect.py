"""The effect of an entry for every peer: the row and the event that Presently writes, in one statement."""

import os
import threading
from typing import Final

import psycopg

#: Variables from which a peer's processes read the URLs of database and broker.
DATABASE: Final = "BENCH_DATABASE_URL"
BROKER: Final = "BENCH_BROKER_URL"

#: Without a condition on the state: so an entry that a peer carries out twice leaves two events.
_THIS_ONE: Final = "id = %s"

#: The floor has no scheduler that names the entry: it selects the rows that are due, as Presently's workers do. It uses
#: an array, because with `IN` PostgreSQL reads the whole table each time.
_WHAT_IS_DUE: Final = """
    id = ANY (ARRAY(
        SELECT id FROM status
        WHERE schedule_type = 'RESERVED' AND in_force_at <= now()
        ORDER BY in_force_at, id LIMIT 500 FOR UPDATE SKIP LOCKED
    ))"""

_PROMOTE: Final = """
    WITH begun AS (UPDATE status SET schedule_type = 'PRESENT' WHERE {which} RETURNING *)
    INSERT INTO event (
        kind, person_id, due_at, committed_at, actor, status_id, schedule_type, profile_status_id, message,
        starts_at, ends_at, auto_reply_id, place, shown_status_id, shown_profile_status_id
    )
    SELECT
        'PROMOTED', person_id, in_force_at, clock_timestamp(), 'time', begun.id, 'RESERVED',
        begun.profile_status_id, message, starts_at, ends_at, auto_reply_id, place,
        shown.id, shown.profile_status_id
    FROM begun LEFT JOIN LATERAL (
        SELECT layer.id, layer.profile_status_id FROM status AS layer
        WHERE layer.person_id = begun.person_id
            AND layer.in_force_at <= now() AND (layer.ends_at IS NULL OR layer.ends_at > now())
        ORDER BY layer.in_force_at DESC, layer.sequence DESC LIMIT 1
    ) AS shown ON true"""

PROMOTE_ONE: Final = _PROMOTE.format(which=_THIS_ONE)
PROMOTE_WHAT_IS_DUE: Final = _PROMOTE.format(which=_WHAT_IS_DUE)

_here: Final = threading.local()


def connection() -> psycopg.Connection:
    """Return this thread's connection. It stays open, so that no entry pays for connecting."""
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ[DATABASE], autocommit=True, prepare_threshold=0)
    opened: psycopg.Connection = _here.connection
    return opened


def promote(status_id: str) -> None:
    """Make a reserved status present, and write its event."""
    connection().execute(PROMOTE_ONE, (status_id,))
