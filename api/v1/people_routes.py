"""The routes of people: who is there, what they show, and who is away."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from api.deps import RootUrl, TheBearer, TheCaller, TheStore
from api.v1 import etags
from api.v1 import people_mapping as mapping
from api.v1.away import span
from api.v1.cursors import number
from api.v1.documented import NOT_MODIFIED
from api.v1.paging import USUAL, After, Limit, ThePages
from api.v1.people_refs import ThePerson
from api.v1.people_schemas import PeopleList, PersonAnswer
from api.v1.responses import ResourceResponse, known_etags, unchanged
from api.v1.routing import router_for
from domain.definitions import PROFILE_STATUS_IDS
from services import availability
from services.availability import Asked

router = router_for("/people", tag="people")

Shown = Annotated[
    Literal[PROFILE_STATUS_IDS] | None,  # type: ignore[valid-type] # made from the rules' own list
    Query(description="Only people who show this profile status now", examples=["ABSENCE"]),
]
Away = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        description="Only people who are away: `now`; on days, `2027-08-02/2027-08-06`, both included, in the zone of "
        "the domain; at any time between two moments; on one day; or at a moment",
        examples=["now", "2027-08-02/2027-08-06"],
    ),
]
Search = Annotated[
    str,
    Query(
        alias="q",
        max_length=200,
        description="Only people with each of these words in their name or mail address",
        examples=["kim"],
    ),
]


@router.get("", response_model=PeopleList, responses=NOT_MODIFIED, summary="List people, or who is away")
def list_people(
    request: Request,
    bearer: TheBearer,
    store: TheStore,
    caller: TheCaller,
    root_url: RootUrl,
    pages: ThePages,
    shown: Shown = None,
    away: Away = None,
    search: Search = "",
    limit: Limit = USUAL,
    after: After = None,
) -> Response:
    """List the domain's people with what they show, in pages.

    Away is who shows a status with an icon of absence (as `ABSENCE` has), or whose mail is answered automatically.
    Somebody busy, off work or on a business trip is not away. With `away`, `awayWith` tells the statuses that make each
    of them away in that time.
    """
    asked = Asked(text=search, shown=shown, away=span(away))
    start = number(mapping.LIST, after)
    question = (bearer.domain_id, root_url, asked.text, shown, away, limit, start)
    etag, version = etags.known(known_etags(request), question)
    page = availability.page(store, caller, bearer.domain_id, asked, after=start, limit=limit, known=version)
    if page is None:
        return unchanged(etag)
    headers = {**pages.link(mapping.next_page(page)), "ETag": f'"{etags.etag(page.version, question)}"'}
    return ResourceResponse(mapping.people(page, root_url), headers=headers)


@router.get("/{ref}", response_model=PersonAnswer, responses=NOT_MODIFIED, summary="Get a person")
def get_person(person: ThePerson, store: TheStore, caller: TheCaller, root_url: RootUrl) -> ResourceResponse:
    """Return one person, with what they show."""
    return ResourceResponse(mapping.person(availability.get(store, caller, person), root_url))
