"""The routes of the directory's profile statuses: those that a domain's people can have."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.convertors import StringConvertor, register_url_convertor

from api.auth.guards import BEARER
from api.deps import RootUrl, TheBearer, TheCaller, TheStore, TheStoreToWrite
from api.works import definition_mapping as mapping
from api.works.definition_schemas import (
    DefinitionAnswer,
    DefinitionBody,
    DefinitionList,
    DefinitionPatch,
    NewDefinitionBody,
)
from api.works.documented import ERRORS_WITHOUT_BODY, errors
from api.works.errors import WorksResponse
from api.works.routing import WorksRoute
from domain.refusals import DomainUnknown
from services import definitions


class _DefinitionConvertor(StringConvertor):
    """Ids of profile statuses: any path segment except `enable` and `disable`."""

    regex = "(?!(?:enable|disable)$)[^/]+"


register_url_convertor("definition", _DefinitionConvertor())

router = APIRouter(
    prefix="/v1.0/directory/profile-statuses",
    tags=["NAVER WORKS: directory profile statuses"],
    route_class=WorksRoute,
    dependencies=[Depends(BEARER)],
    default_response_class=WorksResponse,
)


async def _domain_id(
    bearer: TheBearer,
    number: Annotated[
        int | None,
        Query(
            alias="domainId",
            ge=0,
            le=2**31 - 1,
            description="The domain; by default that of the token",
            examples=[1],
        ),
    ] = None,
) -> int:
    """Return the number of the domain; raise `DomainUnknown` unless it is the caller's, even if the other exists."""
    if number not in (None, bearer.domain_id):
        raise DomainUnknown
    return bearer.domain_id


DomainId = Annotated[int, Depends(_domain_id)]
ProfileStatusId = Annotated[str, Path(alias="profileStatusId", examples=["CUSTOM01"])]


@router.get("", summary="List profile statuses")
def list_definitions(
    domain_id: DomainId, store: TheStore, caller: TheCaller, root_url: RootUrl
) -> DefinitionList:
    """List a domain's profile statuses, in display order."""
    return mapping.answers(definitions.listed(store, caller, domain_id), domain_id, root_url)


@router.post("", status_code=201, responses=errors(409), summary="Create a profile status")
def create_definition(
    body: NewDefinitionBody, store: TheStoreToWrite, caller: TheCaller, root_url: RootUrl
) -> DefinitionAnswer:
    """Add a custom profile status to the domain."""
    wanted = mapping.definition(body, body.profileStatusId or "")
    return mapping.answer(definitions.create(store, caller, body.domainId, wanted), body.domainId, root_url)


@router.post(
    "/enable",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Switch statuses on",
)
def enable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Switch statuses on, and add the built-in profile statuses. If they are on, nothing changes."""
    definitions.enable(store, caller, domain_id)


@router.post(
    "/disable",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Switch statuses off",
)
def disable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Switch statuses off. Every profile status of the domain and every status of its people is deleted."""
    definitions.disable(store, caller, domain_id)


@router.get("/{profileStatusId:definition}", summary="Get a profile status")
def get_definition(
    profile_status_id: ProfileStatusId,
    domain_id: DomainId,
    store: TheStore,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Return one profile status of the domain."""
    found = definitions.get(store, caller, domain_id, profile_status_id)
    return mapping.answer(found, domain_id, root_url)


@router.put("/{profileStatusId:definition}", summary="Replace a profile status")
def replace_definition(
    profile_status_id: ProfileStatusId,
    body: DefinitionBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Replace a profile status. A built-in one keeps its name and its icon."""
    wanted = mapping.definition(body, profile_status_id)
    return mapping.answer(definitions.replace(store, caller, body.domainId, wanted), body.domainId, root_url)


@router.patch("/{profileStatusId:definition}", summary="Change a profile status")
def change_definition(
    profile_status_id: ProfileStatusId,
    body: DefinitionPatch,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Change the given fields of a profile status. A built-in one keeps its name and its icon."""
    new = definitions.change(store, caller, body.domainId, profile_status_id, mapping.changes(body))
    return mapping.answer(new, body.domainId, root_url)


@router.delete(
    "/{profileStatusId:definition}",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Delete a profile status",
)
def delete_definition(
    profile_status_id: ProfileStatusId, domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller
) -> None:
    """Delete a custom profile status of the domain, and every status that uses it."""
    definitions.delete(store, caller, domain_id, profile_status_id)
