"""`Idempotency-Key`: a request that is repeated with its key is carried out once, and answered as the first time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator

from api.deps import TheBearer
from domain.expectation import Found
from domain.idempotency import Answer, Keyed, keyed
from services.idempotency import Recorder

_NAME: Final = "Idempotency-Key"
_LONGEST: Final = 255

#: The header is one value and no list: which of several is meant, nobody knows.
_SEVERAL: Final = {
    "type": "several_keys",
    "loc": ("header", _NAME),
    "msg": "Send it once; this request has it several times.",
    "input": None,
}


def _plain(key: str) -> str:
    """Return the key; raise `ValueError` if it has other characters than printable ASCII."""
    if not key.isascii() or not key.isprintable():
        message = "It must be printable ASCII."
        raise ValueError(message)
    return key


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=_NAME,
        min_length=1,
        max_length=_LONGEST,
        description="A new random value for each new request; the same one if it is repeated within 24 hours",
        examples=["5f0c7c46-2a0b-4c3e-9a55-0d1f6f2b9c11"],
    ),
    AfterValidator(_plain),
]


@dataclass(frozen=True, slots=True)
class Once:
    """The key of a request, if it has one."""

    keyed: Keyed | None

    def recording(self, respond: Callable[[Found], Response]) -> Recorder[Found]:
        """Return the recorder for a use case; `respond` builds the response to what it returns."""
        return Recorder(self.keyed, lambda found: _answer(respond(found)))


async def _once(request: Request, bearer: TheBearer, key: IdempotencyKey = None) -> Once:
    if key is None:
        return Once(None)
    if len(request.headers.getlist(_NAME)) > 1:
        raise RequestValidationError([_SEVERAL])
    url = request.url
    said = (request.method, url.path, url.query)
    return Once(keyed(bearer, key, *(part.encode() for part in said), await request.body()))


#: For every POST and PATCH. Its errors: `KEYED` in `api.v1.documented`.
TheOnce = Annotated[Once, Depends(_once)]


def _answer(response: Response) -> Answer:
    return Answer(response.status_code, dict(response.headers), bytes(response.body))


def replayed(answer: Answer) -> Response:
    """Return the first answer again, marked."""
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers)
