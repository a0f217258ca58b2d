"""The domains of an administrator."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.admin_web.domain_schemas import DomainDetails, DomainItem, DomainReference, Domains
from api.admin_web.paging import Level, ThePage
from api.deps import TheStore
from api.grommunio.administrators import TheAdministrator
from api.grommunio.documented import errors
from api.grommunio.errors import GrommunioResponse
from api.grommunio.routing import DomainId, for_administrators
from api.grommunio.schemas import Message
from domain.directory import Domain
from domain.listings import Headcount, PageRequest
from domain.permissions import Capability
from store.store import Store

Item = TypeVar("Item", bound=DomainItem)

router = for_administrators()

#: The type of domains with users; there are no others.
_NORMAL: Final = "0"
_TYPES: Final = {_NORMAL, "1"}

_NO_CHECK: Final = {"message": "DNS checks are disabled."}


def _known_type(value: str) -> str:
    if value not in _TYPES:
        message = "It must be 0 (those with users) or 1 (aliases)."
        raise PydanticCustomError("domain_type", message)
    return value


DomainType = Annotated[
    str,
    AfterValidator(_known_type),
    Query(
        alias="domainType",
        description="0: those with users; 1: aliases, of which there are none",
        examples=["0"],
    ),
]


@dataclass(frozen=True, slots=True)
class _Listing:
    page: PageRequest
    level: int
    has_users: bool


def _listing(page: ThePage, level: Level = 1, domain_type: DomainType = _NORMAL) -> _Listing:
    return _Listing(page, level, has_users=domain_type == _NORMAL)


Listing = Annotated[_Listing, Depends(_listing)]


@router.get("/domains", responses=errors(400), summary="List the caller's domains")
def domains(store: TheStore, who_calls: TheAdministrator, listing: Listing) -> Domains:
    """Return a page of the domains that the caller may read."""
    return _listed(store, who_calls, listing)


@router.get("/system/domains", responses=errors(400), summary="List all domains")
def all_domains(store: TheStore, who_calls: TheAdministrator, listing: Listing) -> Domains:
    """Return a page of all domains."""
    return _listed(store, who_calls, listing, Capability.SYSTEM_ADMIN_READ)


@router.get("/system/domains/{domainID:number}", responses=errors(404), summary="Get a domain")
def one_domain(domain_id: DomainId, store: TheStore, who_calls: TheAdministrator) -> DomainDetails:
    """Return one domain in full."""
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.access_target(domain_id))
        domain = transaction.directory.domain(domain_id)
        people = transaction.listings.headcounts().get(domain_id, Headcount())
    return _item(DomainDetails, domain, people)


@router.get(
    "/domains/{domainID:number}/dnsCheck",
    status_code=400,
    responses={
        **errors(404),
        400: {
            "model": Message,
            "description": "DNS is not checked here",
            "content": {"application/json": {"example": _NO_CHECK}},
        },
    },
    summary="Check DNS: not done here",
)
def dns_check(domain_id: DomainId, store: TheStore, who_calls: TheAdministrator) -> GrommunioResponse:
    """Answer that DNS checks are disabled: Presently receives no mail.

    For an error that contains "disabled", admin-web greys its checks out and continues.
    """
    with store.reading() as transaction:
        who_calls(transaction).check_may_read(transaction.directory.access_target(domain_id))
        transaction.directory.domain(domain_id)
    return GrommunioResponse(_NO_CHECK, status_code=400)


def _listed(store: Store, who_calls: TheAdministrator, listing: _Listing, *needed: Capability) -> Domains:
    with store.reading() as transaction:
        caller = who_calls(transaction)
        caller.check_may(*needed)
        found = transaction.listings.domains(listing.page, caller.roles if listing.has_users else frozenset())
        if listing.level == 0:
            return Domains(count=found.count, data=[_reference(domain) for domain in found.items])
        people = transaction.listings.headcounts()
    items = [_item(DomainItem, domain, people.get(domain.id, Headcount())) for domain in found.items]
    return Domains(count=found.count, data=items)


def _reference(domain: Domain) -> DomainReference:
    return DomainReference(ID=domain.id, domainname=domain.name)


def _item(kind: type[Item], domain: Domain, people: Headcount) -> Item:
    return kind(
        ID=domain.id,
        domainname=domain.name,
        displayname=domain.name,
        orgID=domain.organisation_id,
        activeUsers=people.active,
        inactiveUsers=people.inactive,
    )
