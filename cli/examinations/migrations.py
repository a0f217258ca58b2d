"""Examines the tables of the store."""

from cli.examinations.finding import Finding, Verdict
from store import migrate
from store.store import Transaction


def examine(transaction: Transaction) -> Finding:
    """Check that the store has the tables of this version."""
    if complaint := migrate.complaint(transaction.connection):
        return Finding("migrations", Verdict.FAILED, complaint)
    return Finding("migrations", Verdict.OK, f"at {migrate.newest()}")
