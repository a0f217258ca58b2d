"""The tables of the store: those of this version, or not."""

from cli.examinations.finding import Finding, Verdict
from store import migrate
from store.store import Transaction


def examine(transaction: Transaction) -> Finding:
    """Return whether the store has the tables that this version needs."""
    if complaint := migrate.complaint(transaction.connection):
        return Finding("migrations", Verdict.FAILED, complaint)
    return Finding("migrations", Verdict.OK, f"at {migrate.newest()}")
