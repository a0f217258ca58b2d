"""Routes with guards, which check a request before its body is read, and with reasons why a body cannot be read."""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

#: The type of the validation error; its `msg` is the sentence.
UNREADABLE: Final = "body_unreadable"


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

        async def guarded(request: Request) -> Response:
            for guard in self.guards:
                await guard(request)
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
