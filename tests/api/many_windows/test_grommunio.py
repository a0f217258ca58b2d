"""Writes through grommunio: what is saved is what is seen, off is off, and no other status is lost."""

from typing import Any

import pytest

from domain.status import Place
from tests.api.clients import Oof, Works, naive, written
from tests.api.grommunio.form import sent_back
from tests.api.many_windows.moments import (
    ELEVEN,
    MAIL,
    MAIL_SHOWN,
    NOON,
    ONE,
    TEN,
    dates,
    scheduled,
    window,
)
from tests.api.many_windows.planner import Planner
from tests.builders import HOUR, NINE, SECOND, HandClock

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

HR: dict[str, Any] = {"externalAudience": 2, "internalReply": "HR", "externalReply": "HR"}


def replies(oof: Oof) -> tuple[int, str | None]:
    """Return whether mail is answered, and with which text."""
    read = oof.read()
    return read["state"], read.get("internalReply")


class TestSchedulingAhead:
    def test_stands_beside_what_naver_works_reserved(self, works: Works, oof: Oof, clock: HandClock):
        posted = works.posted("BUSY", **window(TEN, NOON))
        oof.save(**scheduled(ELEVEN, NOON, "own"))
        assert works.list() == [posted]
        assert oof.read() == scheduled(ELEVEN, NOON, "own")
        clock.now = ELEVEN
        assert works.list()[0]["profileStatusId"] == "ABSENCE"

    def test_the_same_as_a_plan_stands_beside_it_and_covers_it(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock
    ):
        plan = planner.add(TEN, ELEVEN, reply="HR")
        oof.save(state=2, **HR, **dates(TEN, ELEVEN))
        (own,) = works.list()
        assert own["userProfileStatusId"] != plan.works_id
        clock.now = TEN
        assert works.list()[0]["userProfileStatusId"] == own["userProfileStatusId"]

    def test_moved_to_the_start_of_a_plan_it_covers_the_plan(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock
    ):
        oof.save(**scheduled(ELEVEN, NOON, "own"))
        planner.add(TEN, NOON, profile_status_id="BUSY")
        oof.save(**scheduled(TEN, NOON, "own"))
        clock.now = TEN
        assert works.list()[0]["profileStatusId"] == "ABSENCE"


class TestOfSeveralThatReply:
    def test_the_uppermost_in_force_is_seen_then_the_own_one_then_that_of_naver_works(
        self, works: Works, oof: Oof, planner: Planner
    ):
        planner.add(NINE + HOUR / 2, ONE, reply="plan ahead")
        oof.save(**scheduled(ELEVEN, ONE, "own"))
        works.posted("ABSENCE", autoReplyMail={"internal": {"content": "reserved"}}, **window(TEN, ONE))
        planner.add(NINE - HOUR, ONE, reply="lower")
        planner.add(NINE, ONE, reply="upper")
        planner.add(NINE, ONE, profile_status_id="BUSY")
        own = planner.only(Place.OOF)
        seen = [oof.read()["internalReply"]]
        for status in (*planner.in_force()[1:], own):
            planner.delete(status)
            seen.append(oof.read()["internalReply"])
        assert seen == ["upper", "lower", "own", "reserved"]


class TestSwitchingOff:
    def test_removes_the_own_one_and_mutes_what_is_seen_of_the_others(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock
    ):
        running = planner.add(NINE, NOON, reply="HR")
        ahead = planner.add(TEN, ELEVEN, reply="plan")
        oof.save(**scheduled(TEN, ELEVEN, "own"))
        reserved = works.posted("BUSY", autoReplyMail=MAIL, **window(ELEVEN, NOON))
        oof.save(state=0)
        assert planner.ids() == {running.id, ahead.id, reserved["userProfileStatusId"]}
        assert [status["autoReplyMail"] for status in works.list()] == [None, None]
        assert oof.read()["state"] == 0
        # The text is not lost, and a plan that was not seen is not muted.
        assert planner.stored(running.id).auto_reply == running.auto_reply
        clock.now = TEN
        assert replies(oof) == (2, "plan")
        clock.now = ELEVEN
        assert oof.read()["state"] == 0

    def test_off_is_off_for_a_repeated_post_and_on_for_a_new_word(self, works: Works, oof: Oof):
        leave = {"autoReplyMail": MAIL, **window(NINE, NOON)}
        posted = works.posted("ABSENCE", **leave)
        this, on = posted["userProfileStatusId"], []
        for say in (
            lambda: works.posted("ABSENCE", **leave),
            lambda: works.patch(this, statusMessage="x"),
            lambda: works.patch(this, autoReplyMail=MAIL),
            lambda: works.put(this, "ABSENCE", **leave),
            lambda: oof.save(state=1, internalReply="own"),
            lambda: oof.save(**scheduled(TEN, NOON, "own")),
        ):
            oof.save(state=0)
            assert works.get(this).json()["autoReplyMail"] is None
            say()
            on.append(oof.read()["state"])
        assert on == [0, 0, 2, 2, 1, 2]


