"""Saving in admin-web's form what it read changes nothing; changing one field changes only that field."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.grommunio import mapping
from api.grommunio.schemas import OofBody
from domain.auto_reply import Audience, AutoReply
from domain.directory import Person
from domain.out_of_office import State, Written, view
from domain.timeline import as_of, settle
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.api.grommunio.answers import assert_bad
from tests.api.grommunio.form import sent_back
from tests.builders import DAY, HOUR, INSTANT, MINUTE, NINE, HandClock
from tests.domain.strategies import DraftAhead, Post, Save, absent, lived, persons, spans
from tests.domain.strategies import Person as Lived
from tests.store.builders import drain, events_of
from tests.writes import write

on_both = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

#: With seconds, which no date picker has.
TEN, ELEVEN, NOON = (NINE + hours * HOUR + timedelta(seconds=30) for hours in (1, 2, 3))

MAIL = {
    "internal": {"content": "Back on <Monday> &\n\nTuesday.", "sentDirectlyToMe": True},
    "external": {"content": "Gone.", "sentDirectlyToMe": False},
}
AHEAD = {"startTime": written(TEN), "endTime": written(ELEVEN)}
RUNNING = {"startTime": written(NINE - HOUR + timedelta(seconds=7)), "endTime": written(ELEVEN)}
#: The possible states of an absence when the page is opened.
PLACES: list[dict[str, Any]] = [AHEAD, RUNNING, {"endTime": written(ELEVEN)}, {}]


@pytest.fixture
def told(store: Store, person: Person) -> Callable[[], list[str]]:
    """Return a function that lists the person's events."""
    return lambda: [event.kind for event in events_of(store, person)]


def booked(works: Works, **said: Any) -> dict[str, Any]:
    """Return an absence with all fields that only NAVER WORKS has."""
    return works.posted("ABSENCE", statusMessage="On leave", **said)


@on_both
@pytest.mark.parametrize("window", PLACES)
@pytest.mark.parametrize("mail", [MAIL, {"internal": MAIL["internal"]}, {"external": MAIL["external"]}])
def test_saving_an_absence_as_the_form_sends_it_back_changes_nothing(
    oof: Oof,
    works: Works,
    told: Callable[[], list[str]],
    window: dict[str, str],
    mail: dict[str, Any],
):
    posted = booked(works, autoReplyMail=mail, **window)
    before, events = oof.read(), told()
    oof.save(**sent_back(before))
    assert (works.list(), oof.read(), told()) == ([posted], before, events)


@on_both
def test_saving_an_absence_that_was_promoted_meanwhile_changes_nothing(
    oof: Oof, works: Works, store: Store, clock: HandClock, told: Callable[[], list[str]]
):
    booked(works, autoReplyMail=MAIL, **AHEAD)
    body = sent_back(oof.read())
    clock.now = TEN + MINUTE
    drain(store)
    before, events = works.list(), told()
    oof.save(**body)
    assert (works.list(), told()) == (before, events)


@on_both
def test_saving_an_absence_that_is_over_meanwhile_is_refused_and_writes_nothing(
    oof: Oof, works: Works, clock: HandClock, told: Callable[[], list[str]]
):
    booked(works, autoReplyMail=MAIL, **AHEAD)
    body = sent_back(oof.read())
    clock.now = ELEVEN
    events = told()
    assert_bad(oof.put(**body), "endTime")
    assert (works.list(), told()) == ([], events)


@on_both
def test_in_the_last_seconds_of_an_absence_the_end_without_its_seconds_is_still_its_end(
    oof: Oof, works: Works, clock: HandClock
):
    posted = booked(works, autoReplyMail=MAIL, **RUNNING)
    clock.now = ELEVEN - INSTANT
    oof.save(**sent_back(oof.read()))
    assert works.list() == [posted]


@on_both
@pytest.mark.parametrize("window", [AHEAD, RUNNING])
@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"externalAudience": 1}, {}),
        ({"internalSubject": "Away"}, {}),
        ({"internalReply": "<b>New.</b>"}, {"internal": "New."}),
        ({"externalReply": "<p>New.</p>"}, {"external": "New."}),
        (
            {"internalReply": "Back on &lt;Monday&gt; &amp;<br>Tuesday."},
            {"internal": "Back on <Monday> &\nTuesday."},
        ),
    ],
)
def test_what_is_changed_in_the_form_changes_only_that(
    oof: Oof, works: Works, window: dict[str, str], changed: dict[str, Any], seen: dict[str, Any]
):
    posted = booked(works, autoReplyMail=MAIL, **window)
    before = oof.read()
    oof.save(**sent_back(before, **changed))
    (status,) = works.list()
    mail = posted["autoReplyMail"]
    sides = {side: mail[side] | {"content": seen[side]} for side in mail.keys() & seen.keys()}
    assert status == posted | {"autoReplyMail": mail | sides}
    assert {key for key in before if oof.read()[key] != before[key]} <= changed.keys()


