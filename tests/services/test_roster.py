from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select

from domain.events import Author
from domain.roster import Entry, Known, Line
from services import roster
from services.roster import Step
from store import tables
from store.store import Store
from tests.builders import HOUR, NINE, HandClock, a_reserved_status, a_status
from tests.store.builders import add_domain_with_people, at_once, events_of, keep, statuses_of

OPERATOR = Author("operator")
FIELDS = tuple(Entry.__slots__)


def said(known: Known, **more: Any) -> dict[str, Any]:
    """Return a person's fields in a list: the present values, except the given ones."""
    return {name: getattr(known.entry, name) for name in FIELDS} | more


def import_(store: Store, *people: dict[str, Any], **how: Any) -> list[str]:
    """Import a list, and return its faults; with faults, nothing is changed."""
    lines = [Line(number, one) for number, one in enumerate(people, start=2)]
    done = roster.import_list(store, 1, lines, by=OPERATOR, **how)
    return [fault.reason for fault in done.faults]


def known(store: Store, domain_id: int = 1) -> list[Known]:
    with store.reading() as transaction:
        return transaction.roster.known(domain_id)


@pytest.fixture
def three(store: Store) -> list[Known]:
    """Return three people, of whom the first has a further address."""
    people = add_domain_with_people(store, 3)
    row = {"email": "kim@example.com", "person_id": people[0].id}
    with store.writing() as transaction:
        transaction.connection.execute(insert(tables.alias).values(row))
    return known(store)


def test_everybody_in_a_domain_is_known_with_all_that_a_list_may_say(store: Store, three: list[Known]):
    add_domain_with_people(store, 1, "example.org")
    assert three[0] == Known(
        1,
        Entry(
            email="u1@example.com",
            name="Person 1",
            external_key="EMP 001",
            aliases=("kim@example.com",),
            is_administrator=True,
        ),
    )
    assert [one.id for one in known(store)] == [1, 2, 3]


def test_somebody_new_is_added_with_every_address(store: Store, three: list[Known]):
    newcomer = {"email": "N@example.com", "name": "New", "external_key": "E9", "aliases": ("n@b.c", "N@d.e")}
    assert import_(store, newcomer) == []
    assert known(store)[:3] == three
    (added,) = known(store)[3:]
    assert added.entry == Entry(
        email="n@example.com", name="New", external_key="E9", aliases=("n@b.c", "n@d.e")
    )
    with store.reading() as transaction:
        assert transaction.directory.with_address("n@d.e").external_key == "E9"


def test_somebody_new_who_has_left_already_is_not_found(store: Store, three: list[Known]):
    assert import_(store, {"email": "n@example.com", "name": "New", "is_active": False}) == []
    assert known(store)[:3] == three
    assert not known(store)[3].entry.is_active


def test_a_renamed_person_stays_the_same_and_keeps_everything(
    store: Store, three: list[Known], clock: HandClock
):
    with store.reading() as transaction:
        before = transaction.directory.registered(1, 1)
    keep(store, before, a_status())
    assert import_(store, said(three[0], email="new@example.com", name="Newman")) == []
    with store.reading() as transaction:
        after = transaction.directory.registered(1, 1)
    assert after == replace(before, email="new@example.com", name="Newman")
    assert len(statuses_of(store, after)) == 1
    assert events_of(store, after) == []


def test_a_person_found_by_address_may_get_another_key(store: Store, three: list[Known]):
    assert import_(store, said(three[2], external_key="E3")) == []
    assert known(store)[2].entry == replace(three[2].entry, external_key="E3")


def test_people_exchange_addresses(store: Store, three: list[Known]):
    """At no time do two have the same one, which the database would refuse."""
    first, second, third = three
    assert (
        import_(
            store,
            said(first, email="u2@example.com", aliases=("u3@example.com",)),
            said(second, email="u1@example.com"),
            said(third, email="kim@example.com"),
        )
        == []
    )
    assert [one.entry.addresses for one in known(store)] == [
        ("u2@example.com", "u3@example.com"),
        ("u1@example.com",),
        ("kim@example.com",),
    ]


