"""The client: a method for each request of `/presently/v1`."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self, TypeVar, Unpack, cast
from urllib.parse import quote
from uuid import uuid4

import httpx
from httpx_retries import Retry, RetryTransport

from presently_client import types
from presently_client.errors import Problem

#: Of all waiting that the server asks for, no more than this: a limit of a day is not waited for.
_LONGEST_WAIT_SECONDS: Final = 120

_AT_WORK: Final = {"planning", "applying", "reverting", "undoing"}
_LOOK_AGAIN_SECONDS: Final = 0.2

_Value = TypeVar("_Value")


class Client:
    """A client for one domain. Keep it for many requests, and close it, or use it in a `with` statement.

    A request that failed on the way, and one that the server asks to repeat, is repeated with the same
    `Idempotency-Key`, so that it is carried out once. `auth` is a bearer token, or a `ServiceAccount`.

    Every method raises `Problem` for what the API refuses, and `httpx.TransportError` if it cannot be reached.
    """

    def __init__(
        self,
        url: str,
        auth: str | httpx.Auth,
        *,
        retries: int = 5,
        timeout_seconds: float = 30,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/presently/v1",
            auth=None if isinstance(auth, str) else auth,
            headers={"User-Agent": "presently-client/0.1.0"}
            | ({"Authorization": f"Bearer {auth}"} if isinstance(auth, str) else {}),
            timeout=timeout_seconds,
            transport=RetryTransport(transport or httpx.HTTPTransport(), _retry(retries)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def people(
        self, *, away: str | None = None, shown: str | None = None, q: str | None = None, limit: int = 1000
    ) -> Iterator[types.Person]:
        """Yield people with what they show, `limit` in a request. `away`: `now` or `2027-08-02/2027-08-06`."""
        return self._pages("/people", "people", away=away, shown=shown, q=q, limit=str(limit))

    def person(self, ref: str) -> types.Person:
        """Return one person, named by mail address, id, `externalKey:…`, number, or `me`."""
        return cast("types.Person", self._json("GET", _path("people", ref)))

    def statuses(self, ref: str) -> Iterator[types.Status]:
        """Yield a person's statuses, in force and ahead, in the order of their starts."""
        return self._pages(_path("people", ref, "statuses"), "statuses")

    def status(self, ref: str, status_id: str) -> types.Status:
        """Return one status."""
        return self.status_and_etag(ref, status_id)[0]

    def status_and_etag(self, ref: str, status_id: str) -> tuple[types.Status, str]:
        """Return one status and its ETag: as `if_match` it lets a change fail if the status is another by then."""
        response = self.request("GET", _path("people", ref, "statuses", status_id))
        return response.json(), response.headers["ETag"]

    def plan(self, ref: str, status: types.NewStatus) -> types.Status:
        """Plan a status. It replaces no other."""
        return cast("types.Status", self._json("POST", _path("people", ref, "statuses"), status))

    def book(self, ref: str, external_id: str, status: types.NewStatus) -> types.Booking:
        """Book a status under an id of your own. Say it again and again: only what differs is applied."""
        path = _path("people", ref, "statuses", "external", external_id)
        return cast("types.Booking", self._json("PUT", path, status))

    def change(
        self, ref: str, status_id: str, changes: types.StatusPatch, *, if_match: str | None = None
    ) -> types.Status:
        """Change fields of a status, whoever booked it. With `if_match`: `has-changed` if it is another by now."""
        path = _path("people", ref, "statuses", status_id)
        return cast("types.Status", self._json("PATCH", path, changes, {"If-Match": if_match}))

    def delete(self, ref: str, status_id: str, *, if_match: str | None = None) -> None:
        """Delete a status. What it covered shows again."""
        self.request("DELETE", _path("people", ref, "statuses", status_id), headers={"If-Match": if_match})

    def end(self, ref: str, status_id: str) -> None:
        """End a status that is in force, now: somebody comes back early."""
        self.request("POST", f"{_path('people', ref, 'statuses', status_id)}:end")

    def forecast(
        self, ref: str, wanted: types.NewStatus | types.StatusPatch, status_id: str | None = None
    ) -> types.Forecast:
        """Tell what `plan` would do, or with a `status_id` what `change` would do. Nothing is written."""
        path = _path("people", ref, "statuses", *([status_id] if status_id else []))
        method = "PATCH" if status_id else "POST"
        return cast("types.Forecast", self._json(method, f"{path}?dryRun=true", wanted))

    def timeline(
        self, ref: str, *, since: str | None = None, until: str | None = None
    ) -> Iterator[types.Segment]:
        """Yield what was, is and will be shown between two moments, by default in the next 31 days."""
        return self._pages(_path("people", ref, "timeline"), "segments", **{"from": since, "to": until})

    def shown_at(self, ref: str, at: str) -> types.Moment:
        """Return what was, is or will be shown at a moment."""
        return cast("types.Moment", self._json("GET", f"{_path('people', ref, 'timeline')}?at={quote(at)}"))

    def history(self, ref: str) -> Iterator[types.Change]:
        """Yield the changes of a person's statuses, the newest first."""
        return self._pages(_path("people", ref, "history"), "changes")

    def audit(
        self, since: str | None = None, until: str | None = None, **search: Unpack[types.AuditSearch]
    ) -> Iterator[types.AuditedChange]:
        """Yield who did what for whom in the domain, the newest first. `job` is the id of a bulk change."""
        return self._pages("/audit", "changes", **{"from": since, "to": until}, **search)

    def feeds(self, ref: str | None = None) -> list[types.Feed]:
        """Return the calendar feeds of a person, or those of the domain."""
        return cast("list[types.Feed]", self._json("GET", _feeds(ref))["feeds"])

    def add_feed(
        self, ref: str | None = None, *, shows: types.Detail = "busy", name: str | None = None
    ) -> types.MadeFeed:
        """Make a calendar feed of a person, or of the domain's absences. Keep its `address`: it is a secret."""
        return cast("types.MadeFeed", self._json("POST", _feeds(ref), {"shows": shows, "name": name}))

    def revoke_feed(self, feed_id: str, ref: str | None = None) -> None:
        """Revoke a calendar feed of a person, or of the domain: nobody can fetch it any more."""
        self.request("DELETE", f"{_feeds(ref)}{_path(feed_id)}")

    def domain(self) -> types.Domain:
        """Return the domain of the token."""
        return cast("types.Domain", self._json("GET", "/domain"))

    def definitions(self) -> list[types.Definition]:
        """Return the profile statuses of the domain, in their order."""
        return cast("list[types.Definition]", self._json("GET", "/definitions")["definitions"])

    def plan_changes(
        self,
        entries: Iterable[types.Entry],
        *,
        all_from: str | None = None,
        all_to: str | None = None,
        everybody: bool = False,
    ) -> types.BulkChange:
        """Say what is wanted for many people, and wait until it is planned. Nothing is booked yet.

        With `all_from` and `all_to`, your bookings that begin between these moments and are no entry are cancelled:
        those of the people in the entries, or of `everybody`.
        """
        query = {"allFrom": all_from, "allTo": all_to, "everybody": "true" if everybody else None}
        return self._settled(self.request("POST", "/changes", json=list(entries), params=query))

    def changes(self) -> Iterator[types.BulkChange]:
        """Yield your changes of the last weeks, the newest first."""
        return self._pages("/changes", "changes")

    def differences(self, change_id: str, *actions: str) -> Iterator[types.Difference]:
        """Yield what a change does, or only what are `new`, `moved`, `cancelled` and so on."""
        return self._pages(_path("changes", change_id), "diff", action=list(actions))

    def apply(self, change_id: str, plan: int | None = None) -> types.BulkChange:
        """Apply a planned change, whole or not at all, and wait. If not, `problem` says why; see the new plan."""
        path, query = f"{_path('changes', change_id)}:apply", {"plan": str(plan) if plan else None}
        return self._settled(self.request("POST", path, params=query))

    def undo(self, change_id: str) -> types.BulkChange:
        """Take an applied change back, and wait for it. What somebody changed since stays."""
        return self._settled(self.request("POST", f"{_path('changes', change_id)}:undo"))

    def delete_change(self, change_id: str) -> None:
        """Delete a change that is not applied."""
        self.request("DELETE", _path("changes", change_id))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str | list[str] | None] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> httpx.Response:
        """Send any request below `/presently/v1`. A 304 to `If-None-Match` is returned as it is."""
        key = {"Idempotency-Key": str(uuid4())} if method in {"POST", "PATCH"} else {}
        response = self._http.request(
            method, path, json=json, params=_given(params) or None, headers=key | _given(headers)
        )
        if response.is_error and not _was_deleted_before(response):
            raise Problem.of(response)
        return response

    def _json(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str | None] | None = None
    ) -> dict[str, Any]:
        return cast("dict[str, Any]", self.request(method, path, json=body, headers=headers).json())

    def _settled(self, response: httpx.Response) -> types.BulkChange:
        """Wait until the server has done with a change what it was told."""
        change: types.BulkChange = response.json()
        while change["state"] in _AT_WORK:
            time.sleep(_LOOK_AGAIN_SECONDS)
            change = self.request("GET", _path("changes", change["id"]), params={"limit": "1"}).json()
        return change

    def _pages(self, path: str, name: str, **query: str | list[str] | None) -> Iterator[Any]:
        params = dict(query)
        while True:
            page = self.request("GET", path, params=params).json()
            yield from page[name]
            if page["next"] is None:
                return
            params["after"] = page["next"]


