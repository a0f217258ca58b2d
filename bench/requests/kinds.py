"""The kinds of requests; `wrk.lua` has their methods, paths and bodies."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from bench.api import Api
from bench.posting import booking


@dataclass(frozen=True)
class Kind:
    """One kind of request."""

    name: str
    status: HTTPStatus
    has_token: bool = True
    #: Whether its latency at half of its greatest rate is measured, too.
    is_paced: bool = False
    #: What all of its requests get; without it, `wrk.lua` knows what this kind asks for.
    path: str = ""
    #: The ETag of an earlier answer.
    known: str | None = None

    def headers(self, api: Api) -> dict[str, str]:
        """Return the headers of its requests."""
        headers = booking.headers(api.settings) if self.has_token else {}
        return headers if self.known is None else headers | {"If-None-Match": self.known}


#: The response to a request without a token: what every request costs at least.
UNIT: Final = Kind("unauthorized", HTTPStatus.UNAUTHORIZED, has_token=False)
POST: Final = Kind("post", HTTPStatus.CREATED, is_paced=True)

ALL: Final = (
    UNIT,
    Kind("healthz", HTTPStatus.OK, has_token=False),
    Kind("get", HTTPStatus.OK, is_paced=True),
    POST,
    Kind("put", HTTPStatus.OK),
)
