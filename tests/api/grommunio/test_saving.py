"""PUT: the effect of each key, and refusals where the original would corrupt its data."""

from typing import Any

import pytest

from tests.api.clients import Oof, naive
from tests.api.grommunio.answers import assert_bad, assert_refused
from tests.builders import DAY, HOUR, NINE

TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR
WINDOW = {"startTime": naive(TEN), "endTime": naive(ELEVEN)}
TEXTS = {
    "internalSubject": "Away",
    "internalReply": "<p>inside</p>",
    "externalSubject": "Gone",
    "externalReply": "<p>outside</p>",
}
SIDES = pytest.mark.parametrize("side", ["internal", "external"])


def reply_of(read: dict[str, Any], side: str) -> tuple[str | None, str | None]:
    """Return the subject and the reply of one side."""
    return read.get(f"{side}Subject"), read.get(f"{side}Reply")


def test_saving_answers_that_it_succeeded(oof: Oof):
    answer = oof.put(state=1)
    assert (answer.status_code, answer.json()) == (200, {"message": "Success"})


def test_without_a_state_it_is_0(oof: Oof):
    oof.save(state=1, externalAudience=1)
    oof.save(externalAudience=1)
    assert oof.read()["state"] == 0


def test_without_an_audience_it_is_0(oof: Oof):
    oof.save(state=1, externalAudience=2)
    oof.save(state=1)
    assert oof.read()["externalAudience"] == 0


@pytest.mark.parametrize("state", [0, 1])
@pytest.mark.parametrize("absent", [{}, {"startTime": None}, {"startTime": ""}])
def test_a_start_that_is_absent_null_or_empty_is_removed(oof: Oof, state: int, absent: dict[str, Any]):
    oof.save(state=state, **WINDOW)
    oof.save(state=state, **absent, endTime=WINDOW["endTime"])
    assert oof.read() == {"state": state, "externalAudience": 0, "endTime": WINDOW["endTime"]}


@pytest.mark.parametrize("state", [0, 1])
@pytest.mark.parametrize("absent", [{}, {"endTime": None}, {"endTime": ""}])
def test_an_end_that_is_absent_null_or_empty_is_removed(oof: Oof, state: int, absent: dict[str, Any]):
    oof.save(state=state, **WINDOW)
    oof.save(state=state, startTime=WINDOW["startTime"], **absent)
    assert oof.read() == {"state": state, "externalAudience": 0, "startTime": WINDOW["startTime"]}


@pytest.mark.parametrize("state", [0, 1])
def test_dates_that_never_take_effect_may_be_in_any_order(oof: Oof, state: int):
    backwards = {"startTime": naive(ELEVEN), "endTime": naive(TEN - DAY)}
    oof.save(state=state, **backwards)
    assert oof.read() == {"state": state, "externalAudience": 0, **backwards}


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        # These could never be active:
        ({}, "startTime"),
        ({"startTime": naive(TEN)}, "endTime"),
        ({"endTime": naive(ELEVEN)}, "startTime"),
        ({"startTime": naive(TEN), "endTime": None}, "endTime"),
        ({"startTime": "", "endTime": naive(ELEVEN)}, "startTime"),
        ({"startTime": naive(TEN), "endTime": naive(TEN)}, "endTime"),
        ({"startTime": naive(ELEVEN), "endTime": naive(TEN)}, "endTime"),
        ({"startTime": naive(NINE - DAY), "endTime": naive(NINE)}, "endTime"),
        ({"startTime": naive(NINE - DAY), "endTime": naive(NINE - HOUR)}, "endTime"),
    ],
)
def test_a_scheduled_setting_needs_a_window_that_is_not_over(oof: Oof, dates: dict[str, Any], field: str):
    before = {"state": 1, "externalAudience": 1, **TEXTS}
    oof.save(**before)
    assert_bad(oof.put(state=2, externalAudience=2, internalReply="new", **dates), field)
    assert oof.read() == before