class _AskedToRepeat(httpx.TransportError):
    """The server asks to repeat the request after a while."""


def _retry(times: int) -> Retry:
    return Retry(
        times,
        # A POST or PATCH is as safe as a PUT, for it has an Idempotency-Key.
        allowed_methods=["GET", "PUT", "DELETE", "POST", "PATCH"],
        status_forcelist=[502, 503, 504],
        retry_on_exceptions=[*Retry.RETRYABLE_EXCEPTIONS, _AskedToRepeat],
        backoff_factor=0.2,
        max_backoff_wait=_LONGEST_WAIT_SECONDS,
        validate_response=_check_wait,
    )


def _check_wait(response: httpx.Response) -> None:
    """Have a 409 (the first request still runs) or a 429 repeated, unless the wait is too long."""
    wait = response.headers.get("Retry-After", "")
    if response.status_code in {409, 429} and wait.isdecimal() and int(wait) <= _LONGEST_WAIT_SECONDS:
        raise _AskedToRepeat(response.reason_phrase)


def _was_deleted_before(response: httpx.Response) -> bool:
    """Check whether it was deleted by the first attempt, whose answer was lost."""
    is_gone = response.request.method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND
    retry: Retry = response.extensions["retry"]
    return is_gone and retry.attempts_made > 0


def _given(values: Mapping[str, _Value | None] | None) -> dict[str, _Value]:
    return {name: value for name, value in (values or {}).items() if value is not None}


def _feeds(ref: str | None) -> str:
    return "/feeds" if ref is None else _path("people", ref, "feeds")


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='@:')}" for part in parts)
