import re
from dataclasses import replace

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from domain.directory import Person, person_reference
from domain.refusals import DomainUnknown, PersonUnknown
from domain.roster import Entry, entry
from store import tables
from store.store import Store
from tests.builders import a_domain
from tests.store.builders import add_domain_with_people


def found(store: Store, domain_id: int, text: str) -> Person:
    with store.reading() as transaction:
        return transaction.directory.person(domain_id, person_reference(text))


@pytest.mark.parametrize(
    "text", ["u1@example.com", "U1@EXAMPLE.com", "externalKey:EMP 001", "{person.user_id}"]
)
def test_a_person_is_found_by_mail_in_any_case_by_external_key_and_by_resource_id(
    store: Store, people: list[Person], text: str
):
    assert found(store, 1, text.format(person=people[0])) == people[0]


@pytest.mark.parametrize(
    "text",
    [
        "nobody@example.com",
        "externalKey:emp 001",
        "externalKey:EMP001",
        "externalKey:EMP 001 ",
        "externalKey:",
        "u1",
        "1",
        "",
    ],
)
def test_nobody_else_is_found(store: Store, people: list[Person], text: str):
    with pytest.raises(PersonUnknown):
        found(store, people[0].domain.id, text)


@pytest.mark.parametrize("text", ["u2@example.com", "externalKey:EMP 002", "{person.user_id}"])
def test_somebody_of_another_domain_is_unknown(store: Store, people: list[Person], text: str):
    (other,) = add_domain_with_people(store, 1, "example.org")
    with pytest.raises(PersonUnknown):
        found(store, other.domain.id, text.format(person=people[1]))


def test_two_domains_may_use_the_same_external_key(store: Store, people: list[Person]):
    others = add_domain_with_people(store, name="example.org")
    assert found(store, 1, "externalKey:EMP 001") == people[0]
    assert found(store, 2, "externalKey:EMP 001") == others[0]


def test_people_without_an_external_key_are_not_found_by_an_empty_one(store: Store):
    with store.writing() as transaction:
        domain = transaction.directory.add_domain("example.com", "Asia/Seoul")
        newcomers = [Entry(email=f"{name}@example.com", name="A") for name in ("a", "b")]
        transaction.roster.add(domain, newcomers, at=transaction.now())
    with pytest.raises(PersonUnknown):
        found(store, domain.id, "externalKey:")


class TestByNumber:
    def test_a_person_is_found(self, store: Store, people: list[Person]):
        with store.reading() as transaction:
            assert transaction.directory.registered(1, 3) == people[2]

    @pytest.mark.parametrize(
        ("domain_id", "person_id"),
        [(1, 11), (1, 0), (2, 1), (999, 1), (1, 2**31), (1, 2**63), (2**31, 1), (10**30, 10**30)],
    )
    @pytest.mark.usefixtures("people")
    def test_nobody_else_is_found_however_large_the_number(
        self, store: Store, domain_id: int, person_id: int
    ):
        with store.reading() as transaction, pytest.raises(PersonUnknown):
            transaction.directory.registered(domain_id, person_id)


def test_a_person_carries_all_that_is_known(store: Store, people: list[Person]):
    assert people[0] == Person(
        id=1,
        user_id=people[0].user_id,
        domain=a_domain(),
        email="u1@example.com",
        external_key="EMP 001",
        name="Person 1",
        is_administrator=True,
    )
    assert [person.is_administrator for person in people] == [True] + [False] * 9


def test_a_domain_that_switched_statuses_off_says_so(store: Store, people: list[Person]):
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(statuses_are_on=False))
    assert found(store, 1, people[0].email).domain.statuses_are_on is False


def test_everybody_gets_a_resource_id_of_the_shape_that_clients_know(people: list[Person]):
    shape = r"user[0-9a-f]{4}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert all(re.fullmatch(shape, person.user_id) for person in people)
    assert len({person.user_id for person in people}) == len(people)


