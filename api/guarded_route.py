"""Routes with guards, which check a request before its body is read, and with reasons why a body cannot be read."""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Path, Query
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

#: The type of the validation error; its `msg` is the sentence.
UNREADABLE: Final = "body_unreadable"
#: The same, for a NUL in the path or the query.
NUL: Final = "nul"


#: Checks a request and notes what it found in `request.state`, or raises a refusal.
Guard = Callable[[Request], Awaitable[None]]


# docs/workarounds.md#fastapi-body-errors
class GuardedRoute(APIRoute):
    """A route whose guards run first. Dependencies of the framework would run too late, after the body is parsed.

    It refuses a body that it cannot read with a sentence about the cause. The framework tells only that it cannot.
    """

    guards: ClassVar[tuple[Guard, ...]] = ()

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler; it raises `RequestValidationError` for a body that cannot be read."""
        handle = super().get_route_handler()
        named = _in_path_and_query(self)

        async def guarded(request: Request) -> Response:
            for guard in self.guards:
                await guard(request)
            _refuse_nul(request, named)
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError) as error:
                sentence = _why_unreadable(error, request)
                if sentence is None:
                    raise
                fault = {"type": UNREADABLE, "loc": ("body",), "msg": sentence, "input": None}
                raise RequestValidationError([fault]) from error

        return guarded


# docs/workarounds.md#fastapi-order-of-checks
def guarded_by(*guards: Guard) -> type[GuardedRoute]:
    """Make the class of routes that run these guards, in this order."""
    return type("GuardedRoute", (GuardedRoute,), {"guards": guards})


def _in_path_and_query(route: APIRoute) -> Mapping[str, frozenset[str]]:
    """Return the names that the route knows in its path and in its query."""
    parameters = get_flat_params(route.dependant)
    return {
        place: frozenset(one.alias for one in parameters if isinstance(one.field_info, kind))
        for place, kind in (("path", Path), ("query", Query))
    }


def _refuse_nul(request: Request, named: Mapping[str, frozenset[str]]) -> None:
    """Raise `RequestValidationError` for NUL in the path or the query, with all places.

    PostgreSQL has no text with NUL, and refuses the statement: nothing that is looked for can have one. In bodies the
    schemas refuse it, with other control characters. Names that the route does not know are not looked at.
    """
    given = (("path", request.path_params.items()), ("query", request.query_params.multi_items()))
    faults = [
        {
            "type": NUL,
            "loc": (place, name),
            "msg": "A NUL character (%00) cannot be used here.",
            "input": None,
        }
        for place, values in given
        for name, value in values
        if name in named[place] and "\0" in str(value)
    ]
    if faults:
        raise RequestValidationError(faults)


def _why_unreadable(error: Exception, request: Request) -> str | None:
    """Describe why the body could not be read; None if the error has another cause."""
    cause = error.__cause__
    if not isinstance(cause, ValueError | RecursionError):
        return None
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return "A compressed body cannot be read; send it without Content-Encoding."
    match cause:
        case UnicodeDecodeError():
            return f"The body must be JSON in UTF-8; from byte {cause.start + 1} on it is not."
        case RecursionError():
            return "The body is nested too deeply; no request needs more than three levels."
        case _ if isinstance(error, HTTPException):
            return f"A number in the body has more than {sys.get_int_max_str_digits()} digits."
        case _:
            return None
