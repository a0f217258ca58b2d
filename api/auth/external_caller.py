"""The caller of an external issuer's token."""

from domain.caller import Caller
from domain.refusals import CallerUnknown, PersonUnknown
from security.external_issuer import ExternalToken
from store.store import Store


def find_caller(token: ExternalToken, store: Store) -> Caller:
    """Find the person whom `token` names, and return them as the caller.

    Raises:
        CallerUnknown: there is no such person.
    """
    try:
        with store.reading() as transaction:
            person = transaction.directory.person(token.domain_id, token.person)
    except PersonUnknown:
        raise CallerUnknown from None
    return Caller(
        name=person.email,
        domain_id=person.domain.id,
        scopes=token.scopes,
        user_id=person.user_id,
        client=token.client,
    )
