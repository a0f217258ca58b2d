"""Compares this machine's clock with that of the database, which decides what is due."""

from datetime import UTC, datetime, timedelta
from typing import Final

from cli.examinations.finding import Finding, Verdict
from store.store import Transaction

#: Tokens expire by the machine's clock, statuses by the store's: people notice a greater difference.
_NOTICEABLE: Final = timedelta(seconds=1)

#: Well below the five minutes after which a worker drops messages as expired (`scheduler/beat.py`).
_HARMFUL: Final = timedelta(minutes=1)


def examine(transaction: Transaction) -> Finding:
    """Measure how far this machine's clock is from the database's."""
    if transaction.connection.dialect.name == "sqlite":
        return Finding("clock", Verdict.OK, "SQLite uses the clock of this machine")
    transaction.now()  # the first query is slower, which would falsify the measurement
    asked_at = datetime.now(UTC)
    now = transaction.now()
    return judge((datetime.now(UTC) - asked_at) / 2 + asked_at - now)


def judge(ahead: timedelta) -> Finding:
    """Judge by how much this machine's clock is ahead of the database's; negative if behind."""
    distance = abs(ahead)
    where = "ahead of" if ahead > timedelta(0) else "behind"
    message = f"this machine is {distance.total_seconds():.3f} s {where} the database"
    if distance <= _NOTICEABLE:
        return Finding("clock", Verdict.OK, message)
    verdict = Verdict.WARNING if distance <= _HARMFUL else Verdict.FAILED
    return Finding("clock", verdict, f"{message}: put both on NTP")
