"""Routes that tell why a body cannot be read as JSON. The framework tells only that it cannot."""

import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

#: The type of the validation error; its `msg` is the sentence.
UNREADABLE: Final = "body_unreadable"


# docs/workarounds.md#fastapi-body-errors
class JsonRoute(APIRoute):
    """A route that refuses a body it cannot read with a sentence about the cause."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler; it raises `RequestValidationError` for a body that cannot be read."""
        handle = super().get_route_handler()

        async def reading(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError) as error:
                sentence = _why_unreadable(error, request)
                if sentence is None:
                    raise
                fault = {"type": UNREADABLE, "loc": ("body",), "msg": sentence, "input": None}
                raise RequestValidationError([fault]) from error

        return reading


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
