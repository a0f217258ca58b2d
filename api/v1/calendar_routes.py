"""The calendars of feeds (RFC 5545): whoever has the secret address can fetch one, without a token."""

from fastapi import APIRouter, Request, Response

from api.auth.guards import by_address
from api.deps import TheStore
from api.guarded_route import guarded_by
from api.v1 import etags
from api.v1.calendars import render
from api.v1.responses import etag_of, is_among, known_etags
from config.version import VERSION
from domain.clients import digest
from domain.feeds import Calendar
from services import feeds

router = APIRouter(route_class=guarded_by(by_address), include_in_schema=False)


@router.api_route(feeds.address("", "{secret}"), methods=["GET", "HEAD"])
def get_calendar(secret: str, request: Request, store: TheStore) -> Response:
    """Return the calendar of a feed; 304 if the client has it."""
    question = (VERSION, digest(secret))
    known, version = etags.known(known_etags(request), question)
    calendar = feeds.read(store, secret, known=version)
    if calendar is None:
        return Response(status_code=304, headers=_headers(f'"{known}"'))
    etag = f'"{etags.etag(calendar.version, question)}"' if calendar.version else etag_of(_content(calendar))
    headers = _headers(etag)
    if is_among(etag, request.headers.get("If-None-Match", "")):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="presently.ics"'
    return Response(render(calendar), headers=headers, media_type="text/calendar; charset=utf-8")


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}


def _content(calendar: Calendar) -> bytes:
    """Return what the calendar of a person is made of, for its ETag: nothing of it may change unnoticed."""
    told = [
        (
            entry.id,
            entry.revision,
            entry.is_cancelled,
            entry.busy_status,
            entry.starts_at,
            entry.ends_at,
            calendar.summary(entry),
        )
        for entry in calendar.entries
    ]
    said = (VERSION, calendar.feed.id, calendar.title, calendar.is_cut, told)
    return repr(said).encode()
