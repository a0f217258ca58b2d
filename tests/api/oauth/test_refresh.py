"""Refreshing a token, with refresh tokens that rotate and with those that do not."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from domain.directory import Person
from store.store import Store
from tests.api.oauth.conftest import Program, Register, assert_refused
from tests.builders import DAY, INSTANT, HandClock
from tests.store.builders import at_once

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@both_databases
def test_a_refresh_token_that_rotates_gives_another_and_is_used_up(program: Program):
    first = program.tokens(scope="user")
    answer = program.refresh(first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert set(second) == {"access_token", "refresh_token", "token_type", "expires_in", "scope"}
    assert (second["expires_in"], second["scope"]) == ("86400", "user")
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert program.refresh(second["refresh_token"]).status_code == 200


@both_databases
def test_a_refresh_token_that_comes_twice_ends_its_whole_family(program: Program):
    first = program.tokens()
    second = program.refresh(first["refresh_token"]).json()
    third = program.refresh(second["refresh_token"]).json()
    another = program.tokens()

    assert_refused(program.refresh(first["refresh_token"]), 400, "invalid_grant")
    for token in (first, second, third):
        assert_refused(program.refresh(token["refresh_token"]), 400, "invalid_grant")
        assert program.try_token(token["access_token"]).status_code == 401
    # A separate grant is independent of it.
    assert program.try_token(another["access_token"]).status_code == 200
    assert program.refresh(another["refresh_token"]).status_code == 200


@both_databases
def test_of_two_who_refresh_at_once_one_succeeds_and_the_family_ends(program: Program):
    had = program.tokens()
    answers = at_once([partial(program.refresh, had["refresh_token"])] * 2)
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    got = next(answer.json() for answer in answers if answer.status_code == 200)
    assert program.try_token(got["access_token"]).status_code == 401
    assert_refused(program.refresh(got["refresh_token"]), 400, "invalid_grant")


@both_databases
def test_a_refresh_token_that_stays_is_not_given_again(register: Register):
    program = register(rotates=False)
    had = program.tokens()
    for _ in range(3):
        answer = program.refresh(had["refresh_token"])
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope"}
        assert program.try_token(answer.json()["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("later", "is_good"),
    [(90 * DAY - INSTANT, True), (90 * DAY, False)],
)
@pytest.mark.parametrize("rotates", [True, False])
def test_a_refresh_token_is_good_for_ninety_days(
    register: Register, clock: HandClock, later: timedelta, rotates: bool, is_good: bool
):
    program = register(rotates=rotates)
    had = program.tokens()
    clock.advance(later)
    if is_good:
        assert program.refresh(had["refresh_token"]).status_code == 200
    else:
        assert_refused(program.refresh(had["refresh_token"]), 400, "invalid_grant")


def test_rotating_begins_the_ninety_days_anew(program: Program, clock: HandClock):
    had = program.tokens()
    for _ in range(3):
        clock.advance(89 * DAY)
        answer = program.refresh(had["refresh_token"])
        assert answer.status_code == 200
        had = answer.json()


@pytest.mark.parametrize(
    ("wanted", "gets"),
    [(None, "directory.read user"), ("user", "user"), ("user.read", "user.read"), ("user bot", "user")],
)
def test_a_refreshed_token_may_ask_for_less(program: Program, wanted: str | None, gets: str):
    had = program.tokens(scope="user directory.read")
    assert program.refresh(had["refresh_token"], scope=wanted).json()["scope"] == gets


def test_a_refreshed_token_cannot_ask_for_more_and_is_not_used_up_by_it(program: Program):
    had = program.tokens(scope="user")
    assert_refused(program.refresh(had["refresh_token"], scope="directory"), 400, "invalid_scope")
    assert program.refresh(had["refresh_token"]).status_code == 200


def test_having_asked_for_less_once_does_not_lose_the_rest(program: Program):
    had = program.tokens(scope="user directory")
    less = program.refresh(had["refresh_token"], scope="user").json()
    assert program.refresh(less["refresh_token"]).json()["scope"] == "directory user"


def test_the_refresh_token_of_another_client_is_not_good(program: Program, register: Register):
    had = program.tokens()
    other = register("crm", key=1)
    assert_refused(other.refresh(had["refresh_token"]), 400, "invalid_grant")
    assert program.refresh(had["refresh_token"]).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 64, "ä", "a" * 10_000, "\U0001f511"])
def test_what_is_no_refresh_token_is_refused(program: Program, token: str):
    assert_refused(program.refresh(token), 400, "invalid_grant")


def test_a_refresh_token_speaks_for_whom_the_first_token_spoke(program: Program, people: list[Person]):
    had = program.tokens(assertion=program.assertion(delegated_user=people[1].user_id))
    token = program.refresh(had["refresh_token"]).json()["access_token"]
    assert program.try_token(token, "me").status_code == 200


def test_refresh_tokens_are_not_kept_as_they_are(program: Program, store: Store):
    had = program.tokens()
    with store.reading() as transaction:
        rows = transaction.connection.execute(text("SELECT * FROM refresh_token")).all()
        clients = transaction.connection.execute(text("SELECT * FROM client")).all()
    assert len(rows) == 1
    assert had["refresh_token"] not in str(rows)
    assert program.secret not in str(clients)
