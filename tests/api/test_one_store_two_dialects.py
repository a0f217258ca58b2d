"""The other dialect shows what one dialect writes: a test for each row of the design's table, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from domain.directory import Person
from store import tables
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.builders import HOUR, INSTANT, NINE, HandClock
from tests.store.builders import drain, events_of, statuses_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

TEN, ELEVEN, NOON = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR
AHEAD = {"startTime": naive(TEN), "endTime": naive(ELEVEN)}
RUNNING = {"startTime": naive(NINE - HOUR), "endTime": naive(TEN)}
TEXTS = {
    "internalSubject": "Away",
    "internalReply": "<p>Back on the <b>16th</b></p><p>Bye</p>",
    "externalSubject": "Gone",
    "externalReply": "<div>Write to &lt;us&gt;</div>",
}
PLAIN = {
    "internal": {"content": "Back on the 16th\nBye", "sentDirectlyToMe": False},
    "external": {"content": "Write to <us>", "sentDirectlyToMe": False},
}
REPLY = {
    "internal": {"content": "inside & out\nmore", "sentDirectlyToMe": True},
    "external": {"content": "outside", "sentDirectlyToMe": False},
}


@pytest.fixture
def events(store: Store, person: Person) -> Callable[[], list[str]]:
    """Return a function that lists the person's events."""
    return lambda: [event.kind for event in events_of(store, person)]


