"""One step of a change of many people's plans: what becomes of some people, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from domain import wanted
from domain.bulk import CHANGING, Action, Decision, Outcome, Rules, take_back
from domain.bulk_changes import BulkChange, Entry, State
from domain.definitions import check_in_use
from domain.directory import Domain, check_statuses_are_on
from domain.plans import Limits
from domain.refusals import PersonUnknown
from domain.status import Draft
from services.change_groups import Group
from services.change_states import advance, begin_planning, enter
from store.changes import decision_of
from store.store import Transaction

if TYPE_CHECKING:
    from domain.bookings import Booking
    from domain.changes import Change

#: The maximum number of entries in one transaction: its people are locked for that long, and on SQLite everybody.
_GROUP: Final = 500
_GROUP_ALONE: Final = 50
#: Of a transaction that plans: it locks nobody.
_GROUP_PLANNED: Final = 2000


class NotAsPlanned(Exception):
    """Somebody has changed what the plan saw; the message says what."""


def _at_most(transaction: Transaction, beside_others: int) -> int:
    return _GROUP_ALONE if transaction.writes_alone else beside_others


def _plan(transaction: Transaction, change: BulkChange, limits: Limits) -> BulkChange:
    """Decide what becomes of the entries of some people. Nobody is locked, and no status is written."""
    at_most = _at_most(transaction, _GROUP_PLANNED)
    entries_of = transaction.changes.next_entries(change, at_most=at_most)
    if not entries_of:
        counts = transaction.changes.count_actions(change.id)
        return enter(transaction, change, State.PLANNED, counts=counts)
    if change.all_of is not None:
        transaction.changes.drop_cancelled(change.id, entries_of)
    group = Group.read(transaction, change, entries_of)
    domain = transaction.directory.domain(change.domain_id)
    rules = _rules(transaction, change, domain, group.now, limits)
    number: int | None = None
    saved: list[Entry] = []
    added: list[Entry] = []
    for person_id, entries in group.entries.items():
        if person_id not in group.brought.active:
            gone = str(PersonUnknown())
            saved += [replace(one, action=Action.REFUSED, reason=gone) for one in entries]
            continue
        decided = group.decided(person_id, rules).decisions
        found = {one.number: one for one in decided}
        for entry in entries:
            if entry.number in found and _differs(entry, values := _planned(found[entry.number])):
                saved.append(replace(entry, **values))
        for missing in (one for one in decided if one.number is None):
            number = (number or max(transaction.changes.last_number(change.id), change.entries)) + 1
            added.append(_cancelled(missing, number, person_id, entries[0].person))
    transaction.changes.save_entries(change.id, saved)
    transaction.changes.add_entries(change.id, added)
    return advance(transaction, change, entries_of)


def _apply(transaction: Transaction, change: BulkChange, limits: Limits) -> BulkChange:
    """Carry out the decisions on some people, if each would be made again now.

    Raises:
        NotAsPlanned: one would not.
        Refusal: it cannot be carried out.
    """
    entries_of = transaction.changes.next_entries(change, at_most=_at_most(transaction, _GROUP))
    domain = transaction.directory.domain(change.domain_id)
    check_statuses_are_on(domain)
    if not entries_of:
        return enter(transaction, change, State.APPLIED)
    group = Group.read(transaction, change, entries_of, lock=True)
    rules = _rules(transaction, change, domain, group.now, limits)
    changes: dict[int, Change] = {}
    saved: dict[int, Booking] = {}
    forgotten: set[str] = set()
    for person_id, entries in group.entries.items():
        planned = [decision_of(one) for one in entries if _is_to_apply(one)]
        if not planned:
            continue
        if person_id not in group.brought.active:
            raise NotAsPlanned(f"{entries[0].person} is not active any more.")
        outcome = group.decided(person_id, rules)
        _check_as_planned(entries[0].person, planned, outcome)
        changes[person_id] = group.change(person_id, outcome.statuses)
        saved |= {
            one.number: outcome.saved[one.external_id] for one in entries if one.external_id in outcome.saved
        }
        forgotten |= outcome.forgotten
    group.save(transaction, change, changes, forgotten)
    transaction.bookings.save_words(change, saved)
    return advance(transaction, change, entries_of)


def _take_back(transaction: Transaction, change: BulkChange, _limits: Limits) -> BulkChange:
    """Undo the decisions on some people, except what somebody changed since."""
    at_most = _at_most(transaction, _GROUP)
    entries_of = transaction.changes.next_entries(change, at_most=at_most, until=change.until)
    if not entries_of:
        if change.state is State.REVERTING:
            return begin_planning(transaction, change)
        counts = dict(change.counts) | {"left": transaction.changes.count_left(change.id)}
        return enter(transaction, change, State.UNDONE, counts=counts)
    group = Group.read(transaction, change, entries_of, lock=True)
    changes: dict[int, Change] = {}
    saved: dict[str, Booking] = {}
    forgotten: set[str] = set()
    left: list[Entry] = []
    for person_id, entries in group.entries.items():
        done = [decision_of(one) for one in entries if _is_to_apply(one)]
        back = take_back(group.held(person_id), done, group.now)
        changes[person_id] = group.change(person_id, back.statuses)
        saved |= back.saved
        forgotten |= back.forgotten
        left += [
            replace(one, left_because=back.left[one.number]) for one in entries if one.number in back.left
        ]
    group.save(transaction, change, changes, forgotten, is_back=True)
    transaction.bookings.save_all(change.domain_id, change.client, saved)
    if change.state is State.UNDOING:
        transaction.changes.save_entries(change.id, left)
    return advance(transaction, change, entries_of)


STEPS: Final[Mapping[State, Callable[[Transaction, BulkChange, Limits], BulkChange]]] = {
    State.PLANNING: _plan,
    State.APPLYING: _apply,
    State.REVERTING: _take_back,
    State.UNDOING: _take_back,
}


def _rules(
    transaction: Transaction, change: BulkChange, domain: Domain, now: datetime, limits: Limits
) -> Rules:
    definitions = transaction.definitions.of(change.domain_id)

    def check(word: Draft) -> None:
        check_statuses_are_on(domain)
        check_in_use(definitions, word.profile_status_id)

    return Rules(
        check=check,
        latest_start=now + limits.ahead,
        most_ahead=limits.most,
        all_of=change.all_of,
    )


def _is_to_apply(entry: Entry) -> bool:
    return entry.external_id is not None and entry.action is not Action.REFUSED


def _check_as_planned(person: str, planned: Sequence[Decision], outcome: Outcome) -> None:
    """Raise `NotAsPlanned` unless the decisions are those of the plan. What is refused is not compared."""
    now = {one.external_id: one for one in outcome.decisions if one.action is not Action.REFUSED}
    for one in planned:
        found = now.pop(one.external_id, None)
        if found is None or not found.is_as(one):
            raise NotAsPlanned(f"{one.external_id} of {person} is not as the plan saw it.")
    if now:
        raise NotAsPlanned(f"{next(iter(now))} of {person} is not as the plan saw it.")


def _planned(decision: Decision) -> dict[str, Any]:
    """Return what an entry keeps of a decision, by field."""
    return {
        "action": decision.action,
        "reason": decision.reason.message(wanted.JSON_NAMES) if decision.reason else None,
        "earlier": decision.earlier,
        "before": decision.before if decision.action in CHANGING else None,
        "after": decision.after if decision.action in CHANGING - {Action.NEW} else None,
    }


def _differs(entry: Entry, values: Mapping[str, Any]) -> bool:
    return any(getattr(entry, name) != value for name, value in values.items())


def _cancelled(decision: Decision, number: int, person_id: int, person: str) -> Entry:
    return Entry(
        number=number,
        person_id=person_id,
        person=person,
        external_id=decision.external_id,
        word=None,
        **_planned(decision),
    )
