"""Maps calendar feeds to the bodies of this dialect."""

from collections.abc import Sequence
from typing import Any

from api.v1.feed_schemas import FeedAnswer, FeedList, MadeFeed, NewFeedBody
from domain.feeds import Feed, NewFeed
from services.feeds import Wanted, address


def wanted(body: NewFeedBody) -> Wanted:
    """Return the feed that a body asks for."""
    return Wanted(detail=body.shows, name=body.name)


def made(new: NewFeed, root_url: str) -> MadeFeed:
    """Build the response body for a new feed, with its address."""
    return MadeFeed(**_fields(new.feed), address=address(root_url, new.secret))


def made_before(new: NewFeed) -> MadeFeed:
    """Build the response body that is kept for a repeated request: it must not hold the secret."""
    return MadeFeed(**_fields(new.feed), address=None)


def listed(feeds: Sequence[Feed]) -> FeedList:
    """Build the response body for feeds."""
    return FeedList(feeds=[FeedAnswer(**_fields(feed)) for feed in feeds])


def _fields(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "shows": feed.detail,
        "name": feed.name,
        "createdAt": feed.created_at.isoformat(timespec="seconds"),
        "createdBy": feed.created_by,
    }
