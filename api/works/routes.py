"""The routes of user profile statuses: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.auth.guards import BEARER
from api.deps import RootUrl, TheBearer, TheCaller, TheStore, TheStoreToWrite
from api.works import mapping
from api.works.documented import ERRORS_WITHOUT_BODY
from api.works.errors import WorksResponse
from api.works.routing import WorksRoute
from api.works.schemas import StatusAnswer, StatusBody, StatusList, StatusPatch
from domain.directory import Whom, whom
from services import statuses

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


async def _whom(user_id: UserId, bearer: TheBearer) -> Whom:
    return whom(user_id, bearer.domain_id, bearer.user_id)


ThePerson = Annotated[Whom, Depends(_whom)]


@router.get("", response_model=StatusList, summary="List the statuses of a person")
def list_statuses(person: ThePerson, store: TheStore, caller: TheCaller, root_url: RootUrl) -> WorksResponse:
    """List the status that the person shows now, and one reserved status: that of this API, else the out-of-office.

    Plans that lie ahead are not listed. They are found by id.
    """
    found = statuses.listed(store, caller, person)
    return WorksResponse(mapping.answers(found.timeline, found.definitions, root_url))


@router.post("", status_code=201, response_model=StatusAnswer, summary="Create a status")
def create_status(
    person: ThePerson, body: StatusBody, store: TheStoreToWrite, caller: TheCaller, root_url: RootUrl
) -> WorksResponse:
    """Set the person's present status, or reserve a future one.

    A present status replaces those in force that were written through this API, and covers the others, which come back
    after it. A reserved status replaces the one that was reserved through this API. Posting the same status again
    changes nothing, and returns the same id.
    """
    found = statuses.post(store, caller, person, mapping.draft(body), mapping.content)
    return WorksResponse(mapping.answer(found.status, found.definitions, root_url), status_code=201)


@router.get("/{userProfileStatusId}", response_model=StatusAnswer, summary="Get a status")
def get_status(
    person: ThePerson, status_id: StatusId, store: TheStore, caller: TheCaller, root_url: RootUrl
) -> WorksResponse:
    """Return one status that is in force or reserved. One that another status covers is PRESENT too."""
    found = statuses.get(store, caller, person, status_id)
    return WorksResponse(mapping.answer(found.status, found.definitions, root_url))


@router.put("/{userProfileStatusId}", response_model=StatusAnswer, summary="Replace a status")
def replace_status(
    person: ThePerson,
    status_id: StatusId,
    body: StatusBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> WorksResponse:
    """Replace one status. Fields that the body does not give are emptied.

    If the status was not written through this API, the same `profileStatusId` and `startTime` change it. Anything else
    covers it by a new status with this id; it comes back after that, with another id. PATCH changes it in any case.
    """
    found = statuses.put(store, caller, person, status_id, mapping.draft(body), mapping.content)
    return WorksResponse(mapping.answer(found.status, found.definitions, root_url))


@router.patch("/{userProfileStatusId}", response_model=StatusAnswer, summary="Change a status")
def change_status(
    person: ThePerson,
    status_id: StatusId,
    body: StatusPatch,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
) -> WorksResponse:
    """Change the given fields of one status, whoever wrote it. `null` empties a field."""
    found = statuses.patch(store, caller, person, status_id, mapping.changes(body), mapping.content)
    return WorksResponse(mapping.answer(found.status, found.definitions, root_url))


@router.delete(
    "/{userProfileStatusId}",
    status_code=204,
    response_class=Response,
    responses=ERRORS_WITHOUT_BODY,
    summary="Delete a status",
)
def delete_status(person: ThePerson, status_id: StatusId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Delete one status, whoever wrote it: one in force ends. What it covered shows again."""
    statuses.delete(store, caller, person, status_id)
