"""The lists for administrators: order, pages, and matching."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.directory import Person
from domain.events import Author
from domain.listings import Headcount, PageRequest
from domain.permissions import ALL, BadRole, Permission, Role, access_target, may_read, role
from services.people import deactivate_all
from store.store import Store
from tests.store.builders import add_domain_with_people


@pytest.mark.parametrize(
    ("asked", "numbers", "count"),
    [
        ({}, list(range(1, 11)), 10),
        ({"limit": 3}, [1, 2, 3], 10),
        ({"limit": 3, "offset": 8}, [9, 10], 10),
        ({"limit": 0}, [], 10),
        ({"limit": None}, list(range(1, 11)), 10),
        ({"limit": 2**31 - 1, "offset": 2**31 - 1}, [], 10),
        ({"limit": 3, "order": (("username", False),)}, [10, 1, 2], 10),
        ({"limit": 3, "order": (("username", True),)}, [9, 8, 7], 10),
        ({"limit": 2, "order": (("ID", True),)}, [10, 9], 10),
        ({"limit": 2, "order": (("storagequotalimit", True),)}, [1, 2], 10),
        ({"match": "u1"}, [1, 10], 2),
        ({"match": "*U1*"}, [1, 10], 2),
        ({"match": "PERSON 2"}, [2], 1),
        ({"match": "person u3@"}, [3], 1),
        ({"match": "nobody"}, [], 0),
        ({"match": "%"}, [], 0),
        ({"match": "\0"}, [], 0),
        ({"match": "u1\0"}, [], 0),
        ({"match": "u_@"}, [], 0),
        ({"match": "   "}, list(range(1, 11)), 10),
    ],
)
def test_a_page_of_people(
    store: Store,
    people: list[Person],
    asked: dict[str, Any],
    numbers: list[int],
    count: int,
):
    add_domain_with_people(store, count=2, name="other.example")
    with store.reading() as transaction:
        found = transaction.listings.people(PageRequest(**asked), 1)
    assert [person.id for person in found.items] == numbers
    assert found.count == count


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ([], []),
        ([role("SystemAdmin")], ["example.com", "other.example"]),
        ([role("SystemAdminRO")], ["example.com", "other.example"]),
        ([role("DomainAdmin", "1")], ["example.com"]),
        ([role("DomainAdminRO", "2")], ["other.example"]),
        ([role("DomainAdmin", "1"), role("DomainAdminRO", "2")], ["example.com", "other.example"]),
        ([role("DomainAdmin", "*")], ["example.com", "other.example"]),
        ([role("OrgAdmin", "*")], ["example.com", "other.example"]),
        ([role("OrgAdmin", "5")], ["other.example"]),
        ([role("OrgAdmin", "1")], []),
        ([role("OrgAdmin", "5"), role("DomainAdmin", "1")], ["example.com", "other.example"]),
        ([role("DomainAdmin", "7")], []),
        ([role("ResetPasswd"), role("DomainPurge")], []),
    ],
)
def test_the_domains_of_an_administrator(
    store: Store,
    people: list[Person],
    held: list[Any],
    names: list[str],
):
    [other, *_] = add_domain_with_people(store, count=2, name="other.example")
    with store.writing() as transaction:
        transaction.directory.save_domain(replace(other.domain, organisation_id=5))
    page = PageRequest(order=(("domainname", False),))
    with store.reading() as transaction:
        found = transaction.listings.domains(page, held)
    assert [domain.name for domain in found.items] == names
    assert found.count == len(names)


def all_roles() -> Iterator[Role]:
    """Yield every possible role for these numbers."""
    for permission, parameter in product(Permission, ("", ALL, "1", "2", "5")):
        with suppress(BadRole):
            yield role(permission, parameter)


def test_an_administrator_lists_what_the_rules_let_them_read_whatever_the_role(
    store: Store, people: list[Person]
):
    [other, *_] = add_domain_with_people(store, count=2, name="other.example")
    of_organisation = replace(other.domain, organisation_id=5)
    with store.writing() as transaction:
        transaction.directory.save_domain(of_organisation)
    with store.reading() as transaction:
        for held in all_roles():
            listed = {domain.id for domain in transaction.listings.domains(PageRequest(), [held]).items}
            readable = {
                domain.id
                for domain in (people[0].domain, of_organisation)
                if may_read([held], access_target(domain))
            }
            assert listed == readable, held


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"active": False}, [2]),
        ({"deactivated": False}, [1, 3]),
        ({"active": False, "deactivated": False}, []),
    ],
)
def test_who_was_deactivated_is_listed_when_asked_for(
    store: Store, asked: dict[str, bool], numbers: list[int]
):
    people = add_domain_with_people(store, count=3)
    with store.writing() as transaction:
        deactivate_all(transaction, [people[1].id], by=Author("operator"))
    with store.reading() as transaction:
        found = transaction.listings.people(PageRequest(), 1, **asked)
        assert transaction.listings.headcounts() == {1: Headcount(active=2, inactive=1)}
    assert [(person.id, person.is_active) for person in found.items] == [
        (number, number != 2) for number in numbers
    ]


def test_how_many_people_each_domain_has(store: Store, people: list[Person]):
    add_domain_with_people(store, count=2, name="other.example")
    with store.reading() as transaction:
        assert transaction.listings.headcounts() == {1: Headcount(active=10), 2: Headcount(active=2)}