@pytest.mark.parametrize("address", ["u1@example.org", "other@example.net"])
def test_an_address_of_another_domains_person_is_a_fault_and_nothing_is_written(
    store: Store, three: list[Known], address: str
):
    (other,) = add_domain_with_people(store, 1, "example.org")
    with store.writing() as transaction:
        row = {"email": "other@example.net", "person_id": other.id}
        transaction.connection.execute(insert(tables.alias).values(row))
    for wanted in ({"email": address}, {"email": "n@example.com", "aliases": (address,)}):
        faults = import_(store, said(three[0], name="Changed"), {"name": "New", **wanted})
        assert faults == [f"The address {address} belongs to somebody in another domain."]
    assert known(store) == three


class TestLeaving:
    def test_ends_everything(self, store: Store, three: list[Known], clock: HandClock):
        with store.reading() as transaction:
            people = transaction.directory.people(1)
        for person in people:
            keep(store, person, a_status(id=f"p{person.id}"), a_reserved_status(id=f"r{person.id}"))
        clock.advance(HOUR / 2)
        assert import_(store, said(three[0]), said(three[1], is_active=False), deactivate_missing=True) == []
        assert [one.entry.is_active for one in known(store)] == [True, False, False]
        assert [len(statuses_of(store, person)) for person in people] == [2, 0, 0]
        assert [event.actor for person in people for event in events_of(store, person)] == ["operator"] * 4

    def test_and_coming_back_begins_anew(self, store: Store, three: list[Known]):
        assert import_(store, said(three[1], is_active=False)) == []
        assert import_(store, said(three[1])) == []
        assert known(store) == three
        with store.reading() as transaction:
            assert transaction.directory.registered(1, 2).email == "u2@example.com"

    def test_keeps_the_moment_when_something_else_changes_later(
        self, store: Store, three: list[Known], clock: HandClock
    ):
        assert import_(store, said(three[1], is_active=False)) == []
        clock.advance(HOUR)
        assert import_(store, said(three[1], is_active=False, name="Gone")) == []
        with store.reading() as transaction:
            query = select(tables.person.c.name, tables.person.c.deactivated_at).where(
                tables.person.c.id == 2
            )
            assert tuple(transaction.connection.execute(query).one()) == ("Gone", NINE)


def test_a_list_of_what_is_known_writes_nothing(store: Store, three: list[Known]):
    assert import_(store, said(three[2], is_active=False)) == []
    before = known(store)
    assert import_(store, *map(said, before), deactivate_missing=True) == []
    assert known(store) == before


def test_more_people_than_fit_one_statement(store: Store):
    add_domain_with_people(store, 1)
    crowd = [
        {
            "email": f"n{number}@example.com",
            "name": "N",
            "external_key": f"E{number}",
            "aliases": (f"a{number}@b.c",),
        }
        for number in range(2500)
    ]
    assert import_(store, *crowd) == []
    assert import_(store, *(one | {"name": "M", "is_active": False} for one in crowd)) == []
    entries = [one.entry for one in known(store)[1:]]
    assert {(entry.name, entry.is_active) for entry in entries} == {("M", False)}
    assert len({address for entry in entries for address in entry.addresses}) == 5000


def test_two_lists_at_once_give_an_address_to_one_person_only(store: Store, three: list[Known]):
    """One as a first address, one as a further one: no key of the database prevents both."""
    assert len(three) == 3
    first = partial(import_, store, {"email": "n@example.com", "name": "New"})
    further = partial(import_, store, said(three[0], aliases=("n@example.com",)))
    faults = at_once([first, further])
    assert sorted(map(len, faults)) == [0, 1] or faults == [[], []]
    addresses = [address for one in known(store) for address in one.entry.addresses]
    assert addresses.count("n@example.com") == 1


def test_progress_is_told_row_by_row(store: Store, three: list[Known]):
    told: list[tuple[Step, int, int]] = []
    lines = [Line(2, said(three[0], name="A")), Line(3, {"email": "n@b.c", "name": "N"})]
    roster.import_list(store, 1, lines, by=OPERATOR, progress=lambda *progress: told.append(progress))
    assert told == [
        (Step.COMPARING, 0, 2),
        (Step.COMPARING, 2, 2),
        (Step.WRITING, 0, 2),
        (Step.WRITING, 1, 2),
        (Step.WRITING, 2, 2),
    ]