@on_both
@pytest.mark.parametrize("window", [AHEAD, RUNNING])
@pytest.mark.parametrize(
    "changed",
    [
        {"endTime": naive(NINE + 90 * MINUTE)},
        {"startTime": naive(NINE - DAY), "endTime": naive(NINE + 90 * MINUTE)},
    ],
)
def test_another_date_in_the_form_covers_the_absence_that_an_hr_system_booked(
    oof: Oof, works: Works, clock: HandClock, window: dict[str, str], changed: dict[str, str]
):
    """Whoever shortens the reply does not shorten the leave: it shows again afterwards, and its reply is off."""
    posted = booked(works, autoReplyMail=MAIL, **window)
    before = oof.read()
    oof.save(**sent_back(before, **changed))
    assert oof.read() == before | changed
    kept = works.get(posted["userProfileStatusId"]).json()
    assert kept == posted | {"autoReplyMail": None}
    clock.now = ELEVEN - INSTANT
    shown = works.list()[0]
    assert (shown["userProfileStatusId"], oof.read()["state"]) == (posted["userProfileStatusId"], 0)


@on_both
def test_another_absence_is_another_status_with_the_replies_as_they_were(
    oof: Oof, works: Works, clock: HandClock
):
    """What is saved is what is seen, so the reply of the absence that somebody else booked is muted."""
    posted = booked(works, autoReplyMail=MAIL, **RUNNING)
    next_week = {"startTime": naive(NINE + 7 * DAY), "endTime": naive(NINE + 8 * DAY)}
    oof.save(**sent_back(oof.read(), **next_week))
    shown, reserved = works.list()
    assert shown == posted | {"autoReplyMail": None}
    assert reserved["userProfileStatusId"] != posted["userProfileStatusId"]
    assert reserved["autoReplyMail"] == MAIL
    clock.now = ELEVEN
    assert oof.read()["startTime"] == next_week["startTime"]


@on_both
def test_editing_what_is_seen_leaves_an_out_of_office_of_ones_own_alone(
    oof: Oof, works: Works, clock: HandClock
):
    oof.save(state=2, internalReply="own", startTime=naive(NOON), endTime=naive(NOON + HOUR))
    booked(works, autoReplyMail=MAIL, **RUNNING)
    oof.save(**sent_back(oof.read(), internalReply="<p>New.</p>"))
    clock.now = NOON
    assert oof.read()["internalReply"] == "own"


def saved_in_the_form(found: Written, zone: str, now: datetime) -> Written:
    """Open and save the form, and return the resulting status."""
    setting = view(as_of(found.statuses, now), found.remembered)
    read = mapping.answer(setting, zone).model_dump(exclude_none=True)
    body = OofBody.model_validate(sent_back(read))
    submission = mapping.submission(body)
    assert submission is not None
    return write(found.statuses, found.remembered, submission.applied_to(setting, zone), now)


ZONES = st.sampled_from(["Asia/Seoul", "Europe/Vienna", "America/New_York", "UTC"])


#: Dates without effect are remembered, and a status has an auto-reply that answers nobody.
IDLE: Final = (
    Save(State.DISABLED, Audience.NONE, (None, HOUR), None, None),
    Post(DraftAhead("BUSY", None, (None, None), AutoReply())),
)


@example(lived([(MINUTE, each) for each in IDLE]), HOUR, "UTC")
@given(persons | absent, spans, ZONES)
def test_whatever_is_stored_the_form_changes_nothing_of_it(person: Lived, span: timedelta, zone: str):
    now = person.now + span
    found = replace(person.kept, statuses=settle(person.kept.statuses, now).statuses)
    left = saved_in_the_form(found, zone, now)
    assert left.statuses == found.statuses
    # The form leaves out dates without effect, and absent fields are removed, as upstream does.
    read = view(as_of(found.statuses, now), found.remembered)
    leaves_out_dates = read.state is not State.SCHEDULED and (read.starts_at or read.ends_at)
    assert leaves_out_dates or left.remembered == found.remembered
