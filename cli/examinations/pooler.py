"""Examines the pooler between the API and PostgreSQL."""

from contextlib import closing

from cli import preflight
from cli.examinations import store as examined_store
from cli.examinations.finding import Finding, Verdict
from cli.mistakes import Mistake
from config.settings import Settings
from store.postgresql import REQUEST
from store.store import Store


def examine(settings: Settings) -> list[Finding]:
    """Check that the database answers through the pooler, as the API asks it; return an empty list without a pooler."""
    url = settings.pooled_store_url
    if url is None:
        return []
    try:
        with (
            preflight.store_mistakes("PRESENTLY_POOLED_DATABASE_URL"),
            closing(Store(url, pool_size=1, limits=REQUEST, through_pooler=True)) as store,
            store.reading() as transaction,
        ):
            return [examined_store.server(transaction.connection, "pooler")]
    except Mistake as mistake:
        return [Finding("pooler", Verdict.FAILED, str(mistake))]
