"""The domains of an administrator."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.admin_web.domain_schemas import DomainDetails, DomainItem, DomainReference, Domains
from api.admin_web.paging import Level, ThePage
from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.errors import GrommunioResponse
from api.grommunio.routing import DomainId, for_administrators
from api.grommunio.schemas import Message
from domain.directory import Domain
from domain.listings import PageRequest
from domain.permissions import Capability
from services import administration
from services.administration import CountedDomain

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
def domains(store: TheStore, login: TheLogin, listing: Listing) -> Domains:
    """Return a page of the domains that the caller may read."""
    return _listed(store, login, listing)


@router.get("/system/domains", responses=errors(400), summary="List all domains")
def all_domains(store: TheStore, login: TheLogin, listing: Listing) -> Domains:
    """Return a page of all domains."""
    return _listed(store, login, listing, Capability.SYSTEM_ADMIN_READ)


@router.get("/system/domains/{domainID:number}", responses=errors(404), summary="Get a domain")
def one_domain(domain_id: DomainId, store: TheStore, login: TheLogin) -> DomainDetails:
    """Return one domain in full."""
    return _item(DomainDetails, administration.counted_domain(store, login, domain_id))


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
def dns_check(domain_id: DomainId, store: TheStore, login: TheLogin) -> GrommunioResponse:
    """Answer that DNS checks are disabled: Presently receives no mail.

    For an error that contains "disabled", admin-web greys its checks out and continues.
    """
    administration.check_domain(store, login, domain_id)
    return GrommunioResponse(_NO_CHECK, status_code=400)


def _listed(store: TheStore, login: TheLogin, listing: _Listing, *needed: Capability) -> Domains:
    if not listing.has_users:
        administration.check_may(store, login, *needed)
        return Domains(count=0, data=[])
    if listing.level == 0:
        found = administration.domains(store, login, listing.page, *needed)
        return Domains(count=found.count, data=[_reference(domain) for domain in found.items])
    counted = administration.counted_domains(store, login, listing.page, *needed)
    return Domains(count=counted.count, data=[_item(DomainItem, each) for each in counted.items])


def _reference(domain: Domain) -> DomainReference:
    return DomainReference(ID=domain.id, domainname=domain.name)


def _item(kind: type[Item], counted: CountedDomain) -> Item:
    domain, people = counted.domain, counted.people
    return kind(
        ID=domain.id,
        domainname=domain.name,
        displayname=domain.name,
        orgID=domain.organisation_id,
        activeUsers=people.active,
        inactiveUsers=people.inactive,
    )
