"""People's statuses: list, get, post, put, patch and delete."""

from dataclasses import dataclass

from domain import timeline as rules
from domain.credentials import Caller
from domain.definitions import Definitions, check_in_use
from domain.directory import Whom, check_statuses_are_on
from domain.plain_replies import Patch, ShownText, patched, repeated, replacing
from domain.principals import admit
from domain.status import Draft, Status
from domain.timeline import Timeline, as_of
from services import writing
from services.writing import Writing
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Listed:
    """A person's timeline, with the definitions of the domain."""

    timeline: Timeline
    definitions: Definitions


@dataclass(frozen=True, slots=True)
class Found:
    """A status, with the definitions of the domain."""

    status: Status
    definitions: Definitions


def listed(store: Store, caller: Caller, whom: Whom, status_id: str | None = None) -> Listed:
    """Return a person's timeline: what is in force, what fills the dialects' places, and the status with this id.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this person's statuses.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = transaction.situations.read(caller.credential, whom, status_id)
    admit(caller.credential, situation.standing).check_may_read(situation.target)
    situation.check_person()
    return Listed(as_of(situation.statuses, situation.now), situation.definitions)


def get(store: Store, caller: Caller, whom: Whom, status_id: str) -> Found:
    """Return one status that is in force or reserved.

    Raises:
        StatusUnknown: the person has no such status.
        Refusal: as in `listed`.
    """
    found = listed(store, caller, whom, status_id)
    return Found(found.timeline.with_works_id(status_id), found.definitions)


def post(store: Store, caller: Caller, whom: Whom, draft: Draft, text_of: ShownText) -> Found:
    """Write the status that `draft` requests, and return it. A repeated post changes nothing.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write this person's statuses, or not this one.
        PersonUnknown: there is no such person.
        StatusesAreOff: the domain has switched statuses off.
        StatusNotInUse: the domain does not use this profile status.
        WindowIsOver: the end is not in the future.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom)
        _check_may_choose(write, draft)
        wanted = repeated(draft, write.timeline.seen, text_of)
        after, written = rules.post(write.statuses, wanted, write.now, sequence=write.sequence)
        write.save(after)
    return Found(written, write.situation.definitions)


def put(  # noqa: PLR0913, PLR0917 (the request's)
    store: Store, caller: Caller, whom: Whom, status_id: str, draft: Draft, text_of: ShownText
) -> Found:
    """Rewrite one status as `draft` requests, under the same id, and return it.

    Raises:
        StatusUnknown: the person has no such status.
        Refusal: as in `post`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id)
        old = write.timeline.with_works_id(status_id)
        wanted = replacing(draft, old, text_of)
        _check_change(write, old, wanted)
        after, written = rules.put(write.statuses, old.id, wanted, write.now, sequence=write.sequence)
        write.save(after)
    return Found(written, write.situation.definitions)


def patch(  # noqa: PLR0913, PLR0917 (the request's)
    store: Store, caller: Caller, whom: Whom, status_id: str, changes: Patch, text_of: ShownText
) -> Found:
    """Change the given fields of one status, and return it.

    Raises:
        StatusUnknown: the person has no such status.
        Refusal: as in `post`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id)
        old = write.timeline.with_works_id(status_id)
        wanted = patched(changes, old, text_of)
        _check_change(write, old, wanted)
        after, written = rules.change(write.statuses, old.id, wanted, write.now, sequence=write.sequence)
        write.save(after)
    return Found(written, write.situation.definitions)


def delete(store: Store, caller: Caller, whom: Whom, status_id: str) -> None:
    """Delete one status. What it covered shows again.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write this person's statuses.
        PersonUnknown: there is no such person.
        StatusUnknown: the person has no such status.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id)
        gone = write.timeline.with_works_id(status_id)
        write.save(rules.delete(write.statuses, gone.id, write.now))


def _begin(transaction: Transaction, caller: Caller, whom: Whom, status_id: str | None = None) -> Writing:
    write = writing.begin(transaction, caller, whom, status_id)
    write.principal.check_may_write_for(write.situation.person)
    return write


def _check_change(write: Writing, old: Status, wanted: Draft) -> None:
    check_statuses_are_on(write.situation.person.domain)
    if wanted.profile_status_id != old.profile_status_id:
        _check_may_choose(write, wanted)


def _check_may_choose(write: Writing, draft: Draft) -> None:
    """Check the profile status. The person is locked: whoever changes the domain's definitions locks everybody."""
    check_statuses_are_on(write.situation.person.domain)
    write.principal.check_may_choose(check_in_use(write.situation.definitions, draft.profile_status_id))
