"""Planned statuses, written natively: any number for a person. They fill no dialect's place, and replace none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain import timeline as rules
from domain.bookings import Booking, book
from domain.credentials import Caller
from domain.definitions import Definitions, check_in_use
from domain.directory import Person, Whom, check_statuses_are_on
from domain.expectation import Expectation, anything
from domain.forecast import Forecast, forecast
from domain.plans import Limits, Plan, PlanPatch, check_sizes, check_start
from domain.principals import admit
from domain.refusals import ExternalIdTaken, TooManyPlans
from domain.status import Draft, Status
from domain.timeline import Timeline, as_of
from services import writing
from services.idempotency import RECORDS_NOTHING, Recorder
from services.writing import Writing
from store.bookings import Key
from store.situations import Situation
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A status of a person; `status` is `None` if a client repeated a booking whose status was ended or deleted."""

    person: Person
    status: Status | None
    is_shown: bool
    external_id: str | None
    definitions: Definitions
    #: Whether this request made it.
    is_new: bool = False
    #: What would come of it, if it was only tried.
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Statuses of a person in the order of their starts, and whether more follow."""

    found: tuple[Found, ...]
    has_more: bool


#: The position of a status in a page: its start and its id.
Position = tuple[datetime, str]


def listed(store: Store, caller: Caller, whom: Whom, *, after: Position | None = None, limit: int) -> Page:
    """Return at most `limit` statuses of a person, in force or ahead, that come after this position.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this person's statuses.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = _read(transaction, caller, whom)
        person, now = situation.person, situation.now
        stored = transaction.statuses.page(person.id, now, after=after, limit=limit + 1)
        names = transaction.bookings.external_ids([status.id for status in stored])
    current = {status.id: status for status in as_of(stored, now).statuses}
    shown = as_of(situation.statuses, now).shown
    found = (
        Found(
            person=person,
            status=current[status.id],
            is_shown=shown is not None and shown.id == status.id,
            external_id=names.get(status.id),
            definitions=situation.definitions,
        )
        for status in stored[:limit]
    )
    return Page(tuple(found), len(stored) > limit)


def get(store: Store, caller: Caller, whom: Whom, status_id: str) -> Found:
    """Return one status that is in force or ahead.

    Raises:
        StatusUnknown: the person has no such status.
        Refusal: as in `listed`.
    """
    with store.reading() as transaction:
        situation = _read(transaction, caller, whom, status_id)
        timeline = as_of(situation.statuses, situation.now)
        status = timeline.status(status_id)
        name = transaction.bookings.external_ids([status.id]).get(status.id)
    return _found(situation, timeline, status, name)


def add(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    whom: Whom,
    plan: Plan,
    *,
    limits: Limits,
    external_id: str | None = None,
    dry_run: bool = False,
    recorder: Recorder[Found] = RECORDS_NOTHING,
) -> Found:
    """Add a status, under an id of the client's own if it gives one, and return it. It replaces no other.

    A dry run writes nothing, and returns a forecast with it.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write this person's statuses, or not this one.
        PersonUnknown: there is no such person.
        StatusesAreOff: the domain has switched statuses off.
        StatusNotInUse: the domain does not use this profile status.
        InvalidValue: the window is impossible, or over, or a reply is too long.
        ExternalIdTaken: the client has given this id to a status before.
        TooFarAhead: the start lies farther ahead than the limit.
        TooManyPlans: the person has as many statuses ahead as the limit allows.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, recorder=recorder)
        draft = _draft(write, plan, limits)
        _check_may_choose(write, draft)
        after, new = rules.add(write.statuses, draft, write.now, sequence=write.sequence)
        _check_limits(write, after, limits)
        person = write.situation.person
        key = external_id and Key(person.domain.id, write.principal.client, external_id)
        if key and transaction.bookings.find(key) is not None:
            raise ExternalIdTaken("To change that one, PUT it under its external id.")
        found = _found(write.situation, as_of(after, write.now), new, external_id, is_new=True)
        if dry_run:
            return replace(found, forecast=_forecast(write, after))
        write.save(after)
        if key:
            booking = Booking(person_id=person.id, status_id=new.id, word=draft)
            transaction.bookings.save(key, booking)
        recorder.record(transaction, found)
    return found


def upsert(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    whom: Whom,
    external_id: str,
    plan: Plan,
    *,
    limits: Limits,
    dry_run: bool = False,
) -> Found:
    """Carry out what a client says of the status to which it gave this id: only what differs from the last time.

    What was ended or deleted stays away, unless its window changes; the result then has no status. A dry run writes
    nothing, and returns a forecast with it.

    Raises:
        ExternalIdTaken: the client has given this id to a status of another person.
        Refusal: as in `add`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom)
        person = write.situation.person
        key = Key(person.domain.id, write.principal.client, external_id)
        booking = transaction.bookings.find(key)
        if booking is not None and booking.person_id != person.id:
            raise ExternalIdTaken("That status is another person's: use another id.")
        if booking is not None and all(status.id != booking.status_id for status in write.statuses):
            # It may lie ahead: then it was not brought.
            write = _begin(transaction, caller, whom, booking.status_id)
        draft = _draft(write, plan, limits)
        _check_word(write, booking, draft)
        booked = book(
            write.statuses,
            booking,
            draft,
            write.now,
            person_id=person.id,
            sequence=write.sequence,
        )
        _check_limits(write, booked.statuses, limits)
        timeline = as_of(booked.statuses, write.now)
        status = next((one for one in timeline.statuses if one.id == booked.booking.status_id), None)
        is_new = booking is None or booking.status_id != booked.booking.status_id
        found = _found(write.situation, timeline, status, external_id, is_new=is_new)
        if dry_run:
            return replace(found, forecast=_forecast(write, booked.statuses))
        write.save(booked.statuses)
        if booked.booking != booking:
            transaction.bookings.save(key, booked.booking)
    return found


