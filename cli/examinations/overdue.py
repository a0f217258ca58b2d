"""Examines the transitions that are due and not done."""

from datetime import timedelta
from typing import Final

from cli.examinations.finding import Finding, Verdict
from store.due import Kind
from store.store import Transaction

#: A storm of transitions is done in seconds, and so is the backlog of an outage.
_SOON_DONE: Final = timedelta(seconds=5)
_STUCK: Final = timedelta(minutes=1)


def examine(transaction: Transaction) -> Finding:
    """Check how long the oldest due transition has waited."""
    now = transaction.now()
    waits = {kind: now - due for kind in Kind if (due := transaction.due.next(kind)) and due < now}
    if not waits:
        return Finding("overdue", Verdict.OK, "nothing waits")
    kind = max(waits, key=waits.__getitem__)
    return judge(kind, waits[kind])


def judge(kind: Kind, waits: timedelta) -> Finding:
    """Judge how long the oldest due transition, of this kind, has waited."""
    said = f"the oldest {kind} has waited for {waits.total_seconds():.1f} s"
    if waits <= _SOON_DONE:
        return Finding("overdue", Verdict.OK, said)
    verdict = Verdict.WARNING if waits <= _STUCK else Verdict.FAILED
    return Finding("overdue", verdict, f"{said}: see beat and worker below, and the worker's log")
