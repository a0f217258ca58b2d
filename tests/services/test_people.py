from contextlib import suppress
from functools import partial
from threading import Event

import pytest

from domain.credentials import Bearer
from domain.directory import Person, PersonReference, person_reference
from domain.events import Author
from domain.out_of_office import NEVER_SET, State
from domain.permissions import role
from domain.principals import admit_bearer
from domain.refusals import CallerUnknown, PersonUnknown
from services.people import deactivate_all, reactivate_all
from store.store import Store
from tests.builders import (
    HOUR,
    NINE,
    SOMEBODY,
    HandClock,
    a_draft,
    a_reserved_status,
    a_status,
    an_out_of_office,
)
from tests.store.builders import (
    at_once,
    change,
    change_out_of_office,
    drain,
    events_of,
    keep,
    retold,
    statuses_of,
)
from tests.writes import post

OPERATOR = Author("operator", "request-9")


def leave(store: Store, *people: Person) -> None:
    with store.writing() as transaction:
        deactivate_all(transaction, [person.id for person in people], by=OPERATOR)


def present(store: Store, person: Person) -> None:
    with store.writing() as transaction:
        change(transaction, person.id, lambda statuses, now: post(statuses, a_draft(), now)[0], by=SOMEBODY)


def save(store: Store, person: Person, state: State) -> None:
    with store.writing() as transaction:
        change_out_of_office(transaction, person.id, lambda _: an_out_of_office(state), by=SOMEBODY)


def test_who_comes_back_is_no_administrator_and_has_no_password(store: Store, people: list[Person]):
    leaver, other = people[:2]
    with store.writing() as transaction:
        for person in (leaver, other):
            transaction.accounts.set_password(person.id, "hash")
            transaction.accounts.grant(person.id, role("SystemAdmin", ""))
            transaction.accounts.add_login_name(person.id, f"boss{person.id}")

    leave(store, leaver)
    with store.writing() as transaction:
        reactivate_all(transaction, [leaver.id])
        back, stayed = transaction.accounts.of(leaver.user_id), transaction.accounts.of(other.user_id)
        names = transaction.accounts.login_names([leaver.id, other.id])

    assert back is not None
    assert stayed is not None
    assert (back.password_hash, back.administrator.roles) == (None, frozenset())
    assert (stayed.password_hash, len(stayed.administrator.roles)) == ("hash", 1)
    assert names == {other.id: [f"boss{other.id}"]}


def test_everything_of_theirs_ends_with_an_event_each(store: Store, clock: HandClock, person: Person):
    lower, upper = a_status(id="lower"), a_status(id="upper", profile_status_id="AWAY", sequence=2)
    keep(store, person, lower, upper, a_reserved_status(sequence=3))
    clock.advance(HOUR / 2)

    leave(store, person)

    assert statuses_of(store, person) == []
    told = {event.status_id: event for event in events_of(store, person)}
    assert set(told) == {"lower", "upper", "uprofile-reserved"}
    for event in told.values():
        assert (event.kind, event.committed_at, event.due_at) == ("DELETED", NINE + HOUR / 2, None)
        assert (event.actor, event.request_id) == ("operator", "request-9")
        assert (event.shown_status_id, event.shown_profile_status_id) == (None, None)
    assert told["uprofile-reserved"].schedule_type == "RESERVED"


def test_what_was_remembered_for_the_next_out_of_office_is_forgotten_and_told(store: Store, person: Person):
    save(store, person, State.DISABLED)
    leave(store, person)
    with store.reading() as transaction:
        assert transaction.reply_texts.of(person.id) == NEVER_SET
    assert [(event.kind, event.actor) for event in events_of(store, person)] == [
        ("REMEMBERED", SOMEBODY.name),
        ("REMEMBERED", "operator"),
    ]


def test_an_out_of_office_in_force_ends_and_its_events_make_a_story(store: Store, person: Person):
    save(store, person, State.ENABLED)
    leave(store, person)
    assert retold(events_of(store, person)) == {}
    assert [event.kind for event in events_of(store, person)] == ["PRESENTED", "DELETED", "REMEMBERED"]


def test_others_are_left_alone(store: Store, people: list[Person]):
    for person in people[:2]:
        present(store, person)
        save(store, person, State.DISABLED)
    before = statuses_of(store, people[1]), events_of(store, people[1])
    leave(store, people[0])
    assert (statuses_of(store, people[1]), events_of(store, people[1])) == before


def test_nothing_starts_for_them_any_more(store: Store, clock: HandClock, person: Person):
    keep(store, person, a_reserved_status())
    leave(store, person)
    clock.advance(HOUR)
    assert drain(store) == []


@pytest.mark.parametrize(
    "text", ["u1@example.com", "externalKey:EMP 001", "{person.user_id}"], ids=["mail", "key", "resource id"]
)
def test_nobody_finds_them(store: Store, person: Person, text: str):
    leave(store, person)
    with store.reading() as transaction, pytest.raises(PersonUnknown):
        transaction.directory.person(1, person_reference(text.format(person=person)))


def test_nobody_finds_them_by_address_or_in_a_list(store: Store, people: list[Person]):
    leave(store, people[0])
    with store.reading() as transaction:
        directory = transaction.directory
        with pytest.raises(PersonUnknown):
            directory.with_address(people[0].email)
        assert directory.people(1) == people[1:]
        assert directory.page(1, after=0, limit=100) == people[1:]


def test_they_have_no_standing(store: Store, people: list[Person]):
    def standing(user_id: str, domain_id: int = 1) -> bool | None:
        """Return whether the person may act as an administrator; `None` if the token is not admitted."""
        bearer = Bearer(name="caller", domain_id=domain_id, scopes=frozenset(), user_id=user_id)
        with store.reading() as transaction:
            found = transaction.situations.standing(bearer)
        with suppress(CallerUnknown):
            return not admit_bearer(bearer, found).is_ordinary_member
        return None

    assert standing(people[0].user_id) is True
    assert standing(people[1].user_id) is False
    assert standing(people[0].user_id, domain_id=2) is None
    assert standing("nobody") is None
    leave(store, *people[:2])
    assert standing(people[0].user_id) is None
    assert standing(people[1].user_id) is None


def test_a_second_time_changes_nothing_and_tells_nobody(store: Store, person: Person):
    present(store, person)
    leave(store, person)
    before = events_of(store, person)
    leave(store, person)
    assert events_of(store, person) == before


def test_a_writer_who_found_them_before_they_left_writes_nothing_after(store: Store, person: Person):
    with store.reading() as transaction:
        transaction.directory.person(1, PersonReference(email=person.email))
    leave(store, person)
    with pytest.raises(PersonUnknown):
        present(store, person)
    assert (statuses_of(store, person), events_of(store, person)) == ([], [])


def test_writers_at_the_same_moment_leave_nothing_in_force(store: Store, people: list[Person]):
    """In either order: the status is written and ends with its person, or it is refused."""
    left = Event()

    def write(person: Person) -> None:
        while not left.is_set():
            try:
                present(store, person)
            except PersonUnknown:
                return

    def leave_all() -> None:
        try:
            leave(store, *people)
        finally:
            left.set()

    at_once([partial(leave_all), *(partial(write, person) for person in people[:5])])

    for person in people:
        assert statuses_of(store, person) == []
        assert retold(events_of(store, person)) == {}