def change(  # noqa: PLR0913 (the request's)
    store: Store,
    caller: Caller,
    whom: Whom,
    status_id: str,
    changes: Plan | PlanPatch,
    *,
    limits: Limits,
    expected: Expectation[Found] = anything,
    dry_run: bool = False,
    recorder: Recorder[Found] = RECORDS_NOTHING,
) -> Found:
    """Replace one status by a plan, or change the given fields, whoever booked it, and return it.

    A dry run writes nothing, and returns a forecast with it.

    Raises:
        StatusUnknown: the person has no such status.
        Changed: it is not what is expected.
        Refusal: as in `add`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id, recorder=recorder)
        name = transaction.bookings.external_ids([status_id]).get(status_id)
        old = _expected(write, status_id, name, expected)
        check_sizes(changes.auto_reply, limits.largest_reply)
        domain = write.situation.person.domain
        check_statuses_are_on(domain)
        wanted = changes.applied_to(old, domain)
        if wanted.profile_status_id != old.profile_status_id:
            _check_may_choose(write, wanted)
        after, written = rules.edit(write.statuses, old.id, wanted, write.now, sequence=write.sequence)
        _check_limits(write, after, limits)
        found = _found(write.situation, as_of(after, write.now), written, name)
        if dry_run:
            return replace(found, forecast=_forecast(write, after))
        write.save(after)
        recorder.record(transaction, found)
    return found


def delete(
    store: Store,
    caller: Caller,
    whom: Whom,
    status_id: str,
    *,
    expected: Expectation[Found] = anything,
) -> None:
    """Delete one status, in force or ahead. What it covered shows again.

    Raises:
        StatusUnknown: the person has no such status.
        Changed: it is not what is expected.
        Refusal: as in `add`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id)
        name = transaction.bookings.external_ids([status_id]).get(status_id)
        old = _expected(write, status_id, name, expected)
        write.save(rules.delete(write.statuses, old.id, write.now))


def end(
    store: Store,
    caller: Caller,
    whom: Whom,
    status_id: str,
    *,
    recorder: Recorder[None] = RECORDS_NOTHING,
) -> None:
    """End a status that is in force, now. What it covered shows again.

    Raises:
        StatusUnknown: the person has no such status.
        NotBegun: it lies ahead.
        Refusal: as in `add`.
    """
    with store.writing() as transaction:
        write = _begin(transaction, caller, whom, status_id, recorder=recorder)
        write.save(rules.end(write.statuses, status_id, write.now))
        recorder.record(transaction, None)


def _forecast(write: Writing, after: Sequence[Status]) -> Forecast:
    """Return what would come of a write, with the plans that lie ahead, which were not brought."""
    write.check(after)
    whole = write.transaction.statuses.of(write.situation.person.id)
    brought = {status.id for status in write.situation.statuses}
    others = [status for status in whole if status.id not in brought]
    zone = write.situation.person.domain.zone
    return forecast([*write.statuses, *others], [*after, *others], write.now, zone)


def _read(transaction: Transaction, caller: Caller, whom: Whom, status_id: str | None = None) -> Situation:
    situation = transaction.situations.read(caller.credential, whom, status_id)
    admit(caller.credential, situation.standing).check_may_read(situation.target)
    situation.check_person()
    return situation


def _begin(
    transaction: Transaction,
    caller: Caller,
    whom: Whom,
    status_id: str | None = None,
    *,
    recorder: Recorder[Any] = RECORDS_NOTHING,
) -> Writing:
    write = writing.begin(transaction, caller, whom, status_id, recorder=recorder)
    write.principal.check_may_write_for(write.situation.person)
    return write


def _draft(write: Writing, plan: Plan, limits: Limits) -> Draft:
    check_sizes(plan.auto_reply, limits.largest_reply)
    return replace(plan.draft(write.situation.person.domain), client=write.principal.client)


def _check_may_choose(write: Writing, draft: Draft) -> None:
    check_statuses_are_on(write.situation.person.domain)
    write.principal.check_may_choose(check_in_use(write.situation.definitions, draft.profile_status_id))


def _check_word(write: Writing, booking: Booking | None, draft: Draft) -> None:
    """Check the profile status, unless the client repeats it: a definition may have gone since."""
    check_statuses_are_on(write.situation.person.domain)
    if booking is None or booking.word.profile_status_id != draft.profile_status_id:
        _check_may_choose(write, draft)


def _check_limits(write: Writing, after: tuple[Status, ...], limits: Limits) -> None:
    """Check what comes to lie ahead by a write."""
    before = {status.id: status.in_force_at for status in as_of(write.statuses, write.now).ahead}
    written = as_of(after, write.now).ahead
    for status in written:
        if status.in_force_at != before.get(status.id):
            check_start(status, write.now + limits.ahead)
    coming = [status for status in written if status.id not in before]
    if not coming:
        return
    ahead = write.transaction.statuses.count_ahead(write.situation.person.id, write.now)
    if ahead + len(coming) > limits.most:
        raise TooManyPlans(limits.most)


def _expected(
    write: Writing, status_id: str, external_id: str | None, expected: Expectation[Found]
) -> Status:
    status = write.timeline.status(status_id)
    expected(_found(write.situation, write.timeline, status, external_id))
    return status


def _found(
    situation: Situation,
    timeline: Timeline,
    status: Status | None,
    external_id: str | None,
    *,
    is_new: bool = False,
) -> Found:
    shown = timeline.shown
    return Found(
        person=situation.person,
        status=status,
        is_shown=status is not None and shown is not None and shown.id == status.id,
        external_id=external_id,
        definitions=situation.definitions,
        is_new=is_new,
    )
