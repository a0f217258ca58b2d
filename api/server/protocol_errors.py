"""Requests that are refused before the application sees them: why, and the responses to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import httptools
from starlette.responses import PlainTextResponse, Response

from api.access_log import is_request_id
from api.dialect import Failure, dialect_of
from api.dialects import DIALECTS
from api.security_headers import SECURITY_HEADERS
from api.server.connection_limits import MALFORMED, TOO_LARGE, TOO_SLOW


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """A reason to refuse a request: the status, the reason that is counted, and the sentence for the client."""

    status: HTTPStatus
    reason: str
    sentence: str


SLOW: Final = ProtocolError(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW, "The request took too long to arrive.")
LARGE: Final = ProtocolError(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    TOO_LARGE,
    "The request line and headers, or what follows the body, are larger than 64 kB.",
)
#: RFC 9112 §3.2.
HOST: Final = ProtocolError(HTTPStatus.BAD_REQUEST, MALFORMED, "A request needs exactly one Host header.")


class HeadRefused(Exception):
    """The head of a request is refused."""

    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.sentence)
        self.error = error


def protocol_error(reason: BaseException | None) -> ProtocolError:
    """Return the error for the exception with which the parser stopped: its own, or ours."""
    match reason:
        case httptools.HttpParserCallbackError(__context__=HeadRefused() as refused):
            return refused.error
        case httptools.HttpParserCallbackError():
            sentence = "The address in the request line cannot be understood."
        case httptools.HttpParserInvalidMethodError():
            sentence = "This is not HTTP, or the method is unknown."
        case _:
            sentence = f"This is not valid HTTP: {reason}."
    return ProtocolError(HTTPStatus.BAD_REQUEST, MALFORMED, sentence)


def response(error: ProtocolError, url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Response:
    """Build the response in the dialect of the URL's path, or as plain text if no URL is known."""
    answer: Response
    if url:
        failure = Failure(status=error.status, sentence=error.sentence)
        answer = dialect_of(_path(url), DIALECTS).failure_response(failure)
    else:
        answer = PlainTextResponse(error.sentence, error.status)
    answer.headers.update({**SECURITY_HEADERS, "X-Request-ID": _request_id(headers), "Connection": "close"})
    return answer


def _path(url: bytes) -> str:
    """Return the path of a URL, which may be an absolute one (RFC 9112 §3.2.2)."""
    return re.sub(r"^https?://[^/]*", "", url.decode("latin-1"), flags=re.IGNORECASE)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    ids = (value.decode("latin-1") for name, value in headers if name == b"x-request-id")
    return next(filter(is_request_id, ids), uuid4().hex)
