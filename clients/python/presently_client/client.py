"""The client: a method for each request of `/presently/v1`."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self, cast
from urllib.parse import quote
from uuid import uuid4

import httpx
from httpx_retries import Retry, RetryTransport

from presently_client.errors import Problem
from presently_client.types import (
    Booking,
    BulkChange,
    Definition,
    Difference,
    Domain,
    Entry,
    NewStatus,
    Person,
    Status,
    StatusPatch,
)

#: Of all waiting that the server asks for, no more than this: a limit of a day is not waited for.
_LONGEST_WAIT_SECONDS: Final = 120
_RETRIES: Final = 5

_AT_WORK: Final = {"planning", "applying", "reverting", "undoing"}
_LOOK_AGAIN_SECONDS: Final = 0.2


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
        retries: int = _RETRIES,
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
    ) -> Iterator[Person]:
        """Yield the domain's people with what they show, `limit` in each request.

        `away` is `now`, or days as `2027-08-02/2027-08-06`.
        """
        return self._pages("/people", "people", away=away, shown=shown, q=q, limit=str(limit))

    def person(self, ref: str) -> Person:
        """Return one person, named by mail address, id, `externalKey:…`, number, or `me`."""
        return cast("Person", self._json("GET", _path("people", ref)))

    def statuses(self, ref: str) -> Iterator[Status]:
        """Yield a person's statuses, in force and ahead, in the order of their starts."""
        return self._pages(_path("people", ref, "statuses"), "statuses")

    def status(self, ref: str, status_id: str) -> Status:
        """Return one status."""
        return cast("Status", self._json("GET", _path("people", ref, "statuses", status_id)))

    def plan(self, ref: str, status: NewStatus) -> Status:
        """Plan a status. It replaces no other."""
        return cast("Status", self._json("POST", _path("people", ref, "statuses"), status))

    def book(self, ref: str, external_id: str, status: NewStatus) -> Booking:
        """Book a status under an id of your own. Say it again and again: only what differs is applied."""
        path = _path("people", ref, "statuses", "external", external_id)
        return cast("Booking", self._json("PUT", path, status))

    def change(self, ref: str, status_id: str, changes: StatusPatch) -> Status:
        """Change fields of a status, whoever booked it."""
        return cast("Status", self._json("PATCH", _path("people", ref, "statuses", status_id), changes))

    def delete(self, ref: str, status_id: str) -> None:
        """Delete a status. What it covered shows again."""
        self.request("DELETE", _path("people", ref, "statuses", status_id))

    def end(self, ref: str, status_id: str) -> None:
        """End a status that is in force, now: somebody comes back early."""
        self.request("POST", f"{_path('people', ref, 'statuses', status_id)}:end")

    def domain(self) -> Domain:
        """Return the domain of the token."""
        return cast("Domain", self._json("GET", "/domain"))

    def definitions(self) -> list[Definition]:
        """Return the profile statuses of the domain, in their order."""
        return cast("list[Definition]", self._json("GET", "/definitions")["definitions"])

    def plan_changes(
        self,
        entries: Iterable[Entry],
        *,
        all_from: str | None = None,
        all_to: str | None = None,
        everybody: bool = False,
    ) -> BulkChange:
        """Say what is wanted for many people, and wait until it is planned. Nothing is booked yet.

        With `all_from` and `all_to`, your bookings that begin between these moments and are no entry are cancelled:
        those of the people in the entries, or of `everybody`.
        """
        query = {"allFrom": all_from, "allTo": all_to, "everybody": "true" if everybody else None}
        return self._settled(self.request("POST", "/changes", json=list(entries), params=_given(query)))

    def differences(self, change_id: str, *actions: str) -> Iterator[Difference]:
        """Yield what a change does, or only what are `new`, `moved`, `cancelled` and so on."""
        return self._pages(_path("changes", change_id), "diff", action=list(actions))

    def apply(self, change_id: str) -> BulkChange:
        """Apply a planned change, whole or not at all, and wait for it. If not, `problem` says why."""
        return self._settled(self.request("POST", f"{_path('changes', change_id)}:apply"))

    def undo(self, change_id: str) -> BulkChange:
        """Take an applied change back, and wait for it. What somebody changed since stays."""
        return self._settled(self.request("POST", f"{_path('changes', change_id)}:undo"))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send any request below `/presently/v1`, with headers such as `If-Match` or an `Idempotency-Key` of your own.

        A 304 to `If-None-Match` is returned as it is.
        """
        key = {"Idempotency-Key": str(uuid4())} if method in {"POST", "PATCH"} else {}
        response = self._http.request(
            method, path, json=json, params=params, headers={**key, **(headers or {})}
        )
        if response.is_error and not _was_deleted_before(response):
            raise Problem.of(response)
        return response

    def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        told: dict[str, Any] = self.request(method, path, json=body).json()
        return told

    def _settled(self, response: httpx.Response) -> BulkChange:
        """Wait until the server has done with a change what it was told."""
        change: BulkChange = response.json()
        while change["state"] in _AT_WORK:
            time.sleep(_LOOK_AGAIN_SECONDS)
            change = self.request("GET", _path("changes", change["id"]), params={"limit": "1"}).json()
        return change

    def _pages(self, path: str, name: str, **query: str | list[str] | None) -> Iterator[Any]:
        params = _given(query)
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


def _given(query: Mapping[str, str | list[str] | None]) -> dict[str, str | list[str]]:
    return {name: value for name, value in query.items() if value is not None}


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='@:')}" for part in parts)
