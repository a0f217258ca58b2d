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


@dataclass(eq=False)
class Problem(Exception):
    """The API refused a request, and says why (problem details, RFC 9457)."""

    name: str  #: the kind, to compare with: `person-unknown`, `has-changed`, `not-allowed` …
    status: int  #: the HTTP status
    title: str
    detail: str  #: what is wrong with this request
    errors: tuple[Fault, ...] = ()  #: the faults of the request

    def __str__(self) -> str:
        lines = (f"\n  {fault.pointer}: {fault.detail}" for fault in self.errors)
        return f"{self.status} {self.name}: {self.detail}{''.join(lines)}"

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """Return the problem that a response tells. What lies between may answer otherwise: then its first words."""
        if not response.headers.get("Content-Type", "").startswith(_MEDIA_TYPE):
            title = response.reason_phrase or HTTPStatus(response.status_code).phrase
            detail = response.text[:300] or title
            return cls("http-error", response.status_code, title, detail)
        told: dict[str, Any] = response.json()
        faults = tuple(Fault(fault["pointer"], fault["detail"]) for fault in told.get("errors", ()))
        name = told["type"].rpartition("/")[2]
        return cls(name, response.status_code, told["title"], told["detail"], faults)
