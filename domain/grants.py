"""The rules for granting tokens: assertions (RFC 7523, with the limits of NAVER WORKS) and scopes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.clients import Client
from domain.credentials import Scope
from domain.refusals import (
    AssertionExpired,
    AssertionOfAnother,
    AssertionTooEarly,
    AssertionTooLong,
    NoScopeLeft,
)

#: How far a client's clock may differ from ours. A vendor's sample makes assertions that expire after 3.6 seconds.
LEEWAY: Final = timedelta(seconds=60)

#: The longest lifetime of an assertion (NAVER WORKS).
LONGEST_ASSERTION: Final = timedelta(minutes=60)

#: Tolerance for rounding errors of floats.
_TOLERANCE_SECONDS: Final = 0.5

#: A write scope includes the read scope (NAVER WORKS, "scopes").
_INCLUDED: Final = {Scope.USER: Scope.USER_READ, Scope.DIRECTORY: Scope.DIRECTORY_READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionGrant:
    """A request by an assertion (RFC 7523 §2.1). `scope` names scopes, separated by commas or spaces."""

    assertion: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokenGrant:
    """A request by a refresh token (RFC 6749 §6)."""

    refresh_token: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentialsGrant:
    """A request by the client's own credentials (RFC 6749 §4.4). It gets no refresh token: it can request again."""

    scope: str = ""


GrantRequest = AssertionGrant | RefreshTokenGrant | ClientCredentialsGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """The claims by which a service account requests a token; times are seconds since 1970, with fractions."""

    issuer: str
    subject: str
    issued_at: float
    expires_at: float
    not_before: float | None = None
    delegated_user: str | None = None


def check_assertion(assertion: Assertion, client: Client, now: datetime) -> None:
    """Check that the assertion belongs to this client and is valid at `now`.

    Raises:
        AssertionOfAnother: it names another client or another service account.
        AssertionTooEarly: it was issued in the future, or is not valid yet.
        AssertionExpired: it has expired.
        AssertionTooLong: its lifetime is longer than an hour.
    """
    if (assertion.issuer, assertion.subject) != (client.id, client.service_account):
        raise AssertionOfAnother
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if max(assertion.issued_at, assertion.not_before or 0) > moment + leeway:
        raise AssertionTooEarly
    if assertion.expires_at <= moment - leeway:
        raise AssertionExpired
    # Half a second of tolerance: the difference of two floats is not exact. It may also be infinite, and rounding
    # infinity raises an error, so it is not rounded.
    if assertion.expires_at - assertion.issued_at > LONGEST_ASSERTION.total_seconds() + _TOLERANCE_SECONDS:
        raise AssertionTooLong


def granted(may: frozenset[Scope], wanted: str) -> frozenset[Scope]:
    """Return the scopes to grant out of those `wanted`, which are separated by commas or spaces.

    If none is named, all scopes of `may` are granted. Unknown scopes (`bot`, `calendar`) are ignored, as RFC 6749 §3.3
    allows: clients request everything that they need of NAVER WORKS at once.

    Raises:
        NoScopeLeft: none of the wanted scopes can be granted.
    """
    allowed = may | {included for scope, included in _INCLUDED.items() if scope in may}
    names = wanted.replace(",", " ").split()
    if not names:
        return may
    scopes = frozenset(scope for scope in allowed if scope.value in names)
    if not scopes:
        raise NoScopeLeft(sorted(allowed))
    return scopes
