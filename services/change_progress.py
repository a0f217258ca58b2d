"""How changes of many people's plans go on: step by step, by whoever carries them on, also after a crash."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from domain.bulk_changes import BulkChange, State
from domain.plans import Limits
from domain.refusals import Refusal
from services.change_states import enter
from services.change_steps import STEPS, NotAsPlanned
from store.store import Store

#: The longest pause after a transaction on SQLite. The pause is as long as the transaction, so that others take turns.
_LONGEST_PAUSE: Final = 0.2

#: Beat sends a message at once if a change seems to have gone no further for so long.
_LONG: Final = timedelta(minutes=1)

#: How many seconds to wait for somebody else who carries a change on.
_PAUSE: Final = 0.1

#: Called after each step with the change as it is then.
Progress = Callable[[BulkChange], None]


def carry_on_all(store: Store, *, limits: Limits, stop_at: float) -> bool:
    """Carry on every change at work, the oldest first; return whether all are done.

    If one fails, the others go on before its error is raised. `stop_at` is a moment of `time.monotonic`.
    """
    with store.reading() as transaction:
        ids = transaction.changes.at_work()
    are_done = True
    failures: list[Exception] = []
    for change_id in ids:
        try:
            are_done &= _is_done(carry_on(store, change_id, limits=limits, stop_at=stop_at))
        except Exception as failure:  # noqa: BLE001 (raised below)
            failures.append(failure)
    if failures:
        raise failures[0]
    return are_done


def carry_on(
    store: Store,
    change_id: str,
    *,
    limits: Limits,
    stop_at: float | None = None,
    progress: Progress = lambda _: None,
) -> BulkChange | None:
    """Plan, apply or undo a change, until that is done or the time is over; return it as it is then.

    Each step is a transaction of its own, which also stores how far the change is. So whoever carries on after a crash
    repeats nothing and omits nothing. With `stop_at`, what somebody else carries on is left to them, and not returned.
    """
    while True:
        begun_at = time.monotonic()
        change = _step(store, change_id, limits)
        if store.writes_alone:
            time.sleep(min(time.monotonic() - begun_at, _LONGEST_PAUSE))
        if change is None:
            if stop_at is not None:
                return None
            with store.reading() as transaction:
                change = transaction.changes.find(change_id)
            if _is_done(change):
                return change
            # Somebody else has it.
            time.sleep(_PAUSE)
            continue
        progress(change)
        if _is_done(change) or (stop_at is not None and time.monotonic() >= stop_at):
            return change


def begin(store: Store, change: BulkChange, *, limits: Limits, stop_at: float) -> BulkChange:
    """Carry on a change that a request has brought into its state, and leave the rest to a worker; return it.

    `stop_at` is a moment of `time.monotonic`.
    """
    begun = carry_on(store, change.id, limits=limits, stop_at=stop_at)
    if begun is not None and not _is_done(begun):
        with store.writing() as transaction:
            transaction.changes.save(begun, touched_at=transaction.now() - _LONG)
            transaction.wake()
    return begun or change


def _is_done(change: BulkChange | None) -> bool:
    return change is None or change.state not in STEPS


def _step(store: Store, change_id: str, limits: Limits) -> BulkChange | None:
    """Carry a change on by one group of people, in one transaction."""
    try:
        with store.writing() as transaction:
            change = transaction.changes.take(change_id)
            if change is None or change.state not in STEPS:
                return change
            return STEPS[change.state](transaction, change, limits)
    except (NotAsPlanned, Refusal) as reason:
        with store.writing() as transaction:
            change = transaction.changes.find(change_id, lock=True)
            if change is None or change.state is not State.APPLYING:
                return change
            anew = {"plan": change.plan + 1, "problem": str(reason)}
            return enter(transaction, change, State.REVERTING, until=change.position, **anew)