def test_names_and_addresses_are_kept_in_small_letters(store: Store):
    with store.writing() as transaction:
        domain = transaction.directory.add_domain("Example.COM", "Asia/Seoul")
        newcomer = entry({"email": "U1@Example.COM", "name": "A"})
        transaction.roster.add(domain, [newcomer], at=transaction.now())
        (person,) = transaction.directory.people(domain.id)
    assert (domain.name, person.email) == ("example.com", "u1@example.com")


def test_an_address_belongs_to_one_person(store: Store, people: list[Person]):
    newcomer = entry({"email": "U1@example.com", "name": "A"})
    with store.writing() as transaction, pytest.raises(IntegrityError):
        transaction.roster.add(people[0].domain, [newcomer], at=transaction.now())


def test_the_directory_is_empty_until_there_is_a_domain(store: Store):
    with store.writing() as transaction:
        assert transaction.directory.is_empty()
        transaction.directory.add_domain("example.com", "Asia/Seoul")
        assert not transaction.directory.is_empty()


def test_a_domain_is_found_by_its_number(store: Store, people: list[Person]):
    with store.reading() as transaction:
        assert transaction.directory.domain(1) == people[0].domain
        with pytest.raises(DomainUnknown):
            transaction.directory.domain(2)


class TestFurtherAddresses:
    @pytest.fixture
    def known(self, store: Store, people: list[Person]) -> Person:
        """Return a person with two further addresses."""
        rows = [{"email": email, "person_id": people[0].id} for email in ("kim@example.com", "k@example.org")]
        with store.writing() as transaction:
            transaction.connection.execute(insert(tables.alias), rows)
        return people[0]

    @pytest.mark.parametrize("text", ["u1@example.com", "kim@example.com", "K@Example.org"])
    def test_find_a_person_as_the_first_one_does(self, store: Store, known: Person, text: str):
        assert found(store, 1, text) == known
        with store.reading() as transaction:
            assert transaction.directory.with_address(text) == known

    def test_find_nobody_of_another_domain(self, store: Store, known: Person):
        (other,) = add_domain_with_people(store, 1, "example.org")
        assert known.domain != other.domain
        with pytest.raises(PersonUnknown):
            found(store, other.domain.id, "kim@example.com")

    def test_are_listed_by_person_in_the_alphabets_order(
        self, store: Store, known: Person, people: list[Person]
    ):
        with store.reading() as transaction:
            assert transaction.directory.aliases(people[:2]) == {
                known.id: ("k@example.org", "kim@example.com"),
                people[1].id: (),
            }
            assert transaction.directory.aliases([]) == {}

    @pytest.mark.usefixtures("known")
    def test_belong_to_one_person(self, store: Store, people: list[Person]):
        row = {"email": "kim@example.com", "person_id": people[1].id}
        with store.writing() as transaction, pytest.raises(IntegrityError):
            transaction.connection.execute(insert(tables.alias).values(row))


class TestPages:
    def test_go_through_everybody_in_the_domain_by_number(self, store: Store, people: list[Person]):
        add_domain_with_people(store, 2, "example.org")
        with store.reading() as transaction:
            page = transaction.directory.page
            assert page(1, after=0, limit=4) == people[:4]
            assert page(1, after=people[3].id, limit=100) == people[4:]
            assert page(1, after=people[-1].id, limit=100) == []


def test_domains_are_listed_by_number(store: Store):
    with store.writing() as transaction:
        directory = transaction.directory
        first = directory.add_domain("b.example", "Asia/Seoul")
        second = directory.add_domain("a.example", "Europe/Berlin", organisation_id=7)
        assert directory.domains() == [first, second]
        assert (first.organisation_id, second.organisation_id) == (0, 7)


def test_what_is_said_of_a_domain_can_be_changed(store: Store, people: list[Person]):
    changed = replace(people[0].domain, zone="Europe/Berlin", organisation_id=3)
    with store.writing() as transaction:
        transaction.directory.save_domain(changed)
    assert found(store, 1, people[0].email).domain == changed


def test_the_further_addresses_of_more_people_than_a_statement_can_name(store: Store, person: Person):
    crowd = [replace(person, id=number) for number in range(1, 70_001)]
    with store.reading() as transaction:
        found = transaction.directory.aliases(crowd)
    assert (len(found), found[70_000]) == (70_000, ())
