"""The routes of calendar feeds: those of a person, and those of the domain."""

from typing import Annotated

from fastapi import Path, Response

from api.deps import RootUrl, TheBearer, TheCaller, TheStore, TheStoreToWrite
from api.v1 import feed_mapping as mapping
from api.v1.documented import BODY, KEYED, NOT_MODIFIED
from api.v1.feed_schemas import FeedList, MadeFeed, NewFeedBody
from api.v1.idempotency import TheOnce
from api.v1.people_refs import ThePerson
from api.v1.responses import ResourceResponse
from api.v1.routing import router_for
from domain.feeds import NewFeed
from services import feeds

router = router_for("", tag="calendar feeds")

FeedId = Annotated[str, Path(alias="id", examples=["feed-5f0c7c462a0b4c3e"])]


@router.get(
    "/people/{ref}/feeds", response_model=FeedList, responses=NOT_MODIFIED, summary="List a person's feeds"
)
def list_feeds(person: ThePerson, store: TheStore, caller: TheCaller) -> ResourceResponse:
    """List the calendar feeds of a person, without their addresses."""
    return ResourceResponse(mapping.listed(feeds.of_person(store, caller, person)))


@router.post(
    "/people/{ref}/feeds",
    status_code=201,
    response_model=MadeFeed,
    responses=BODY | KEYED,
    summary="Make a feed of a person",
)
def make_feed(
    person: ThePerson,
    body: NewFeedBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
    once: TheOnce,
) -> ResourceResponse:
    """Make a secret address of a calendar with the person's statuses. Needs what writing the statuses needs."""
    recorder = once.recording(_kept)
    return _made(feeds.add(store, caller, person, mapping.wanted(body), recorder=recorder), root_url)


@router.delete(
    "/people/{ref}/feeds/{id}",
    status_code=204,
    response_class=Response,
    summary="Revoke a feed of a person",
)
def revoke_feed(person: ThePerson, feed_id: FeedId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Revoke a calendar feed: nobody can fetch it any more."""
    feeds.revoke(store, caller, person, feed_id)


@router.get("/feeds", response_model=FeedList, responses=NOT_MODIFIED, summary="List the domain's feeds")
def list_domain_feeds(bearer: TheBearer, store: TheStore, caller: TheCaller) -> ResourceResponse:
    """List the calendar feeds of the domain, without their addresses. Needs `directory` or `directory.read`."""
    return ResourceResponse(mapping.listed(feeds.of_domain(store, caller, bearer.domain_id)))


@router.post(
    "/feeds",
    status_code=201,
    response_model=MadeFeed,
    responses=BODY | KEYED,
    summary="Make a feed of the domain",
)
def make_domain_feed(
    bearer: TheBearer,
    body: NewFeedBody,
    store: TheStoreToWrite,
    caller: TheCaller,
    root_url: RootUrl,
    once: TheOnce,
) -> ResourceResponse:
    """Make a secret address of a calendar with the absences of everybody in the domain. Needs `directory`."""
    recorder = once.recording(_kept)
    wanted = mapping.wanted(body)
    return _made(feeds.add_to_domain(store, caller, bearer.domain_id, wanted, recorder=recorder), root_url)


@router.delete("/feeds/{id}", status_code=204, response_class=Response, summary="Revoke a feed of the domain")
def revoke_domain_feed(bearer: TheBearer, feed_id: FeedId, store: TheStoreToWrite, caller: TheCaller) -> None:
    """Revoke a calendar feed of the domain: nobody can fetch it any more. Needs `directory`."""
    feeds.revoke_of_domain(store, caller, bearer.domain_id, feed_id)


def _made(new: NewFeed, root_url: str) -> ResourceResponse:
    return ResourceResponse(mapping.made(new, root_url), status_code=201, headers=_UNSTORED)


def _kept(new: NewFeed) -> ResourceResponse:
    return ResourceResponse(mapping.made_before(new), status_code=201, headers=_UNSTORED)


#: The answer has a secret.
_UNSTORED = {"Cache-Control": "no-store"}
