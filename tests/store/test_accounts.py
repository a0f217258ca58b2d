"""Accounts: who may log in, with which names, and what they may administer."""

import pytest
from sqlalchemy.exc import IntegrityError

from domain.directory import Person
from domain.permissions import role
from store.store import Store
from tests.store.builders import add_domain_with_people


@pytest.mark.parametrize("name", ["u1@example.com", "U1@Example.COM", "boss", "BOSS"])
def test_an_account_is_found_by_address_and_by_login_name_in_any_letter_case(
    store: Store, people: list[Person], name: str
):
    with store.writing() as transaction:
        transaction.accounts.add_login_name(people[0].id, "Boss")
        account = transaction.accounts.named(name)
    assert account is not None
    assert account.person == people[0]


@pytest.mark.parametrize(
    "name",
    ["", "u1", "u11@example.com", "u1@example.com\0", "\ud800", "u1@example.com' OR 1=1", "x" * 100_000],
)
def test_an_unknown_name_finds_nobody(store: Store, people: list[Person], name: str):
    with store.reading() as transaction:
        assert transaction.accounts.named(name) is None


def test_an_account_is_found_by_its_resource_id(store: Store, people: list[Person]):
    with store.reading() as transaction:
        account = transaction.accounts.of(people[3].user_id)
        assert account is not None
        assert account.person == people[3]
        assert transaction.accounts.of("user-nobody") is None


def test_a_new_person_has_no_password_and_no_role(store: Store, person: Person):
    with store.reading() as transaction:
        account = transaction.accounts.of(person.user_id)
    assert account is not None
    assert account.password_hash is None
    assert account.administrator.roles == frozenset()


def test_a_password_is_kept_and_not_shown(store: Store, person: Person):
    with store.writing() as transaction:
        transaction.accounts.set_password(person.id, "$argon2id$secret")
        account = transaction.accounts.of(person.user_id)
    assert account is not None
    assert account.password_hash == "$argon2id$secret"  # noqa: S105 (no secret)
    assert "secret" not in repr(account)


def test_roles_are_given_and_taken_and_both_can_be_repeated(store: Store, people: list[Person]):
    one, two = people[:2]
    with store.writing() as transaction:
        accounts = transaction.accounts
        assert accounts.grant(one.id, role("DomainAdmin", "1"))
        assert not accounts.grant(one.id, role("DomainAdmin", "1"))
        assert accounts.grant(one.id, role("DomainAdmin", "*"))
        assert accounts.grant(two.id, role("SystemAdmin"))
        assert accounts.roles() == {
            one.id: {role("DomainAdmin", "1"), role("DomainAdmin", "*")},
            two.id: {role("SystemAdmin")},
        }
        assert accounts.withdraw(one.id, role("DomainAdmin", "1"))
        assert not accounts.withdraw(one.id, role("DomainAdmin", "1"))
        assert accounts.roles([one.id]) == {one.id: {role("DomainAdmin", "*")}}


def test_two_people_cannot_have_one_login_name(store: Store, people: list[Person]):
    with store.writing() as transaction:
        transaction.accounts.add_login_name(people[0].id, "boss")
    with pytest.raises(IntegrityError), store.writing() as transaction:
        transaction.accounts.add_login_name(people[1].id, "BOSS")


def test_a_login_name_is_taken_from_its_owner_only(store: Store, people: list[Person]):
    with store.writing() as transaction:
        accounts = transaction.accounts
        accounts.add_login_name(people[0].id, "boss")
        assert not accounts.remove_login_name(people[1].id, "boss")
        assert accounts.login_names([people[0].id, people[1].id]) == {people[0].id: ["boss"]}
        assert accounts.remove_login_name(people[0].id, "Boss")
        assert accounts.named("boss") is None


def test_an_account_of_another_domain_is_found_too(store: Store, people: list[Person]):
    stranger = add_domain_with_people(store, count=1, name="other.example")[0]
    with store.reading() as transaction:
        account = transaction.accounts.named("u1@other.example")
    assert account is not None
    assert account.person == stranger
