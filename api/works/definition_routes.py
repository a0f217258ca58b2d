"""The routes of the directory's profile statuses: what a domain's people can be."""

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
from api.works.documented import conflict, errors
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
    """Ids of profile statuses; the two switches beside them are none."""

    regex = "(?!(?:enable|disable)$)[^/]+"


register_url_convertor("definition", _DefinitionConvertor())

router = APIRouter(
    prefix="/v1.0/directory/profile-statuses",
    tags=["NAVER WORKS: directory profile statuses"],
    route_class=WorksRoute,
    dependencies=[Depends(BEARER)],
    default_response_class=WorksResponse,
    responses=errors(WorksResponse.media_type),
)

_READING = (Scope.DIRECTORY, Scope.DIRECTORY_READ)


def _domain_id(
    caller: TheCaller,
    number: Annotated[
        int | None,
        Query(
            alias="domainId", ge=0, le=2**31 - 1, description="The token's own when not given", examples=[1]
        ),
    ] = None,
) -> int:
    return _own(caller, caller.domain_id if number is None else number)


DomainId = Annotated[int, Depends(_domain_id)]
ProfileStatusId = Annotated[str, Path(alias="profileStatusId", examples=["CUSTOM01"])]


@router.get("")
def list_definitions(
    domain_id: DomainId, store: TheStore, caller: TheCaller, root_url: RootUrl
) -> DefinitionList:
    """List a domain's profile statuses, in their order."""
    with store.reading() as transaction:
        definitions = _definitions(transaction, caller, domain_id)
    return mapping.answers(definitions, domain_id, root_url)


@router.post("", status_code=201, responses=conflict(WorksResponse.media_type))
def create_definition(
    body: NewDefinitionBody, store: TheStoreToWrite, caller: TheCaller, root_url: RootUrl
) -> DefinitionAnswer:
    """Add a profile status of the domain's own."""
    with store.writing() as transaction:
        definitions = _held(transaction, caller, body.domainId)
        new = mapping.definition(body, body.profileStatusId or first_free(definitions))
        check_can_add(definitions, new)
        new = rewritten(new, new)
        transaction.definitions.add(body.domainId, [new])
    return mapping.answer(new, body.domainId, root_url)


@router.post("/enable", status_code=204, response_class=Response, responses=errors("application/json"))
def enable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Let the domain's people have statuses, and give it the built-in ones; where they are on, nothing changes."""
    with store.writing() as transaction:
        _check_administers(transaction, caller, domain_id)
        switch_on(transaction, domain_id)


@router.post("/disable", status_code=204, response_class=Response, responses=errors("application/json"))
def disable_statuses(domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Switch statuses off: every profile status of the domain and every status of its people goes."""
    with store.writing() as transaction:
        _check_administers(transaction, caller, domain_id)
        switch_off(transaction, domain_id, by=author(caller))


@router.get("/{profileStatusId:definition}")
def get_definition(
    profile_status_id: ProfileStatusId,
    domain_id: DomainId,
    store: TheStore,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Return one profile status of a domain."""
    with store.reading() as transaction:
        found = find(_definitions(transaction, caller, domain_id), profile_status_id)
    return mapping.answer(found, domain_id, root_url)


@router.put("/{profileStatusId:definition}")
def replace_definition(
    profile_status_id: ProfileStatusId,
    body: DefinitionBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Rewrite a profile status. A built-in one keeps its name and its icon."""
    with store.writing() as transaction:
        old = find(_held(transaction, caller, body.domainId), profile_status_id)
        new = rewritten(old, mapping.definition(body, profile_status_id))
        transaction.definitions.save(body.domainId, new)
    return mapping.answer(new, body.domainId, root_url)


@router.patch("/{profileStatusId:definition}")
def change_definition(
    profile_status_id: ProfileStatusId,
    body: DefinitionPatch,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> DefinitionAnswer:
    """Change what the body gives of a profile status. A built-in one keeps its name and its icon."""
    with store.writing() as transaction:
        old = find(_held(transaction, caller, body.domainId), profile_status_id)
        new = rewritten(old, mapping.patched(body, old))
        transaction.definitions.save(body.domainId, new)
    return mapping.answer(new, body.domainId, root_url)


@router.delete(
    "/{profileStatusId:definition}",
    status_code=204,
    response_class=Response,
    responses=errors("application/json"),
)
def delete_definition(
    profile_status_id: ProfileStatusId, domain_id: DomainId, store: TheStoreToWrite, caller: TheCaller
) -> None:
    """Remove a profile status of the domain's own, with the statuses of those who have it."""
    with store.writing() as transaction:
        check_can_delete(find(_held(transaction, caller, domain_id), profile_status_id))
        transaction.definitions.remove(domain_id, profile_status_id)
        everybody = everybody_in(domain_id)
        wipe(transaction, everybody, profile_status_id=profile_status_id, by=author(caller))


def _own(caller: Caller, domain_id: int) -> int:
    """Return the number of the caller's domain; another one is not there.

    Raises:
        DomainUnknown: it is another one's, whether that exists or not.
    """
    if domain_id != caller.domain_id:
        raise DomainUnknown
    return domain_id


def _definitions(transaction: Transaction, caller: Caller, domain_id: int) -> Definitions:
    admitted(transaction, caller).check_may(*_READING)
    check_statuses_are_on(transaction.directory.domain(domain_id))
    return transaction.definitions.of(domain_id)


def _check_administers(transaction: Transaction, caller: Caller, domain_id: int) -> None:
    """Return nothing when the caller decides what the domain's people can be.

    Raises:
        NotAllowed: the caller does not.
        DomainUnknown: it is not the caller's domain.
    """
    admitted(transaction, caller).check_may(Scope.DIRECTORY)
    _own(caller, domain_id)


def _held(transaction: Transaction, caller: Caller, domain_id: int) -> Definitions:
    """Return the domain's definitions, which nobody else changes until the transaction ends."""
    _check_administers(transaction, caller, domain_id)
    transaction.definitions.hold(domain_id)
    check_statuses_are_on(transaction.directory.domain(domain_id))
    return transaction.definitions.of(domain_id)
