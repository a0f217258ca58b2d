"""Examines the transitions that are due and not done."""

from datetime import timedelta
from typing import Final

from cli.examinations.finding import Finding, Verdict
from store.due import STUCK, Kind
from store.store import Transaction

#: A storm of transitions is done in seconds, and so is the backlog of an outage.
_SOON_DONE: Final = timedelta(seconds=5)


def examine(transaction: Transaction) -> Finding:
    """Check how long the oldest due transition has waited."""
    longest = transaction.due.longest_wait()
    return judge(*longest) if longest else Finding("overdue", Verdict.OK, "nothing waits")


def judge(kind: Kind, waits: timedelta) -> Finding:
    """Judge how long the oldest due transition, of this kind, has waited."""
    message = f"the oldest {kind} has waited for {waits.total_seconds():.1f} s"
    if waits <= _SOON_DONE:
        return Finding("overdue", Verdict.OK, message)
    verdict = Verdict.WARNING if waits <= STUCK else Verdict.FAILED
    return Finding("overdue", verdict, f"{message}: see beat and worker below, and the worker's log")
