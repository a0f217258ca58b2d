"""Why HTTP requests are refused before the application sees them, and the responses to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import httptools
from starlette.responses import PlainTextResponse, Response

from api.careful_headers import CAREFUL
from api.connections import MALFORMED, TOO_LARGE, TOO_SLOW
from api.errors import dialect_of
from api.observed import is_request_id


@dataclass(frozen=True, slots=True)
class Why:
    """A status, the reason that is counted, and the sentence for the client."""

    status: HTTPStatus
    reason: str
    sentence: str


SLOW: Final = Why(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW, "The request took too long to arrive.")
LARGE: Final = Why(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    TOO_LARGE,
    "The request line and headers, or what follows the body, are larger than 64 kB.",
)
#: RFC 9112 §3.2.
HOST: Final = Why(HTTPStatus.BAD_REQUEST, MALFORMED, "A request needs exactly one Host header.")


class RefusedHead(Exception):
    """The head of a request is refused."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.sentence)
        self.why = why


def why(error: BaseException | None) -> Why:
    """Find out why the parser has stopped: by itself, or because it was told to."""
    match error:
        case httptools.HttpParserCallbackError(__context__=RefusedHead() as refused):
            return refused.why
        case httptools.HttpParserCallbackError():
            sentence = "The address in the request line cannot be understood."
        case httptools.HttpParserInvalidMethodError():
            sentence = "This is not HTTP, or the method is unknown."
        case _:
            sentence = f"This is not valid HTTP: {error}."
    return Why(HTTPStatus.BAD_REQUEST, MALFORMED, sentence)


def response(why: Why, url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Response:
    """Build the response in the dialect of the URL's path, or as plain text if no URL is known."""
    answer: Response
    if url:
        answer = dialect_of(_path(url)).failed(why.status, sentence=why.sentence)
    else:
        answer = PlainTextResponse(why.sentence, why.status)
    answer.headers.update({**CAREFUL, "X-Request-ID": _request_id(headers), "Connection": "close"})
    return answer


def _path(url: bytes) -> str:
    """Return the path of a URL, which may be an absolute one (RFC 9112 §3.2.2)."""
    return re.sub(r"^https?://[^/]*", "", url.decode("latin-1"), flags=re.IGNORECASE)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    told = (value.decode("latin-1") for name, value in headers if name == b"x-request-id")
    return next(filter(is_request_id, told), uuid4().hex)
