"""Repeated requests: a client that got no answer sends the same request with the same key, and it is done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from domain.credentials import Bearer

#: How long an answer is kept for a repeated request.
KEPT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request that has a key of its client. `id` is of client, person and key, `digest` of the whole request."""

    id: str
    domain_id: int
    digest: str


def keyed(bearer: Bearer, key: str, *request: bytes) -> Keyed:
    """Return the request of this caller with this key; `request` is all that it says.

    Two clients, and two people with the same client, can have the same key.
    """
    owner = (str(bearer.domain_id), bearer.counted_as, bearer.user_id or "", key)
    return Keyed(_digest(*(part.encode() for part in owner)), bearer.domain_id, _digest(*request))


def _digest(*parts: bytes) -> str:
    """Return a digest of these parts; each is digested first, so that their borders count."""
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a request that was carried out, and the digest of that request."""

    digest: str
    answer: Answer


class AnsweredBefore(Exception):
    """The request was carried out before; its transaction ends, and the answer is sent again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
