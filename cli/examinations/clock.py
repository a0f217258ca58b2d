"""The clocks of this machine and of the database, which decides."""

from datetime import UTC, datetime, timedelta
from typing import Final

from cli.examinations.finding import Finding, Verdict
from store.store import Transaction

#: Tokens are judged by the machine's clock and statuses by the store's: so far apart, people notice.
_NOTICEABLE: Final = timedelta(seconds=1)

#: Well before a worker throws messages away as expired, which are good for five minutes (`scheduler/beat.py`).
_HARMFUL: Final = timedelta(minutes=1)


def examine(transaction: Transaction) -> Finding:
    """Return how far the clock of this machine is from the database's."""
    if transaction.connection.dialect.name == "sqlite":
        return Finding("clock", Verdict.OK, "SQLite goes by the clock of this machine")
    transaction.now()  # the first question takes longer than an answer is worth
    asked_at = datetime.now(UTC)
    now = transaction.now()
    return judge((datetime.now(UTC) - asked_at) / 2 + asked_at - now)


def judge(ahead: timedelta) -> Finding:
    """Return what it means that this machine's clock is ahead of the database's by so much; behind, if negative."""
    distance = abs(ahead)
    where = "ahead of" if ahead > timedelta(0) else "behind"
    said = f"this machine is {distance.total_seconds():.3f} s {where} the database"
    if distance <= _NOTICEABLE:
        return Finding("clock", Verdict.OK, said)
    verdict = Verdict.WARNING if distance <= _HARMFUL else Verdict.FAILED
    return Finding("clock", verdict, f"{said}: put both on NTP")
