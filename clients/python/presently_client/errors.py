"""What the API refuses, as an exception."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import httpx

_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be used. `pointer` says where: `#/to` is in the body, `?limit` in the query."""

    pointer: str
    detail: str


class Problem(Exception):
    """The API refused a request, and says why (problem details, RFC 9457)."""

    def __init__(
        self, *, name: str, status: int, title: str, detail: str, errors: tuple[Fault, ...] = ()
    ) -> None:
        self.name = name  #: the kind, to compare with: `person-unknown`, `has-changed`, `not-allowed` …
        self.status = status  #: the HTTP status
        self.title = title
        self.detail = detail  #: what is wrong with this request
        self.errors = errors  #: every fault of the request
        super().__init__(name, status, detail)

    def __str__(self) -> str:
        lines = (f"\n  {fault.pointer}: {fault.detail}" for fault in self.errors)
        return f"{self.status} {self.name}: {self.detail}{''.join(lines)}"

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """Return the problem that a response tells. What lies between may answer otherwise: then its first words."""
        if not response.headers.get("Content-Type", "").startswith(_MEDIA_TYPE):
            title = response.reason_phrase or HTTPStatus(response.status_code).phrase
            detail = response.text[:300] or title
            return cls(name="http-error", status=response.status_code, title=title, detail=detail)
        told: dict[str, Any] = response.json()
        return cls(
            name=told["type"].rpartition("/")[2],
            status=response.status_code,
            title=told["title"],
            detail=told["detail"],
            errors=tuple(Fault(fault["pointer"], fault["detail"]) for fault in told.get("errors", ())),
        )