class TestSavingInTheWindowThatWasRead:
    @pytest.mark.parametrize("changed", [{"internalReply": "<p>New</p>"}, {"externalAudience": 1}])
    def test_writes_the_texts_into_that_status_and_changes_nothing_else(
        self, works: Works, oof: Oof, planner: Planner, changed: dict[str, Any]
    ):
        plan = planner.add(NINE, NOON, message="On leave", reply="HR")
        covering = works.posted("BUSY", **window(NINE, ELEVEN))
        oof.save(**(oof.read() | changed))
        assert oof.read() == {"state": 2, **HR, **dates(NINE, NOON)} | changed
        after = planner.stored(plan.id)
        assert (after.message, after.place, after.in_force_at) == ("On leave", None, plan.in_force_at)
        assert works.list() == [covering]
        assert len(planner.ids()) == 2

    def test_of_several_with_that_window_means_the_one_that_is_seen(
        self, oof: Oof, works: Works, planner: Planner
    ):
        lower = works.posted("ABSENCE", autoReplyMail=MAIL, **window(NINE, NOON))
        upper = planner.add(NINE, NOON, reply="HR")
        oof.save(**(oof.read() | {"internalReply": "<p>New</p>"}))
        assert works.get(lower["userProfileStatusId"]).json() == lower
        assert works.get(upper.works_id).json()["autoReplyMail"]["internal"]["content"] == "New"

    def test_as_an_editor_sends_it_back_changes_nothing(self, works: Works, oof: Oof, planner: Planner):
        """A date picker has no seconds, and an editor puts a paragraph around what had none."""
        planner.add(NINE - 7 * SECOND, NOON + 7 * SECOND, reply="HR")
        before, shown, told = oof.read(), works.list(), planner.events()
        body = sent_back(before)
        assert body != before
        oof.save(**body)
        assert (oof.read(), works.list(), planner.events()) == (before, shown, told)

    def test_emptying_the_reply_of_another_is_noted_in_the_reply(
        self, works: Works, oof: Oof, planner: Planner
    ):
        """In grommunio an out-of-office may be on without a text."""
        plan = planner.add(NINE, NOON, reply="HR")
        oof.save(**(oof.read() | {"internalReply": None, "externalReply": None}))
        assert oof.read() == {"state": 2, "externalAudience": 2, **dates(NINE, NOON)}
        assert planner.stored(plan.id).place is None
        oof.save(state=0)
        assert works.list()[0]["userProfileStatusId"] == plan.works_id
        assert oof.read()["state"] == 0


class TestSavingInAnotherWindow:
    @pytest.mark.parametrize("setting", [{"state": 1}, {"state": 2, **dates(NINE - HOUR, ELEVEN)}])
    def test_covers_what_replies_and_mutes_it(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock, setting: dict[str, Any]
    ):
        planner.add(NINE, NOON, reply="HR")
        works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ONE))
        wanted = {"externalAudience": 1, **setting, "internalReply": "own", "externalReply": "own"}
        oof.save(**wanted)
        assert oof.read() == wanted
        assert works.list()[0]["autoReplyMail"]["internal"]["content"] == "own"
        clock.now = TEN
        assert oof.read() == wanted
        clock.now = ELEVEN
        if setting["state"] == 2:
            assert oof.read()["state"] == 0
        assert [status["autoReplyMail"] for status in works.list()] == [None]

    @pytest.mark.parametrize(
        ("ends_at", "mail"),
        [
            # The reserved leave begins at noon.
            (NOON + SECOND, None),
            (NOON, MAIL_SHOWN),
        ],
    )
    def test_mutes_a_reserved_reply_of_naver_works_only_if_it_overlaps(
        self, works: Works, oof: Oof, ends_at: Any, mail: Any
    ):
        posted = works.posted("ABSENCE", autoReplyMail=MAIL, **window(NOON, ONE))
        oof.save(**scheduled(TEN, ends_at, "own"))
        assert works.list() == [posted | {"autoReplyMail": mail}]

    def test_by_an_administrator_who_shortens_the_reply_leaves_the_leave(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock
    ):
        plan = planner.add(NINE - HOUR, NOON, message="On leave", reply="HR")
        oof.save(**(oof.read() | {"endTime": naive(ELEVEN)}))
        assert oof.read() == {"state": 2, **HR, **dates(NINE - HOUR, ELEVEN)}
        clock.now = ELEVEN
        (shown,) = works.list()
        assert (shown["userProfileStatusId"], shown["statusMessage"]) == (plan.works_id, "On leave")
        assert shown["endTime"] == written(NOON)
        assert (shown["autoReplyMail"], oof.read()["state"]) == (None, 0)
