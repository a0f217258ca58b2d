"""A domain's definitions of profile statuses: list, get, create, replace, change, delete, and switch all on and off."""

from collections.abc import Mapping
from dataclasses import replace as with_values
from typing import Any

from domain.credentials import Caller
from domain.definitions import (
    BUILT_IN,
    Definition,
    Definitions,
    check_can_add,
    check_can_delete,
    find,
    first_free,
    rewritten,
)
from domain.directory import check_statuses_are_on
from domain.events import Author
from domain.permissions import AccessTarget
from domain.refusals import NoDefinitions
from services import admission
from store.store import Store, Transaction


def listed(store: Store, caller: Caller, domain_id: int) -> Definitions:
    """Return the definitions of the caller's domain.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read definitions.
        StatusesAreOff: the domain has switched statuses off.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read_definitions(domain_id)
        check_statuses_are_on(transaction.directory.domain(domain_id))
        return transaction.definitions.of(domain_id)


def shown(store: Store, caller: Caller, domain_id: int) -> Definitions:
    """Return the definitions by which the statuses of a domain's people are shown; none if statuses are switched off.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
    """
    with store.reading() as transaction:
        admission.principal(transaction, caller.credential).check_may_read(AccessTarget(domain_id))
        return transaction.definitions.of(domain_id)


def get(store: Store, caller: Caller, domain_id: int, profile_status_id: str) -> Definition:
    """Return one definition.

    Raises:
        DefinitionUnknown: the domain has no such definition.
        Refusal: as in `listed`.
    """
    return find(listed(store, caller, domain_id), profile_status_id)


def create(store: Store, caller: Caller, domain_id: int, wanted: Definition) -> Definition:
    """Add a custom definition, and return it. Without an id it gets the first free one.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not change definitions.
        DomainUnknown: it is not the caller's domain.
        StatusesAreOff: the domain has switched statuses off.
        Refusal: as `check_can_add` and `first_free` raise.
    """
    with store.writing() as transaction:
        _check_may_change(transaction, caller, domain_id)
        definitions = _locked(transaction, domain_id)
        new = with_values(wanted, profile_status_id=wanted.profile_status_id or first_free(definitions))
        check_can_add(definitions, new)
        new = rewritten(new, new)
        transaction.definitions.add(domain_id, [new])
    return new


def replace(store: Store, caller: Caller, domain_id: int, wanted: Definition) -> Definition:
    """Replace the definition with this id, and return it. A built-in one keeps its name and its icon.

    Raises:
        DefinitionUnknown: the domain has no such definition.
        Refusal: as in `create`.
    """
    with store.writing() as transaction:
        _check_may_change(transaction, caller, domain_id)
        old = find(_locked(transaction, domain_id), wanted.profile_status_id)
        new = rewritten(old, wanted)
        transaction.definitions.save(domain_id, new)
    return new


def change(
    store: Store, caller: Caller, domain_id: int, profile_status_id: str, changes: Mapping[str, Any]
) -> Definition:
    """Change these fields of a definition, and return it. A built-in one keeps its name and its icon.

    Raises:
        DefinitionUnknown: the domain has no such definition.
        Refusal: as in `create`.
    """
    with store.writing() as transaction:
        _check_may_change(transaction, caller, domain_id)
        old = find(_locked(transaction, domain_id), profile_status_id)
        new = rewritten(old, with_values(old, **changes))
        transaction.definitions.save(domain_id, new)
    return new


def delete(store: Store, caller: Caller, domain_id: int, profile_status_id: str) -> None:
    """Delete a custom definition, and every status that uses it.

    Raises:
        DefinitionUnknown: the domain has no such definition.
        BuiltInStays: it is a built-in one.
        Refusal: as in `create`.
    """
    with store.writing() as transaction:
        by = _check_may_change(transaction, caller, domain_id)
        check_can_delete(find(_locked(transaction, domain_id), profile_status_id))
        transaction.definitions.remove(domain_id, profile_status_id)
        transaction.statuses.delete_all_in(domain_id, profile_status_id=profile_status_id, by=by)


def enable(store: Store, caller: Caller, domain_id: int) -> None:
    """Switch statuses on for the caller's domain; if they are on, change nothing.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not change definitions.
        DomainUnknown: it is not the caller's domain.
    """
    with store.writing() as transaction:
        _check_may_change(transaction, caller, domain_id)
        switch_on(transaction, domain_id)


def disable(store: Store, caller: Caller, domain_id: int) -> None:
    """Switch statuses off for the caller's domain; if they are off, change nothing.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not change definitions.
        DomainUnknown: it is not the caller's domain.
    """
    with store.writing() as transaction:
        by = _check_may_change(transaction, caller, domain_id)
        switch_off(transaction, domain_id, by=by)


def switch_on(transaction: Transaction, domain_id: int) -> None:
    """Switch statuses on, with the built-in definitions; if they are on, change nothing.

    Raises:
        DomainUnknown: there is no such domain.
    """
    transaction.definitions.lock(domain_id)
    if not transaction.directory.domain(domain_id).statuses_are_on:
        transaction.directory.switch_statuses(domain_id, on=True)
        transaction.definitions.add(domain_id, BUILT_IN.values())


def switch_off(transaction: Transaction, domain_id: int, *, by: Author) -> int:
    """Switch statuses off: delete all definitions of the domain and all statuses of its people.

    Return the number of deleted statuses. If statuses are off, change nothing.

    Raises:
        DomainUnknown: there is no such domain.
    """
    transaction.definitions.lock(domain_id)
    if not transaction.directory.domain(domain_id).statuses_are_on:
        return 0
    transaction.directory.switch_statuses(domain_id, on=False)
    transaction.definitions.remove(domain_id)
    return transaction.statuses.delete_all_in(domain_id, by=by)


def _check_may_change(transaction: Transaction, caller: Caller, domain_id: int) -> Author:
    """Check that the caller may change the definitions of the domain, and return the author of the change.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not.
        DomainUnknown: it is not the caller's domain.
    """
    principal = admission.principal(transaction, caller.credential)
    principal.check_may_define(domain_id)
    if principal.writes_own_only:  # What is removed here goes from everybody, whoever booked it.
        raise NoDefinitions
    return admission.author(principal, caller)


def _locked(transaction: Transaction, domain_id: int) -> Definitions:
    """Lock the domain's definitions until the transaction ends, and return them.

    Raises:
        StatusesAreOff: the domain has switched statuses off.
    """
    transaction.definitions.lock(domain_id)
    check_statuses_are_on(transaction.directory.domain(domain_id))
    return transaction.definitions.of(domain_id)
