"""Maps a domain, its definitions and its clients to the bodies of this dialect."""

from collections.abc import Sequence

from api.icons.urls import icon_url
from api.v1.domain_schemas import ClientAnswer, ClientList, DefinitionAnswer, DefinitionList, DomainAnswer
from domain.clients import Client
from domain.definitions import Definition, Definitions, listed
from domain.directory import Domain


def domain(one: Domain) -> DomainAnswer:
    """Build the response body for a domain."""
    return DomainAnswer(
        id=one.id,
        name=one.name,
        zone=one.zone,
        dayHalves=one.day_halves.isoformat("minutes"),
        statusesAreOn=one.statuses_are_on,
    )


def definitions(some: Definitions, root_url: str) -> DefinitionList:
    """Build the response body for definitions, in display order."""
    return DefinitionList(definitions=[_definition(one, root_url) for one in listed(some)])


def _definition(one: Definition, root_url: str) -> DefinitionAnswer:
    return DefinitionAnswer(
        id=one.profile_status_id,
        name=one.name,
        names=dict(one.names),
        iconUrl=icon_url(one, root_url),
        inUse=one.is_in_use,
        forEverybody=one.is_for_everybody,
        order=one.display_order,
    )


def clients(some: Sequence[Client]) -> ClientList:
    """Build the response body for clients. No secret and no key is shown."""
    return ClientList(clients=[_client(one) for one in some])


def _client(one: Client) -> ClientAnswer:
    return ClientAnswer(
        id=one.id,
        name=one.name,
        serviceAccount=one.service_account,
        scopes=sorted(one.scopes),
        revokedAt=one.revoked_at.isoformat(timespec="seconds") if one.revoked_at else None,
    )
