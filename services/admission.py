"""Admits callers: compares what they have shown with what the store knows of them now."""

from domain.credentials import Bearer, Caller, Credential, Login
from domain.events import Author
from domain.principals import Administrator, Principal, TokenHolder, admit, admit_bearer, admit_login
from domain.refusals import CallerUnknown, PersonUnknown
from security.external_issuer import ExternalToken
from store.store import Store, Transaction


def principal(transaction: Transaction, credential: Credential) -> Principal:
    """Return who calls, or raise a refusal as `domain.principals.admit` does."""
    return admit(credential, transaction.situations.standing(credential))


def token_holder(transaction: Transaction, bearer: Bearer) -> TokenHolder:
    """Return the holder of a token, or raise a refusal as `domain.principals.admit_bearer` does."""
    return admit_bearer(bearer, transaction.situations.standing(bearer))


def administrator(transaction: Transaction, login: Login) -> Administrator:
    """Return the administrator of a login, or raise a refusal as `domain.principals.admit_login` does."""
    return admit_login(login, transaction.situations.standing(login))


def author(principal: Principal, caller: Caller) -> Author:
    """Return the author for the events of this request."""
    client = caller.credential.client if isinstance(caller.credential, Bearer) else None
    return Author(principal.name, caller.request_id, client=client)


def check(store: Store, bearer: Bearer) -> None:
    """Raise a refusal, as `domain.principals.admit_bearer` does, unless the holder of the token may call."""
    with store.reading() as transaction:
        token_holder(transaction, bearer)


def external_bearer(store: Store, token: ExternalToken) -> Bearer:
    """Find the person whom a token of an external issuer names.

    Raises:
        CallerUnknown: there is no such person.
    """
    try:
        with store.reading() as transaction:
            person = transaction.directory.person(token.domain_id, token.person)
    except PersonUnknown:
        raise CallerUnknown from None
    return Bearer(
        name=person.email,
        domain_id=person.domain.id,
        scopes=token.scopes,
        user_id=person.user_id,
        client=token.client,
    )
