"""A change of one person's statuses: read, decide, act, record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event, EventKind, of_coming, of_going
from domain.out_of_office import OutOfOffice, view, write
from domain.status import Status
from domain.timeline import Timeline, as_of, settle
from store import wakeup
from store.events import TIME, Author
from store.store import Transaction

Rule = Callable[[Sequence[Status], datetime], tuple[Status, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a person's statuses: its time, and the statuses before and after."""

    at: datetime
    before: tuple[Status, ...]
    after: tuple[Status, ...]

    @property
    def timeline(self) -> Timeline:
        """Return the person's timeline after the change."""
        return as_of(self.after, self.at)


def change(transaction: Transaction, person_id: int, rule: Rule, *, by: Author) -> Change:
    """Apply `rule` to a person's statuses, after carrying out what is due.

    The clock is read after the statuses are locked, so that the times of two writers are in the order of their writes.

    Raises:
        Refusal: the rule refuses, or the daily limit of reply text is passed; roll the transaction back.
    """
    kept = transaction.statuses.lock(person_id)
    now = transaction.now()
    settlement = settle(kept, now)
    change = Change(now, settlement.statuses, rule(settlement.statuses, now))
    shown = change.timeline.shown
    transaction.reply_usage.count(person_id, _new_text(kept, change.after), now)
    record = transaction.events.record
    record(person_id, settlement.events, shown=shown, by=TIME, now=now)
    record(person_id, of_going(change.before, change.after), shown=shown, by=by, now=now)
    transaction.statuses.save(person_id, kept, change.after)
    record(person_id, of_coming(change.before, change.after), shown=shown, by=by, now=now)
    wakeup.announce(transaction.connection, change.after, now)
    return change


def change_out_of_office(
    transaction: Transaction,
    person_id: int,
    wanted_of: Callable[[OutOfOffice], OutOfOffice],
    *,
    by: Author,
) -> None:
    """Apply `wanted_of` to a person's out-of-office setting.

    Raises:
        Refusal: the new setting is refused; roll the transaction back.
    """
    texts = transaction.reply_texts
    remembered = left = texts.of(person_id)

    def rule(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
        nonlocal remembered, left
        remembered = texts.of(person_id)
        wanted = wanted_of(view(as_of(statuses, now), remembered))
        written = write(statuses, remembered, wanted, now)
        left = written.remembered
        return written.statuses

    done = change(transaction, person_id, rule, by=by)
    if left == remembered:
        return
    texts.save(person_id, left)
    if not _new_text(done.before, done.after):
        transaction.reply_usage.count(person_id, _new_text_remembered(remembered, left), done.at)
    if not (of_going(done.before, done.after) or of_coming(done.before, done.after)):
        only = [Event(EventKind.REMEMBERED, None)]
        transaction.events.record(person_id, only, shown=done.timeline.shown, by=by, now=done.at)


def _new_text(before: Sequence[Status], after: Sequence[Status]) -> int:
    """Count the bytes of the auto-replies that are new or changed."""
    had = {status.id: status.auto_reply for status in before}
    return sum(
        status.auto_reply.size
        for status in after
        if status.auto_reply is not None and status.auto_reply != had.get(status.id)
    )


def _new_text_remembered(before: OutOfOffice, after: OutOfOffice) -> int:
    """Count the bytes of the remembered texts that are new or changed."""
    sides = ((before.internal, after.internal), (before.external, after.external))
    return sum(new.size for old, new in sides if new is not None and new != old)
