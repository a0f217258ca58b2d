"""Organisations: companies with several domains. Presently stores only their numbers."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from api.admin_web.domain_schemas import DomainReference
from api.admin_web.paging import Level
from api.deps import TheStore
from api.grommunio.administrators import TheAdministrator
from api.grommunio.documented import errors
from api.grommunio.routing import for_administrators
from domain.directory import Domain
from domain.permissions import Capability
from domain.refusals import OrganisationUnknown
from store.store import Transaction

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
def organisations(store: TheStore, who_calls: TheAdministrator, level: Level = 1) -> Organisations:
    """Return all organisations."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
        found = _by_organisation(transaction)
    items = [_item(number, domains) if level else _reference(number) for number, domains in found.items()]
    return Organisations(count=len(items), data=items)


@router.get("/system/orgs/{orgID:number}", responses=errors(404), summary="Get an organisation")
def organisation(
    number: Annotated[int, Path(alias="orgID", examples=[5], ge=0)],
    store: TheStore,
    who_calls: TheAdministrator,
) -> OrganisationDetails:
    """Return one organisation with its domains."""
    with store.reading() as transaction:
        who_calls(transaction).check_may(Capability.SYSTEM_ADMIN_READ)
        domains = _by_organisation(transaction).get(number)
    if domains is None:
        raise OrganisationUnknown
    references = [DomainReference(ID=domain.id, domainname=domain.name) for domain in domains]
    return OrganisationDetails(**_item(number, domains).model_dump(), domains=references)


def _by_organisation(transaction: Transaction) -> dict[int, list[Domain]]:
    """Group the domains by organisation, without those that belong to none."""

    def number(domain: Domain) -> int:
        return domain.organisation_id

    domains = sorted(filter(number, transaction.directory.domains()), key=number)
    return {key: list(group) for key, group in groupby(domains, key=number)}


def _reference(number: int) -> OrganisationReference:
    return OrganisationReference(ID=number, name=f"Organization {number}")


def _item(number: int, domains: Sequence[Domain]) -> OrganisationItem:
    return OrganisationItem(**_reference(number).model_dump(), domainCount=len(domains))
