import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clients import Client
from domain.credentials import Scope
from domain.grants import Assertion, check_assertion, granted
from domain.refusals import (
    AssertionExpired,
    AssertionOfAnother,
    AssertionTooEarly,
    AssertionTooLong,
    GrantInvalid,
    NoScopeLeft,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = NOW.timestamp()
CLIENT = Client(
    id="hr",
    domain_id=1,
    name="HR",
    service_account="hr.serviceaccount@example.com",
    scopes=frozenset({Scope.USER}),
    public_key="",
    secret_digest="",
)


def an_assertion(**said: object) -> Assertion:
    usual = {
        "issuer": "hr",
        "subject": CLIENT.service_account,
        "issued_at": SECONDS,
        "expires_at": SECONDS + 600,
    }
    return Assertion(**(usual | said))  # type: ignore[arg-type] # a builder accepts any value


@pytest.mark.parametrize(
    ("issued", "expires", "refusal"),
    [
        # Seconds from now. An hour is the maximum…
        (0, 3600, None),
        (0, 3600.4, None),
        (0, 3601, AssertionTooLong),
        (-1800, 1800, None),
        (-1800, 1801, AssertionTooLong),
        # …even with rounding errors of fractions.
        (0.123456789, 3600.123456789, None),
        # A clock may be a minute wrong, in both directions.
        (60, 600, None),
        (60.5, 600, AssertionTooEarly),
        (-600, -59, None),
        (-600, -60, AssertionExpired),
        # A vendor's sample mixes milliseconds and seconds.
        (-1, 2.6, None),
        # An end before the beginning is over too.
        (0, -59, None),
        (0, -61, AssertionExpired),
        # The largest numbers that JSON parsers return; their difference is infinite.
        (-1e308, 1e308, AssertionTooLong),
        (1e308, -1e308, AssertionTooEarly),
        (-1e308, -1e308, AssertionExpired),
    ],
)
def test_an_assertion_is_good_for_an_hour_at_most(
    issued: float, expires: float, refusal: type[Exception] | None
):
    assertion = an_assertion(issued_at=SECONDS + issued, expires_at=SECONDS + expires)
    if refusal is None:
        check_assertion(assertion, CLIENT, NOW)
    else:
        with pytest.raises(refusal):
            check_assertion(assertion, CLIENT, NOW)


#: Any number that passes the schema, often near the edges, or one of the largest.
MOMENTS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(SECONDS - 4000, SECONDS + 4000)
    | st.sampled_from([-sys.float_info.max, sys.float_info.max])
)


@given(issued_at=MOMENTS, expires_at=MOMENTS)
def test_an_assertion_of_any_moments_is_good_or_refused(issued_at: float, expires_at: float):
    assertion = an_assertion(issued_at=issued_at, expires_at=expires_at)
    try:
        check_assertion(assertion, CLIENT, NOW)
    except GrantInvalid:
        return
    assert issued_at <= SECONDS + 60
    assert SECONDS - 60 < expires_at <= issued_at + 3601


@pytest.mark.parametrize(
    "said", [{"issuer": "crm"}, {"subject": "crm.serviceaccount@example.com"}, {"subject": "hr"}]
)
def test_an_assertion_is_of_the_client_and_its_own_service_account(said: dict[str, str]):
    with pytest.raises(AssertionOfAnother):
        check_assertion(an_assertion(**said), CLIENT, NOW)


EVERYTHING = frozenset(Scope)


@pytest.mark.parametrize(
    ("may", "wanted", "gets"),
    [
        ({"user"}, "user", {"user"}),
        (EVERYTHING, "user directory.read", {"user", "directory.read"}),
        (EVERYTHING, "user,directory.read", {"user", "directory.read"}),
        (EVERYTHING, "user, directory.read", {"user", "directory.read"}),
        # Scopes that only NAVER WORKS has are ignored.
        ({"user"}, "bot,user,calendar", {"user"}),
        (
            {"user", "directory.read"},
            "directory.read,orgunit.read,user.read",
            {"directory.read", "user.read"},
        ),
        # A write scope includes the read scope, and nothing else.
        ({"directory"}, "directory.read", {"directory.read"}),
        ({"user.read"}, "user user.read", {"user.read"}),
        ({"directory"}, "user directory", {"directory"}),
        # Without scopes in the request, all are granted.
        ({"user", "directory"}, "", {"user", "directory"}),
        ({"user", "directory"}, "  ", {"user", "directory"}),
    ],
)
def test_a_client_is_granted_what_it_wants_and_may_have(may: set[str], wanted: str, gets: set[str]):
    assert granted(frozenset(map(Scope, may)), wanted) == gets


@pytest.mark.parametrize("wanted", ["directory", "bot", "USER", "users", "user.read.all"])
def test_when_nothing_is_left_of_what_a_client_wants_it_is_told(wanted: str):
    with pytest.raises(NoScopeLeft, match=r"It may have: user, user\.read\.$"):
        granted(frozenset({Scope.USER}), wanted)
