"""Accounts: the passwords, roles and login names of people, as operators set them."""

from dataclasses import dataclass

from domain.directory import Person
from domain.permissions import OF_A_DOMAIN, Role
from domain.refusals import LoginNameTaken
from security import passwords
from store.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A person whose roles were to change, and whether they have changed."""

    person: Person
    has_changed: bool


def named(store: Store, name: str) -> Person:
    """Return the person, who may be deactivated, with this login name or mail address.

    Raises:
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        return _named(transaction, name)


def lacks_password(store: Store, name: str) -> bool:
    """Return whether there is a person with this login name or main address, and without a password."""
    with store.reading() as transaction:
        account = transaction.accounts.named(name)
    return account is not None and account.password_hash is None


def set_password(store: Store, name: str, password: str) -> None:
    """Set a person's password. It ends all their earlier logins.

    Raises:
        PersonUnknown: there is no such person.
    """
    password_hash = passwords.hash_password(password)
    with store.writing() as transaction:
        transaction.accounts.set_password(_named(transaction, name).id, password_hash)


def grant(store: Store, name: str, role: Role) -> RoleChange:
    """Give a person a role; if they have it, change nothing.

    Raises:
        PersonUnknown: there is no such person.
        DomainUnknown: the role is for a domain that does not exist.
    """
    with store.writing() as transaction:
        person = _named(transaction, name)
        if role.permission in OF_A_DOMAIN and isinstance(role.parameter, int):
            transaction.directory.domain(role.parameter)
        return RoleChange(person, has_changed=transaction.accounts.grant(person.id, role))


def withdraw(store: Store, name: str, role: Role) -> RoleChange:
    """Remove a role from a person; if they lack it, change nothing.

    Raises:
        PersonUnknown: there is no such person.
    """
    with store.writing() as transaction:
        person = _named(transaction, name)
        return RoleChange(person, has_changed=transaction.accounts.withdraw(person.id, role))


def add_login_name(store: Store, name: str, login_name: str) -> Person:
    """Give a person this login name, and return the person; if they have it, change nothing.

    Raises:
        PersonUnknown: there is no such person.
        LoginNameTaken: somebody else has it.
    """
    with store.writing() as transaction:
        person = _named(transaction, name)
        holder = transaction.accounts.named(login_name)
        if holder is None:
            transaction.accounts.add_login_name(person.id, login_name)
        elif holder.person.id != person.id:
            raise LoginNameTaken(holder.person.email)
    return person


def remove_login_name(store: Store, name: str, login_name: str) -> Person:
    """Remove this login name from a person, and return the person; if they lack it, change nothing.

    Raises:
        PersonUnknown: there is no such person.
    """
    with store.writing() as transaction:
        person = _named(transaction, name)
        transaction.accounts.remove_login_name(person.id, login_name)
    return person


def _named(transaction: Transaction, name: str) -> Person:
    account = transaction.accounts.named(name)
    return account.person if account else transaction.directory.registered_with_address(name)