def only(statuses: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the only item."""
    assert len(statuses) == 1
    return statuses[0]


# PUT `state` 2 with a window…


def test_a_scheduled_out_of_office_that_lies_ahead_is_a_reserved_absence(oof: Oof, works: Works):
    oof.save(state=2, externalAudience=1, **AHEAD, **TEXTS)
    status = only(works.list())
    assert status == {
        "userProfileStatusId": status["userProfileStatusId"],
        "profileStatusId": "ABSENCE",
        "profileStatusName": "Absent",
        "iconUrl": "http://testserver/icons/ABSENCE.svg",
        "scheduleType": "RESERVED",
        "statusMessage": None,
        "startTime": written(TEN),
        "endTime": written(ELEVEN),
        "autoReplyMail": PLAIN,
    }


def test_a_scheduled_out_of_office_that_has_begun_is_a_present_absence(oof: Oof, works: Works):
    oof.save(state=2, **RUNNING)
    status = only(works.list())
    assert (status["profileStatusId"], status["scheduleType"]) == ("ABSENCE", "PRESENT")
    assert (status["startTime"], status["endTime"]) == (written(NINE - HOUR), written(TEN))


# PUT `state` 1…


@pytest.mark.parametrize("dates", [{}, AHEAD, {"startTime": naive(ELEVEN)}, {"endTime": naive(NINE - HOUR)}])
def test_an_enabled_out_of_office_is_a_present_absence_without_a_window(
    oof: Oof, works: Works, clock: HandClock, dates: dict[str, str]
):
    oof.save(state=1, **dates)
    status = only(works.list())
    assert (status["profileStatusId"], status["scheduleType"]) == ("ABSENCE", "PRESENT")
    assert (status["startTime"], status["endTime"]) == (None, None)
    assert oof.read() == {"state": 1, "externalAudience": 0, **dates}
    clock.now = NOON
    assert works.list() == [status]


# PUT `state` 0…


@pytest.mark.parametrize("setting", [{"state": 1}, {"state": 2, **AHEAD}, {"state": 2, **RUNNING}])
def test_switching_off_ends_the_status_of_the_out_of_office(oof: Oof, works: Works, setting: dict[str, Any]):
    oof.save(**setting)
    oof.save(state=0)
    assert works.list() == []


@pytest.mark.parametrize("window", [{}, {"startTime": written(TEN), "endTime": written(ELEVEN)}])
def test_switching_off_mutes_the_auto_reply_of_other_statuses_which_stay(
    oof: Oof, works: Works, window: dict[str, str]
):
    posted = works.posted("BUSY", statusMessage="x", autoReplyMail=REPLY, **window)
    oof.save(state=0)
    assert works.list() == [posted | {"autoReplyMail": None}]
    assert oof.read()["state"] == 0


def test_switching_off_mutes_the_auto_reply_of_every_status(oof: Oof, works: Works, clock: HandClock):
    works.posted("BUSY", autoReplyMail=REPLY)
    works.posted("AWAY", autoReplyMail=REPLY, startTime=written(TEN), endTime=written(NOON))
    clock.now = TEN
    works.posted("ABSENCE", autoReplyMail=REPLY, startTime=written(ELEVEN), endTime=written(NOON))
    oof.save(state=0)
    assert [status["autoReplyMail"] for status in works.list()] == [None, None]
    assert oof.read()["state"] == 0
    clock.now = NOON
    assert oof.read()["state"] == 0


def test_switching_off_leaves_a_status_without_an_auto_reply_alone(oof: Oof, works: Works):
    posted = works.posted("BUSY")
    oof.save(state=1, internalReply="x")
    oof.save(state=0)
    assert works.list() == [posted]


# any PUT…


@pytest.mark.parametrize("first", [{"state": 1}, {"state": 2, **AHEAD}, {"state": 2, **RUNNING}])
@pytest.mark.parametrize("second", [{"state": 1}, {"state": 2, **AHEAD}, {"state": 2, **RUNNING}])
def test_a_save_replaces_the_earlier_out_of_office_whichever_place_it_has(
    oof: Oof, works: Works, store: Store, person: Person, first: dict[str, Any], second: dict[str, Any]
):
    oof.save(**first, internalReply="one")
    oof.save(**second, internalReply="two")
    assert oof.read() == {"externalAudience": 0, **second, "internalReply": "two"}
    reply = only(works.list())["autoReplyMail"]["internal"]["content"]
    assert (reply, len(statuses_of(store, person))) == ("two", 1)


def test_an_out_of_office_covers_what_the_person_showed_before(oof: Oof, works: Works, clock: HandClock):
    works.posted("AWAY")
    oof.save(state=2, **RUNNING)
    assert [status["profileStatusId"] for status in works.list()] == ["ABSENCE"]
    clock.now = TEN
    assert [status["profileStatusId"] for status in works.list()] == ["AWAY"]


@pytest.mark.parametrize("setting", [{"state": 1}, {"state": 2, **AHEAD}, {"state": 2, **RUNNING}])
def test_texts_and_audience_are_remembered_for_the_next_time(oof: Oof, setting: dict[str, Any]):
    oof.save(externalAudience=2, **setting, **TEXTS)
    oof.save(state=0, externalAudience=2)
    assert oof.read() == {"state": 0, "externalAudience": 2, **TEXTS}
    oof.save(state=1, externalAudience=2)
    assert oof.read() == {"state": 1, "externalAudience": 2, **TEXTS}


# GET…


def test_a_status_of_an_hr_system_that_answers_mail_is_an_out_of_office(
    oof: Oof, works: Works, clock: HandClock
):
    works.posted("ABSENCE", startTime=written(TEN), endTime=written(ELEVEN), autoReplyMail=REPLY)
    setting = {
        "state": 2,
        "externalAudience": 2,
        **AHEAD,
        "internalReply": "inside &amp; out<br>more",
        "externalReply": "outside",
    }
    for clock.now in (NINE, TEN, ELEVEN - INSTANT):
        assert oof.read() == setting
    clock.now = ELEVEN
    assert oof.read() == {"state": 0, "externalAudience": 0}


def test_a_status_without_an_end_that_answers_mail_is_enabled(oof: Oof, works: Works):
    works.posted("BUSY", autoReplyMail={"internal": {"content": "x"}})
    assert oof.read() == {"state": 1, "externalAudience": 0, "internalReply": "x"}


def test_a_status_with_an_end_alone_is_scheduled_since_it_came_into_force(
    oof: Oof, works: Works, clock: HandClock
):
    clock.advance(INSTANT)
    works.posted("BUSY", endTime=written(ELEVEN), autoReplyMail={"internal": {"content": "x"}})
    window = {"startTime": naive(NINE), "endTime": naive(ELEVEN)}
    assert oof.read() == {"state": 2, "externalAudience": 0, **window, "internalReply": "x"}


@pytest.mark.parametrize(
    "mail", [None, {"internal": {"content": None}}, {"internal": {"sentDirectlyToMe": True}}]
)
def test_a_status_that_answers_nobody_is_no_out_of_office(oof: Oof, works: Works, mail: Any):
    works.posted("ABSENCE", autoReplyMail=mail)
    assert oof.read() == {"state": 0, "externalAudience": 0}


def test_what_is_in_force_is_seen_before_what_is_reserved(oof: Oof, works: Works, clock: HandClock):
    works.posted(
        "ABSENCE",
        startTime=written(TEN),
        endTime=written(ELEVEN),
        autoReplyMail={"internal": {"content": "leave"}},
    )
    works.posted("BUSY", autoReplyMail={"internal": {"content": "busy"}})
    seen = []
    for clock.now in (NINE, TEN, ELEVEN):
        seen.append(oof.read()["internalReply"])
    assert seen == ["busy", "leave", "busy"]


def test_what_is_covered_answers_mail_when_what_covers_it_does_not(oof: Oof, works: Works, clock: HandClock):
    oof.save(state=1, internalReply="<p>covered</p>")
    works.posted("BUSY", startTime=written(TEN), endTime=written(ELEVEN))
    clock.now = TEN
    assert [status["profileStatusId"] for status in works.list()] == ["BUSY"]
    assert oof.read() == {"state": 1, "externalAudience": 0, "internalReply": "<p>covered</p>"}


def test_a_promoted_out_of_office_still_answers_2_with_its_window(
    oof: Oof, works: Works, store: Store, clock: HandClock
):
    setting = {"state": 2, "externalAudience": 1, **AHEAD, **TEXTS}
    oof.save(**setting)
    clock.now = TEN
    drain(store)
    assert only(works.list())["scheduleType"] == "PRESENT"
    assert oof.read() == setting


# end of the window


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_after_its_window_an_out_of_office_is_gone_and_its_texts_are_remembered(
    oof: Oof, works: Works, store: Store, clock: HandClock, *, is_carried_out: bool
):
    oof.save(state=2, externalAudience=1, **AHEAD, **TEXTS)
    for clock.now in (TEN, ELEVEN):
        if is_carried_out:
            drain(store)
    assert works.list() == []
    assert oof.read() == {"state": 0, "externalAudience": 1, **TEXTS}


# Saving what was read changes nothing.


@pytest.mark.parametrize(
    "setting",
    [
        {"state": 0},
        {"state": 0, "externalAudience": 2, **AHEAD, **TEXTS},
        {"state": 1},
        {"state": 1, "externalAudience": 1, **AHEAD, **TEXTS},
        {"state": 1, "externalAudience": 0, **TEXTS},
        {"state": 2, "externalAudience": 2, **AHEAD, **TEXTS},
        {"state": 2, "externalAudience": 1, **RUNNING, "internalReply": ""},
    ],
)
def test_saving_an_out_of_office_as_it_was_read_changes_nothing_in_either_dialect(
    oof: Oof, works: Works, clock: HandClock, events: Callable[[], list[str]], setting: dict[str, Any]
):
    oof.save(**setting)
    before, statuses, told = oof.read(), works.list(), events()
    clock.advance(HOUR / 2)
    oof.save(**before)
    for status in statuses:
        said = {key: value for key, value in status.items() if key != "profileStatusId"}
        for answer in (
            works.put(status["userProfileStatusId"], status["profileStatusId"], **said),
            works.patch(status["userProfileStatusId"], **status),
            works.post(status["profileStatusId"], **said),
        ):
            assert answer.json() == status
    assert (oof.read(), works.list(), events()) == (before, statuses, told)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"autoReplyMail": REPLY},
        {"autoReplyMail": {"internal": {"content": ""}}},
        {
            "autoReplyMail": {
                "external": {"content": "one\r\ntwo\n\n  <three> & &amp;", "sentDirectlyToMe": True}
            }
        },
        {"autoReplyMail": {"internal": {"content": None, "sentDirectlyToMe": True}}},
        {"statusMessage": "x", "endTime": written(NOON), "autoReplyMail": REPLY},
        {"startTime": written(NINE - HOUR), "endTime": "2026-03-16T11:00:00-01:00", "autoReplyMail": REPLY},
        {"startTime": written(TEN), "endTime": "2026-03-16T11:00:00Z", "autoReplyMail": REPLY},
    ],
)
def test_saving_a_status_as_it_was_read_changes_nothing_in_either_dialect(
    oof: Oof, works: Works, clock: HandClock, events: Callable[[], list[str]], said: dict[str, Any]
):
    posted = works.posted("BUSY", **said)
    before, told = oof.read(), events()
    clock.advance(HOUR / 2)
    oof.save(**before)
    assert works.put(posted["userProfileStatusId"], **posted_again(posted)).json() == posted
    assert works.patch(posted["userProfileStatusId"], **posted).json() == posted
    assert works.posted("BUSY", **said) == posted
    assert (oof.read(), works.list(), events()) == (before, [posted], told)


def posted_again(status: dict[str, Any]) -> dict[str, Any]:
    """Return a response without its profile status."""
    return {key: value for key, value in status.items() if key != "profileStatusId"}


# A partial change keeps the fields that only the other dialect has.


@pytest.mark.parametrize("setting", [{"state": 1}, {"state": 2, **AHEAD}, {"state": 2, **RUNNING}])
@pytest.mark.parametrize(
    "change", [{"statusMessage": "x"}, {"profileStatusId": "BUSY"}, {"statusMessage": None}]
)
def test_a_patch_leaves_html_subjects_and_audience_alone(
    oof: Oof, works: Works, setting: dict[str, Any], change: dict[str, Any]
):
    oof.save(externalAudience=1, **setting, **TEXTS)
    before = oof.read()
    assert works.patch(only(works.list())["userProfileStatusId"], **change).status_code == 200
    assert oof.read() == before


def test_a_patch_of_one_reply_leaves_the_other_and_its_own_subject_alone(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=1, **TEXTS)
    status_id = only(works.list())["userProfileStatusId"]
    works.patch(status_id, autoReplyMail={"internal": {"content": "1 < 2"}})
    changed = {"state": 1, "externalAudience": 1, **TEXTS, "internalReply": "1 &lt; 2"}
    assert oof.read() == changed
    works.patch(status_id, autoReplyMail={"external": {"content": "new"}})
    assert oof.read() == changed | {"externalReply": "new"}


def test_a_patch_of_who_is_answered_leaves_the_html_alone(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=1, **TEXTS)
    status = only(works.list())
    directly = {"internal": {**PLAIN["internal"], "sentDirectlyToMe": True}}
    works.patch(status["userProfileStatusId"], autoReplyMail=directly)
    assert oof.read() == {"state": 1, "externalAudience": 1, **TEXTS}
    assert only(works.list())["autoReplyMail"] == PLAIN | directly


@pytest.mark.parametrize("audience", [0, 1, 2])
def test_a_patch_of_the_inner_reply_leaves_the_audience_alone_even_without_an_outer_one(
    oof: Oof, works: Works, audience: int
):
    oof.save(state=1, externalAudience=audience, internalReply="<p>x</p>")
    works.patch(only(works.list())["userProfileStatusId"], autoReplyMail={"internal": {"content": "y"}})
    assert oof.read() == {"state": 1, "externalAudience": audience, "internalReply": "y"}


def test_an_outer_reply_that_is_given_to_nobody_is_not_listed_and_not_lost(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=0, **TEXTS)
    status = only(works.list())
    assert status["autoReplyMail"] == PLAIN | {"external": None}
    works.put(status["userProfileStatusId"], "BUSY", autoReplyMail=PLAIN | {"external": None})
    assert oof.read() == {"state": 1, "externalAudience": 0, **TEXTS}


def test_an_outer_reply_that_is_cleared_is_given_to_nobody(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=2, **TEXTS)
    works.patch(only(works.list())["userProfileStatusId"], autoReplyMail={"external": None})
    assert oof.read() == {
        "state": 1,
        "externalAudience": 0,
        "internalSubject": TEXTS["internalSubject"],
        "internalReply": TEXTS["internalReply"],
    }


def test_a_cleared_auto_reply_is_an_out_of_office_no_more_and_its_texts_are_remembered(
    oof: Oof, works: Works
):
    oof.save(state=1, externalAudience=1, **TEXTS)
    status = only(works.list())
    works.patch(status["userProfileStatusId"], autoReplyMail=None)
    assert oof.read() == {"state": 0, "externalAudience": 1, **TEXTS}
    assert works.list() == [status | {"autoReplyMail": None}]


@pytest.mark.parametrize(
    "window", [{}, {"endTime": written(NOON)}, {"startTime": written(TEN), "endTime": written(ELEVEN)}]
)
@pytest.mark.parametrize(
    "change", [{"externalAudience": 1}, {"internalReply": "<p>new</p>"}, {"externalReply": None}]
)
def test_a_save_leaves_message_status_and_who_is_answered_alone(
    oof: Oof, works: Works, window: dict[str, str], change: dict[str, Any]
):
    posted = works.posted("BUSY", statusMessage="In a meeting", autoReplyMail=REPLY, **window)
    oof.save(**(oof.read() | change))
    status = only(works.list())
    assert status == posted | {"autoReplyMail": status["autoReplyMail"]}
    assert status["autoReplyMail"]["internal"]["sentDirectlyToMe"] is True


def test_a_new_window_leaves_message_status_and_who_is_answered_alone(oof: Oof, works: Works):
    oof.save(state=1, internalReply="<p>x</p>")
    status_id = only(works.list())["userProfileStatusId"]
    works.patch(status_id, profileStatusId="AWAY", statusMessage="x")
    works.patch(status_id, autoReplyMail={"internal": {"content": "x", "sentDirectlyToMe": True}})
    oof.save(state=2, **AHEAD)
    status = only(works.list())
    assert (status["profileStatusId"], status["statusMessage"]) == ("AWAY", "x")
    assert status["autoReplyMail"]["internal"] == {"content": "x", "sentDirectlyToMe": True}


def test_a_sync_job_that_repeats_itself_leaves_what_an_administrator_added_alone(
    oof: Oof, works: Works, clock: HandClock, events: Callable[[], list[str]]
):
    leave = {"startTime": written(TEN), "endTime": written(ELEVEN), "autoReplyMail": REPLY}
    posted = works.posted("ABSENCE", **leave)
    improved = oof.read() | {
        "externalAudience": 1,
        "internalSubject": "On leave",
        "internalReply": "<p>inside &amp; <b>out</b></p><p>more</p>",
    }
    oof.save(**improved)
    told = events()
    clock.advance(HOUR / 2)
    assert works.posted("ABSENCE", **leave) == posted
    assert (oof.read(), events()) == (improved, told)


def test_a_long_reply_is_cut_at_three_hundred_for_the_one_and_kept_whole_for_the_other(
    oof: Oof, works: Works
):
    html = f"<p>{'휴가 ' * 200}</p>"
    oof.save(state=1, internalReply=html)
    status = only(works.list())
    content = status["autoReplyMail"]["internal"]["content"]
    assert (len(content), content) == (300, ("휴가 " * 100))
    works.put(status["userProfileStatusId"], "BUSY", autoReplyMail=status["autoReplyMail"])
    assert oof.read()["internalReply"] == html


def test_control_characters_of_a_reply_are_left_out_where_they_cannot_be_said(oof: Oof, works: Works):
    oof.save(state=1, internalReply="a\x01b\x7fc\x1bd")
    status = only(works.list())
    assert status["autoReplyMail"]["internal"]["content"] == "abcd"
    assert works.patch(status["userProfileStatusId"], **status).json() == status


def test_a_deleted_out_of_office_is_off_and_its_texts_are_remembered(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=1, **TEXTS)
    works.delete(only(works.list())["userProfileStatusId"])
    assert oof.read() == {"state": 0, "externalAudience": 1, **TEXTS}


def test_a_posted_present_status_covers_an_out_of_office_in_force_which_still_answers(oof: Oof, works: Works):
    oof.save(state=1, externalAudience=1, **TEXTS)
    posted = works.posted("BUSY")
    assert works.list() == [posted]
    assert oof.read() == {"state": 1, "externalAudience": 1, **TEXTS}


def test_a_reserved_out_of_office_stands_beside_the_reserved_status(oof: Oof, works: Works, clock: HandClock):
    posted = works.posted("BUSY", startTime=written(TEN), endTime=written(NOON))
    oof.save(state=2, **AHEAD)
    assert works.list() == [posted]
    shown = []
    for clock.now in (TEN, ELEVEN):
        shown.append(works.list()[0]["profileStatusId"])
    assert shown == ["ABSENCE", "BUSY"]


def test_statuses_that_are_switched_off_bind_one_dialect_only(oof: Oof, works: Works, store: Store):
    with store.writing() as transaction:
        transaction.connection.execute(update(tables.domain).values(statuses_are_on=False))
    oof.save(state=1, internalReply="x")
    assert oof.read()["state"] == 1
    assert works.post().status_code == 400


def test_every_change_is_told_with_who_made_it(
    oof: Oof, works: Works, store: Store, person: Person, clock: HandClock
):
    oof.save(state=2, **AHEAD)
    clock.now = TEN
    drain(store)
    works.patch(only(works.list())["userProfileStatusId"], statusMessage="x")
    oof.save(state=0)
    told = [(event.kind, event.actor) for event in events_of(store, person)]
    assert told == [
        ("RESERVED", "service"),
        ("PROMOTED", "time"),
        ("CHANGED", "service"),
        ("DELETED", "service"),
    ]