def test_a_scheduled_setting_may_have_begun(oof: Oof):
    window = {"startTime": naive(NINE - DAY), "endTime": naive(NINE + HOUR / 3600)}
    oof.save(state=2, **window)
    assert oof.read() == {"state": 2, "externalAudience": 0, **window}


@SIDES
def test_a_reply_that_is_absent_stays_with_its_subject(oof: Oof, side: str):
    oof.save(state=1, **TEXTS)
    for setting in ({"state": 1}, {"state": 0}, {"state": 2, **WINDOW}, {"state": 1, "externalAudience": 2}):
        oof.save(**setting)
        assert reply_of(oof.read(), side) == (TEXTS[f"{side}Subject"], TEXTS[f"{side}Reply"])


@SIDES
def test_a_subject_without_its_reply_is_ignored(oof: Oof, side: str):
    oof.save(state=1, **TEXTS)
    oof.save(state=1, **{f"{side}Subject": "new"})
    assert reply_of(oof.read(), side) == (TEXTS[f"{side}Subject"], TEXTS[f"{side}Reply"])


@SIDES
@pytest.mark.parametrize("html", ["", "<p>new</p>"])
def test_a_reply_replaces_reply_and_subject(oof: Oof, side: str, html: str):
    oof.save(state=1, **TEXTS)
    oof.save(state=1, **{f"{side}Reply": html, f"{side}Subject": "new"})
    assert reply_of(oof.read(), side) == ("new", html)


@SIDES
@pytest.mark.parametrize("subject", [{}, {"Subject": None}, {"Subject": ""}])
def test_a_reply_without_a_subject_removes_it(oof: Oof, side: str, subject: dict[str, Any]):
    oof.save(state=1, **TEXTS)
    oof.save(
        state=1, **{f"{side}Reply": "<p>new</p>"}, **{side + key: value for key, value in subject.items()}
    )
    assert reply_of(oof.read(), side) == (None, "<p>new</p>")


@SIDES
@pytest.mark.parametrize("state", [0, 1])
def test_a_null_reply_is_deleted_with_its_subject(oof: Oof, side: str, state: int):
    oof.save(state=state, **TEXTS)
    oof.save(state=state, **{f"{side}Reply": None, f"{side}Subject": "x"})
    assert reply_of(oof.read(), side) == (None, None)


@SIDES
@pytest.mark.parametrize("state", [0, 1])
def test_a_null_reply_where_there_is_none_is_no_failure(oof: Oof, side: str, state: int):
    oof.save(state=state, **{f"{side}Reply": None})
    assert oof.read() == {"state": state, "externalAudience": 0}


@SIDES
def test_one_side_leaves_the_other_alone(oof: Oof, side: str):
    other = {"internal": "external", "external": "internal"}[side]
    oof.save(state=1, **TEXTS)
    oof.save(state=1, **{f"{side}Reply": "<p>new</p>"})
    assert reply_of(oof.read(), other) == (TEXTS[f"{other}Subject"], TEXTS[f"{other}Reply"])


@pytest.mark.parametrize("field", ["state", "externalAudience"])
@pytest.mark.parametrize("value", [None, -1, 3, 10**400, True, False, 1.0, 1.5, "1", "x", "", [], {}])
def test_state_and_audience_are_0_1_or_2_to_the_letter(oof: Oof, field: str, value: Any):
    oof.save(state=1, externalAudience=1)
    assert_bad(oof.put(**({"state": 0, "externalAudience": 0} | {field: value})), field)
    assert oof.read() == {"state": 1, "externalAudience": 1}


@pytest.mark.parametrize("field", ["internalSubject", "internalReply", "externalSubject", "externalReply"])
@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_texts_are_strings_or_null(oof: Oof, field: str, value: Any):
    oof.save(state=1)
    assert_bad(oof.put(**({"state": 0, "internalReply": "x", "externalReply": "x"} | {field: value})), field)
    assert oof.read() == {"state": 1, "externalAudience": 0}


