"""GET: at most eight keys, and none without a value."""

from typing import Any

import httpx
import pytest

from tests.api.clients import Oof, naive
from tests.api.grommunio.answers import assert_kept_by_no_cache
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock

TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR
WINDOW = {"startTime": naive(TEN), "endTime": naive(ELEVEN)}
FULL = {
    "state": 2,
    "externalAudience": 1,
    **WINDOW,
    "internalSubject": "Away",
    "internalReply": "<p>Back on the 16th</p>",
    "externalSubject": "Out of Office",
    "externalReply": "<p>Write to <b>us</b></p>",
}


def test_what_was_never_set_has_two_keys(oof: Oof):
    assert oof.read() == {"state": 0, "externalAudience": 0}


def test_the_whole_setting_comes_back_as_it_went(oof: Oof):
    oof.save(**FULL)
    assert oof.read() == FULL


@pytest.mark.parametrize("state", [0, 1])
def test_state_and_audience_are_numbers_and_always_there(oof: Oof, state: int):
    for audience in (0, 1, 2):
        oof.save(state=state, externalAudience=audience)
        read = oof.read()
        assert (read["state"], read["externalAudience"]) == (state, audience)
        assert [type(value) for value in read.values()] == [int, int]


@pytest.mark.parametrize(
    ("setting", "keys"),
    [
        ({"state": 1}, set()),
        ({"state": 1, "internalReply": ""}, {"internalReply"}),
        ({"state": 1, "internalReply": "x", "internalSubject": "s"}, {"internalReply", "internalSubject"}),
        ({"state": 1, "internalReply": "x", "internalSubject": ""}, {"internalReply"}),
        ({"state": 1, "externalReply": "x", "externalSubject": "s"}, {"externalReply", "externalSubject"}),
        ({"state": 0, "startTime": naive(TEN)}, {"startTime"}),
        ({"state": 0, "endTime": naive(TEN)}, {"endTime"}),
        ({"state": 2, **WINDOW}, {"startTime", "endTime"}),
    ],
)
def test_what_is_absent_has_no_key_and_nothing_is_null(oof: Oof, setting: dict[str, Any], keys: set[str]):
    oof.save(**setting)
    read = oof.read()
    assert set(read) == {"state", "externalAudience"} | keys
    assert None not in read.values()


def test_a_scheduled_setting_stays_2_before_and_in_its_window(oof: Oof, clock: HandClock):
    oof.save(**FULL)
    for clock.now in (NINE, TEN - INSTANT, TEN, ELEVEN - INSTANT):
        assert oof.read() == FULL


def test_an_enabled_setting_stays_1(oof: Oof, clock: HandClock):
    oof.save(state=1)
    clock.advance(10_000 * DAY)
    assert oof.read()["state"] == 1


@pytest.mark.parametrize("state", [0, 1])
def test_dates_of_a_setting_that_is_not_scheduled_come_back(oof: Oof, state: int):
    oof.save(state=state, **WINDOW)
    assert oof.read() == {"state": state, "externalAudience": 0, **WINDOW}


@pytest.mark.parametrize("audience", [0, 1, 2])
def test_the_external_reply_is_kept_whoever_is_answered(oof: Oof, audience: int):
    oof.save(state=1, externalAudience=audience, externalReply="<p>x</p>", externalSubject="s")
    read = oof.read()
    assert (read["externalReply"], read["externalSubject"]) == ("<p>x</p>", "s")


def test_query_parameters_are_ignored(oof: Oof):
    answer = oof.http.get(oof.path, params={"level": "2", "x": "\0"})
    assert answer.json() == {"state": 0, "externalAudience": 0}


def test_a_look_without_the_body_has_the_headers_of_one_with_it(oof: Oof):
    looked, read = oof.http.head(oof.path), oof.http.get(oof.path)
    assert looked.status_code == 200

    def without_id(answer: httpx.Response) -> dict[str, str]:
        return {name: value for name, value in answer.headers.items() if name != "x-request-id"}

    assert without_id(looked) == without_id(read)


def test_answers_are_json_that_no_cache_keeps_and_set_no_cookie(oof: Oof):
    for answer in (oof.http.get(oof.path), oof.put(state=1), oof.http.head(oof.path)):
        assert answer.headers["Content-Type"] == "application/json"
        assert_kept_by_no_cache(answer)
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_everybody_has_a_setting_of_their_own(oof: Oof):
    oof.save(state=1, internalReply="x")
    assert oof.of(2).read() == {"state": 0, "externalAudience": 0}
