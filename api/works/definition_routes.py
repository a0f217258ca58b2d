"""The routes of the directory's profile statuses: those that a domain's people can have."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.convertors import StringConvertor, register_url_convertor

from api.auth.route import BEARER
from api.auth.standing import admitted
from api.deps import RootUrl, TheCaller, TheStore, TheStoreToWrite, author
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
from domain.caller import Caller, Scope
from domain.definitions import (
    Definitions,
    check_can_add,
    check_can_delete,
    find,
    first_free,
    rewritten,
)
from domain.directory import check_statuses_are_on
from domain.refusals import DomainUnknown
from store.store import Transaction
from store.switching import switch_off, switch_on
from store.wiping import everybody_in, wipe


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

_READING = (Scope.DIRECTORY, Scope.DIRECTORY_READ)


def _domain_id(
    caller: TheCaller,
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
    return _own(caller, caller.domain_id if number is None else number)


DomainId = Annotated[int, Depends(_domain_id)]
ProfileStatusId = Annotated[str, Path(alias="profileStatusId", examples=["CUSTOM01"])]


@router.get("", summary="List profile statuses")
def list_definitions(
    domain_id: DomainId, store: TheStore, caller: TheCaller, root_url: RootUrl
) -> DefinitionList:
    """List a domain's profile statuses, in display order."""
    with store.reading() as transaction:
        definitions = _definitions(transaction, caller, domain_id)
    return mapping.answers(definitions, domain_id, root_url)


@router.post("", status_code=201, responses=errors(409), summary="Create a profile status")
def create_definition(
    body: NewDefinitionBody, store: TheStoreToWrite, caller: TheCaller, root_url: RootUrl
) -> DefinitionAnswer:
    """Add a custom profile status to the domain."""
    with store.writing() as transaction:
        definitions = _held(transaction, caller, body.domainId)
        new = mapping.definition(body, body.profileStatusId or first_free(definitions))
        check_can_add(definitions, new)
        new = rewritten(new, new)
        transaction.definitions.add(body.domainId, [new])
    return mapping.answer(new, body.domainId, root_url)


@router.post(
    "/enable",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Switch statuses on",
)
def enable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Switch statuses on, and add the built-in profile statuses. If they are on, nothing changes."""
    with store.writing() as transaction:
        _check_administers(transaction, caller, domain_id)
        switch_on(transaction, domain_id)


@router.post(
    "/disable",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Switch statuses off",
)
def disable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Switch statuses off. Every profile status of the domain and every status of its people is deleted."""
    with store.writing() as transaction:
        _check_administers(transaction, caller, domain_id)
        switch_off(transaction, domain_id, by=author(caller))


@router.get("/{profileStatusId:definition}", summary="Get a profile status")
def get_definition(
    profile_status_id: ProfileStatusId,
    domain_id: DomainId,
    store: TheStore,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Return one profile status of the domain."""
    with store.reading() as transaction:
        found = find(_definitions(transaction, caller, domain_id), profile_status_id)
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
    with store.writing() as transaction:
        old = find(_held(transaction, caller, body.domainId), profile_status_id)
        new = rewritten(old, mapping.definition(body, profile_status_id))
        transaction.definitions.save(body.domainId, new)
    return mapping.answer(new, body.domainId, root_url)


@router.patch("/{profileStatusId:definition}", summary="Change a profile status")
def change_definition(
    profile_status_id: ProfileStatusId,
    body: DefinitionPatch,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Change the given fields of a profile status. A built-in one keeps its name and its icon."""
    with store.writing() as transaction:
        old = find(_held(transaction, caller, body.domainId), profile_status_id)
        new = rewritten(old, mapping.patched(body, old))
        transaction.definitions.save(body.domainId, new)
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
    with store.writing() as transaction:
        check_can_delete(find(_held(transaction, caller, domain_id), profile_status_id))
        transaction.definitions.remove(domain_id, profile_status_id)
        everybody = everybody_in(domain_id)
        wipe(transaction, everybody, profile_status_id=profile_status_id, by=author(caller))


def _own(caller: Caller, domain_id: int) -> int:
    """Return `domain_id`; raise `DomainUnknown` unless it is the caller's, even if the other domain exists."""
    if domain_id != caller.domain_id:
        raise DomainUnknown
    return domain_id


def _definitions(transaction: Transaction, caller: Caller, domain_id: int) -> Definitions:
    admitted(transaction, caller).check_may(*_READING)
    check_statuses_are_on(transaction.directory.domain(domain_id))
    return transaction.definitions.of(domain_id)


def _check_administers(transaction: Transaction, caller: Caller, domain_id: int) -> None:
    """Check that the caller may change the domain's profile statuses.

    Raises:
        NotAllowed: the caller may not.
        DomainUnknown: it is not the caller's domain.
    """
    admitted(transaction, caller).check_may(Scope.DIRECTORY)
    _own(caller, domain_id)


def _held(transaction: Transaction, caller: Caller, domain_id: int) -> Definitions:
    """Lock the domain's definitions until the transaction ends, and return them."""
    _check_administers(transaction, caller, domain_id)
    transaction.definitions.lock(domain_id)
    check_statuses_are_on(transaction.directory.domain(domain_id))
    return transaction.definitions.of(domain_id)
