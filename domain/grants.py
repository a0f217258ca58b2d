"""What a client is granted: which scopes, and by which assertions (RFC 7523, as NAVER WORKS has it)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.caller import Scope
from domain.clients import Client
from domain.refusals import (
    AssertionExpired,
    AssertionOfAnother,
    AssertionTooEarly,
    AssertionTooLong,
    NoScopeLeft,
)

#: How far a client's clock may be from ours. A vendor's sample makes assertions that end after 3.6 seconds.
LEEWAY: Final = timedelta(seconds=60)

#: How long after it was made an assertion ends at the latest (NAVER WORKS).
LONGEST_ASSERTION: Final = timedelta(minutes=60)

#: By how much floats may differ from the hour.
_TOLERANCE_SECONDS: Final = 0.5

#: A write scope includes the read scope (NAVER WORKS, "scopes").
_INCLUDED: Final = {Scope.USER: Scope.USER_READ, Scope.DIRECTORY: Scope.DIRECTORY_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a service account says when it asks for a token; moments in seconds since 1970, whole or not."""

    issuer: str
    subject: str
    issued_at: float
    expires_at: float
    delegated_user: str | None = None


def check_assertion(assertion: Assertion, client: Client, now: datetime) -> None:
    """Return nothing when the assertion is this client's, and good at `now`.

    Raises:
        AssertionOfAnother: another client made it, or for another service account.
        AssertionTooEarly: it says that it is from the future.
        AssertionExpired: its time is over.
        AssertionTooLong: it would be good for more than an hour.
    """
    if (assertion.issuer, assertion.subject) != (client.id, client.service_account):
        raise AssertionOfAnother
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if assertion.issued_at > moment + leeway:
        raise AssertionTooEarly
    if assertion.expires_at <= moment - leeway:
        raise AssertionExpired
    # Half a second more is let pass: subtracting two floats does not give back to the microsecond what was added. The
    # difference of two finite floats may be infinite, so it must not be rounded.
    if assertion.expires_at - assertion.issued_at > LONGEST_ASSERTION.total_seconds() + _TOLERANCE_SECONDS:
        raise AssertionTooLong


def granted(may: frozenset[Scope], wanted: str) -> frozenset[Scope]:
    """Return the scopes that are granted to who may have some, and names those `wanted`, between commas or blanks.

    Who names none gets all. Scopes of which Presently knows nothing (`bot`, `calendar`) are passed over, as
    RFC 6749 §3.3 allows: clients ask for everything that they need of NAVER WORKS at once.

    Raises:
        NoScopeLeft: nothing of what is wanted can be granted.
    """
    allowed = may | {included for scope, included in _INCLUDED.items() if scope in may}
    names = wanted.replace(",", " ").split()
    if not names:
        return may
    scopes = frozenset(scope for scope in allowed if scope.value in names)
    if not scopes:
        raise NoScopeLeft
    return scopes
