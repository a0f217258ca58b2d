"""Changes of many people's plans at once, as their clients order them: look, apply, undo, delete."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.bulk import Action
from domain.bulk_changes import FIRST_PLAN, BulkChange, Entry, State
from domain.credentials import Caller
from domain.permissions import AccessTarget
from domain.refusals import ChangeUnknown, HasRefusedEntries, NotPossibleNow, PlanIsOutdated
from services import admission
from services.change_states import enter
from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """Who changes many people's plans: whose bookings they are, and who is the author."""

    domain_id: int
    client: str
    author: str
    request_id: str | None = None
    #: Whether only changes of `client` may be seen and carried out.
    is_limited: bool = False


def booker(store: Store, caller: Caller, domain_id: int) -> Booker:
    """Return the caller as a booker.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write everybody's statuses in this domain.
    """
    with store.reading() as transaction:
        principal = admission.principal(transaction, caller.credential)
    principal.check_may_write_for_all(AccessTarget(domain_id))
    return Booker(
        domain_id=domain_id,
        client=principal.client,
        author=principal.name,
        request_id=caller.request_id,
        is_limited=principal.writes_own_only,
    )


def get(store: Store, by: Booker, change_id: str) -> BulkChange:
    """Return a change of the domain; a limited client finds only its own.

    Raises:
        ChangeUnknown: there is no such change.
    """
    with store.reading() as transaction:
        return _mine(transaction.changes.find(change_id), by)


def listed(
    store: Store, by: Booker, *, after: tuple[datetime, str] | None = None, limit: int
) -> list[BulkChange]:
    """Return at most `limit` changes that the booker may see, the newest first."""
    with store.reading() as transaction:
        client = by.client if by.is_limited else None
        return transaction.changes.listed(by.domain_id, client=client, after=after, limit=limit)


def diff(  # noqa: PLR0913 (the filters)
    store: Store,
    by: Booker,
    change_id: str,
    *,
    actions: Collection[Action] = (),
    is_left: bool = False,
    after: int = 0,
    limit: int,
) -> list[Entry]:
    """Return at most `limit` entries of a change after this number.

    Raises:
        ChangeUnknown: there is no such change.
    """
    with store.reading() as transaction:
        change = _mine(transaction.changes.find(change_id), by)
        return transaction.changes.page(change, actions=actions, is_left=is_left, after=after, limit=limit)


def apply(
    store: Store, by: Booker, change_id: str, *, plan: int | None = None, skip_refused: bool = False
) -> BulkChange:
    """Begin to apply a planned change; a repeated request changes nothing.

    `plan` is the number of the plan that the caller has seen. Only the first plan is applied without it: whoever
    repeats a request, because the response was lost, has not seen what was planned anew meanwhile.

    Raises:
        ChangeUnknown: there is no such change.
        HasRefusedEntries: it has entries that are refused, and they are not to be skipped.
        NotPossibleNow: it is neither planned nor applied.
        PlanIsOutdated: its plan is another one.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state is State.PLANNED and (plan or FIRST_PLAN) != change.plan:
            raise PlanIsOutdated(change.plan, change.problem)
        if change.state in {State.APPLYING, State.APPLIED}:
            return change
        if change.state is not State.PLANNED:
            raise NotPossibleNow("applied", change.state)
        refused = change.counts.get(Action.REFUSED, 0)
        # What is refused would look as if the client did not want it.
        if refused and (change.all_of is not None or not skip_refused):
            raise HasRefusedEntries(refused, cannot_skip=skip_refused)
        return enter(transaction, change, State.APPLYING, **_by(by), skips_refused=skip_refused, problem=None)


def undo(store: Store, by: Booker, change_id: str) -> BulkChange:
    """Begin to take an applied change back; a repeated request changes nothing.

    Raises:
        ChangeUnknown: there is no such change.
        NotPossibleNow: it is not applied.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state in {State.UNDOING, State.UNDONE}:
            return change
        if change.state is not State.APPLIED:
            raise NotPossibleNow("undone", change.state)
        return enter(transaction, change, State.UNDOING, **_by(by))


def delete(store: Store, by: Booker, change_id: str) -> None:
    """Delete a change that is not applied.

    Raises:
        ChangeUnknown: there is no such change.
        NotPossibleNow: it is applied, or a worker is at it.
    """
    with store.writing() as transaction:
        change = _mine(transaction.changes.find(change_id, lock=True), by)
        if change.state not in {State.RECEIVING, State.PLANNING, State.PLANNED, State.UNDONE}:
            raise NotPossibleNow("deleted", change.state)
        transaction.changes.remove(change.id)


def _by(by: Booker) -> dict[str, Any]:
    """Return what a change keeps of whoever brings it into another state."""
    return {"actor": by.author, "actor_client": by.client, "request_id": by.request_id}


def _mine(change: BulkChange | None, by: Booker) -> BulkChange:
    if change is None or change.domain_id != by.domain_id or (by.is_limited and change.client != by.client):
        raise ChangeUnknown
    return change
