"""Organisations: companies with several domains. Presently stores only their numbers."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from api.admin_web.domain_schemas import DomainReference
from api.admin_web.paging import Level
from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import for_administrators
from domain.directory import Domain
from services import administration

router = for_administrators()

_REFERENCE: Final[dict[str, Any]] = {"ID": 5, "name": "Organization 5"}
_ITEM: Final[dict[str, Any]] = {**_REFERENCE, "description": "", "domainCount": 1}
_DETAILS: Final[dict[str, Any]] = {**_ITEM, "domains": [{"ID": 1, "domainname": "example.com"}]}


class OrganisationReference(BaseModel):
    """An organisation by number and name."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REFERENCE]})

    ID: int
    name: str


class OrganisationItem(OrganisationReference):
    """An organisation in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    description: str = ""
    domainCount: int  # noqa: N815 (the wire's name)


class OrganisationDetails(OrganisationItem):
    """An organisation in full."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DETAILS]})

    domains: list[DomainReference]


class Organisations(BaseModel):
    """All organisations."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 1, "data": [_ITEM]}]})

    count: int
    data: list[OrganisationItem | OrganisationReference]


@router.get("/system/orgs", responses=errors(400), summary="List organisations")
def organisations(store: TheStore, login: TheLogin, level: Level = 1) -> Organisations:
    """Return all organisations."""
    found = administration.organisations(store, login)
    items = [_item(number, domains) if level else _reference(number) for number, domains in found.items()]
    return Organisations(count=len(items), data=items)


@router.get("/system/orgs/{orgID:number}", responses=errors(404), summary="Get an organisation")
def organisation(
    number: Annotated[int, Path(alias="orgID", examples=[5], ge=0)],
    store: TheStore,
    login: TheLogin,
) -> OrganisationDetails:
    """Return one organisation with its domains."""
    domains = administration.organisation(store, login, number)
    references = [DomainReference(ID=domain.id, domainname=domain.name) for domain in domains]
    return OrganisationDetails(**_item(number, domains).model_dump(), domains=references)


def _reference(number: int) -> OrganisationReference:
    return OrganisationReference(ID=number, name=f"Organization {number}")


def _item(number: int, domains: Sequence[Domain]) -> OrganisationItem:
    return OrganisationItem(**_reference(number).model_dump(), domainCount=len(domains))
