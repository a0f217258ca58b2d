"""The routes of user profile statuses: parse, call, return."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.auth.route import BEARER
from api.auth.standing import admitted
from api.deps import RootUrl, TheCaller, TheStore, TheStoreToWrite, author
from api.works import mapping
from api.works.documented import ERRORS_WITHOUT_BODY
from api.works.errors import WorksResponse
from api.works.routing import WorksRoute
from api.works.schemas import StatusAnswer, StatusBody, StatusList, StatusPatch
from domain.caller import READING, WRITING, Caller
from domain.definitions import check_in_use
from domain.directory import Person, check_statuses_are_on, person_reference
from domain.status import Draft, Status
from domain.timeline import as_of, delete, post, put
from store.changes import change
from store.store import Store, Transaction

router = APIRouter(
    prefix="/v1.0/users/{userId}/user-profile-statuses",
    tags=["NAVER WORKS: user profile statuses"],
    route_class=WorksRoute,
    dependencies=[Depends(BEARER)],
    default_response_class=WorksResponse,
)

UserId = Annotated[
    str,
    Path(
        alias="userId",
        description="A mail address, a resource id, `externalKey:` followed by a key, or `me`",
        examples=["u1@example.com"],
    ),
]
StatusId = Annotated[
    str,
    Path(alias="userProfileStatusId", examples=["uprofile-b785-4aae-c330-01e94337846b"]),
]


@router.get("", summary="List the statuses of a person")
def list_statuses(user_id: UserId, store: TheStore, caller: TheCaller, root_url: RootUrl) -> StatusList:
    """List the status that the person shows now, and the next reserved one."""
    with store.reading() as transaction:
        person = _readable(transaction, caller, user_id)
        timeline = as_of(transaction.statuses.of(person.id), transaction.now())
        definitions = transaction.definitions.of(person.domain.id)
    return mapping.answers(timeline, definitions, root_url)


@router.post("", status_code=201, summary="Create a status")
def create_status(
    user_id: UserId,
    body: StatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> StatusAnswer:
    """Set the person's present status, or reserve a future one.

    A present status replaces every one in force; a reserved status replaces the reserved one. Posting the same status
    again changes nothing, and returns the same id.
    """
    with store.writing() as transaction:
        caller = admitted(transaction, caller)
        person = _writable(transaction, caller, user_id)

        def posted(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
            _check_may_choose(transaction, caller, person, body.profileStatusId)
            return post(statuses, mapping.posted(body, as_of(statuses, now)), now)[0]

        done = change(transaction, person.id, posted, by=author(caller))
        definitions = transaction.definitions.of(person.domain.id)
    wanted = mapping.posted(body, done.timeline)
    written = next(status for status in done.timeline.statuses if status.says(wanted))
    return mapping.answer(written, definitions, root_url)


@router.get("/{userProfileStatusId}", summary="Get a status")
def get_status(
    user_id: UserId,
    status_id: StatusId,
    store: TheStore,
    caller: TheCaller,
    root_url: RootUrl,
) -> StatusAnswer:
    """Return one status that is in force or reserved. One that another status covers is PRESENT too."""
    with store.reading() as transaction:
        person = _readable(transaction, caller, user_id)
        timeline = as_of(transaction.statuses.of(person.id), transaction.now())
        definitions = transaction.definitions.of(person.domain.id)
    return mapping.answer(timeline.status(status_id), definitions, root_url)


@router.put("/{userProfileStatusId}", summary="Replace a status")
def replace_status(
    user_id: UserId,
    status_id: StatusId,
    body: StatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> StatusAnswer:
    """Replace one status and keep its id. Fields that the body does not give are emptied."""
    return _rewrite(
        user_id,
        status_id,
        lambda old: mapping.draft(body, old),
        store,
        caller,
        root_url,
    )


@router.patch("/{userProfileStatusId}", summary="Change a status")
def change_status(
    user_id: UserId,
    status_id: StatusId,
    body: StatusPatch,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> StatusAnswer:
    """Change the given fields of one status. `null` empties a field."""
    return _rewrite(
        user_id,
        status_id,
        lambda old: mapping.patched(body, old),
        store,
        caller,
        root_url,
    )


@router.delete(
    "/{userProfileStatusId}",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Delete a status",
)
def delete_status(user_id: UserId, status_id: StatusId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Delete one status. What it covered shows again."""
    with store.writing() as transaction:
        caller = admitted(transaction, caller)
        person = _writable(transaction, caller, user_id)
        change(
            transaction,
            person.id,
            lambda statuses, now: delete(statuses, status_id, now),
            by=author(caller),
        )


def _rewrite(
    user_id: str,
    status_id: str,
    draft_from: Callable[[Status], Draft],
    store: Store,
    caller: Caller,
    root_url: str,
) -> StatusAnswer:
    with store.writing() as transaction:
        caller = admitted(transaction, caller)
        person = _writable(transaction, caller, user_id)

        def rewritten(statuses: Sequence[Status], now: datetime) -> tuple[Status, ...]:
            old = as_of(statuses, now).status(status_id)
            wanted = draft_from(old)
            chosen = wanted.profile_status_id
            _check_may_choose(
                transaction, caller, person, None if chosen == old.profile_status_id else chosen
            )
            return put(statuses, status_id, wanted, now)[0]

        done = change(transaction, person.id, rewritten, by=author(caller))
        definitions = transaction.definitions.of(person.domain.id)
    return mapping.answer(done.timeline.status(status_id), definitions, root_url)


def _check_may_choose(
    transaction: Transaction, caller: Caller, person: Person, profile_status_id: str | None
) -> None:
    """Check that statuses are on in the domain, and that the caller may choose this one.

    Call this when the person is locked: switching statuses off and deleting a profile status lock everybody.
    """
    check_statuses_are_on(transaction.directory.domain(person.domain.id))
    if profile_status_id is not None:
        chosen = check_in_use(transaction.definitions.of(person.domain.id), profile_status_id)
        caller.check_may_choose(chosen)


def _person(transaction: Transaction, caller: Caller, user_id: str) -> Person:
    named = caller.me if user_id == "me" else user_id
    return transaction.directory.person(caller.domain_id, person_reference(named))


def _readable(transaction: Transaction, caller: Caller, user_id: str) -> Person:
    admitted(transaction, caller).check_may(*READING)
    return _person(transaction, caller, user_id)


def _writable(transaction: Transaction, caller: Caller, user_id: str) -> Person:
    caller.check_may(*WRITING)
    person = _person(transaction, caller, user_id)
    caller.check_may_write(person)
    return person
