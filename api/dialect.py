"""A dialect: a protocol that other systems speak with Presently, under paths of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from fastapi.routing import APIRoute

from api.documented_errors import Responses
from api.near_paths import nearest
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error that is no refusal: no such path, a wrong method, an unreadable body, or a failure of the server.

    `sentence` says more than the status does; `near` is the path that was probably meant, if there is none.
    """

    status: HTTPStatus
    method: str = ""
    headers: Mapping[str, str] | None = None
    sentence: str = ""
    near: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The routes of a protocol, and the form of its errors."""

    #: Its paths begin with one of these.
    prefixes: tuple[str, ...]
    routers: tuple[APIRouter, ...]
    refusal_response: Callable[[Refusal], Response]
    #: Builds the response to a request that does not match the schema, from FastAPI's validation errors.
    validation_response: Callable[[Sequence[Any]], Response]
    failure_response: Callable[[Failure], Response]
    #: The errors that each of its routes can answer, for OpenAPI.
    documented_errors: Responses = field(default_factory=dict)
    #: Whether only authenticated callers learn which paths and methods exist.
    hides_paths: bool = False
    #: The paths of the routes that read the body in parts, which may be larger than other bodies.
    streamed: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Check whether a path is one of this dialect."""
        return path.startswith(self.prefixes)

    def nearest(self, path: str) -> str | None:
        """Return the path of a route that is near to one that does not exist."""
        routes = (route for router in self.routers for route in router.routes)
        return nearest(path, (route.path_format for route in routes if isinstance(route, APIRoute)))


def dialect_of(path: str, dialects: Sequence[Dialect]) -> Dialect:
    """Return the dialect of a path. The first one also answers paths of no dialect."""
    return next((dialect for dialect in dialects if dialect.has(path)), dialects[0])