def test_each_fault_has_a_sentence_of_its_own(oof: Oof):
    refused = oof.put(state=3, externalAudience="x", startTime="x", internalSubject=1)
    assert_bad(refused, "state", "externalAudience", "startTime", "internalSubject")


def test_a_fault_anywhere_means_that_nothing_is_written(oof: Oof):
    oof.save(state=1, externalAudience=1, **TEXTS)
    assert_bad(oof.put(state=0, internalReply="new", startTime="2026-02-30 08:00:00"), "startTime")
    assert oof.read() == {"state": 1, "externalAudience": 1, **TEXTS}


def test_the_subject_that_the_specification_calls_a_default_is_never_put_in(oof: Oof):
    oof.save(state=1, internalReply="x", externalReply="x")
    assert oof.read() == {"state": 1, "externalAudience": 0, "internalReply": "x", "externalReply": "x"}


def test_an_empty_object_is_incomplete(oof: Oof):
    oof.save(state=1)
    assert_refused(oof.put(), 400, "Missing or incomplete data")
    assert oof.read()["state"] == 1


def test_unknown_keys_are_ignored(oof: Oof):
    oof.save(state=1, tab=1, snackbar="", x={"y": [1]})
    assert oof.read() == {"state": 1, "externalAudience": 0}


def test_a_body_of_unknown_keys_alone_is_a_body(oof: Oof):
    oof.save(state=1)
    oof.save(tab=0)
    assert oof.read() == {"state": 0, "externalAudience": 0}


def test_of_a_key_that_is_given_twice_the_last_counts(oof: Oof):
    body = '{"state": 0, "state": 1}'
    answer = oof.http.put(oof.path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert oof.read()["state"] == 1


def test_a_reply_of_five_megabytes_is_taken(oof: Oof):
    html = f'<p>Away<img src="data:image/png;base64,{"A" * 5_000_000}"></p>'
    oof.save(state=1, internalReply=html)
    assert oof.read()["internalReply"] == html


def test_what_admin_web_sends_is_taken_to_the_letter(oof: Oof):
    """All texts are always present, with two keys of the browser's own state."""
    body = (
        '{"state":2,"externalAudience":1,"startTime":"2026-08-01 08:00:00","endTime":"2026-08-15 18:00:00",'
        '"internalSubject":"Away","internalReply":"<p>Back on the 16th</p>","externalSubject":"","externalReply":"",'
        '"tab":0,"snackbar":""}'
    )
    headers = {"Content-Type": "application/json", "X-CSRF-TOKEN": "x"}
    assert oof.http.put(oof.path, content=body, headers=headers).json() == {"message": "Success"}
    assert oof.read() == {
        "state": 2,
        "externalAudience": 1,
        "startTime": "2026-08-01 08:00:00",
        "endTime": "2026-08-15 18:00:00",
        "internalSubject": "Away",
        "internalReply": "<p>Back on the 16th</p>",
        "externalReply": "",
    }


def test_admin_web_wipes_the_window_when_it_saves_another_state(oof: Oof):
    """It leaves out the dates unless the state is 2."""
    oof.save(state=2, **WINDOW, **TEXTS)
    oof.save(state=0, externalAudience=0, tab=0, snackbar="", **TEXTS)
    assert oof.read() == {"state": 0, "externalAudience": 0, **TEXTS}


def test_what_the_powershell_module_sends_without_dates_is_taken(oof: Oof):
    """It always sends all keys, with empty strings for unset ones."""
    subjects = {"internalSubject": "Out of Office", "externalSubject": "Out of Office"}
    oof.save(
        state=1, externalAudience=2, startTime="", endTime="", **subjects, internalReply="x", externalReply=""
    )
    read = {"state": 1, "externalAudience": 2, **subjects, "internalReply": "x", "externalReply": ""}
    assert oof.read() == read
