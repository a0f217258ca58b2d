"""The automatic mail reply of a status: one text for senders inside the company, one for senders outside."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

#: How many bytes of reply text a person can write in a day, by default: five times the size of the largest request.
DAILY_BYTES: Final = 50_000_000


def count_bytes(*texts: str | None) -> int:
    """Count the bytes of these texts in UTF-8."""
    return sum(len(text.encode()) for text in texts if text)


class Audience(IntEnum):
    """Which senders outside the company get a reply; the numbers are grommunio's `externalAudience`."""

    NONE = 0  #: nobody
    KNOWN = 1  #: those in the person's contacts
    ALL = 2  #: everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The reply to senders on one side. Without a body they get no reply.

    NAVER WORKS writes plain text without a subject. grommunio writes HTML without `sent_directly_to_me`, which limits
    the reply to mail with the person's own address in To.
    """

    body: str | None
    is_html: bool = False
    subject: str | None = None
    sent_directly_to_me: bool = False

    @property
    def size(self) -> int:
        """Return the length of body and subject in bytes of UTF-8."""
        return count_bytes(self.body, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoReply:
    """The replies to mail from inside the company and from outside.

    `is_emptied` is set where an administrator emptied the texts of another system's reply: it is still switched on.
    """

    internal: Reply | None = None
    external: Reply | None = None
    audience: Audience = Audience.NONE
    is_emptied: bool = False

    @property
    def size(self) -> int:
        """Return the length of both replies in bytes of UTF-8."""
        return sum(side.size for side in (self.internal, self.external) if side is not None)

    @property
    def answers_anybody(self) -> bool:
        """Return whether either side gets a reply."""
        return any(side is not None and side.body is not None for side in (self.internal, self.external))

    @property
    def is_switched_on(self) -> bool:
        """Return whether either side gets a reply, or got one until its texts were emptied."""
        return self.answers_anybody or self.is_emptied
