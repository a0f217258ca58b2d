"""Writes through NAVER WORKS: they replace what fills its own place, and cover everything else."""

from typing import Any

import pytest

from store.store import Store
from tests.api.clients import Oof, Works, written
from tests.api.many_windows.moments import (
    ELEVEN,
    MAIL,
    MAIL_SHOWN,
    NOON,
    ONE,
    TEN,
    scheduled,
    window,
)
from tests.api.many_windows.planner import Planner
from tests.builders import DAY, HOUR, NINE, HandClock
from tests.store.builders import drain

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


def id_of(status: dict[str, Any]) -> str:
    """Return the id by which NAVER WORKS' clients know a status."""
    return str(status["userProfileStatusId"])


def as_sent(status: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an answer that a client sends back."""
    return {key: status[key] for key in ("statusMessage", "startTime", "endTime", "autoReplyMail")}


class TestPosting:
    def test_a_reserved_one_replaces_only_the_one_that_naver_works_reserved(
        self, works: Works, oof: Oof, planner: Planner
    ):
        plan = planner.add(TEN, NOON)
        oof.save(**scheduled(TEN, NOON, "own"))
        before = works.posted(**window(TEN, ELEVEN))
        after = works.posted(**window(ELEVEN, NOON))
        assert works.list() == [after]
        assert works.get(id_of(before)).status_code == 404
        assert oof.read() == scheduled(TEN, NOON, "own")
        assert planner.stored(plan.id) == plan

    def test_a_present_one_replaces_those_of_naver_works_in_force_and_covers_the_others(
        self, works: Works, oof: Oof, planner: Planner, clock: HandClock
    ):
        below = works.posted(endTime=written(ONE))
        covering = works.posted("AWAY", **window(TEN, ONE))
        clock.now = TEN
        plan = planner.add(NINE, ONE)
        oof.save(state=1, internalReply="own")
        posted = works.posted("BUSY")
        assert works.list() == [posted]
        assert {works.get(id_of(gone)).status_code for gone in (below, covering)} == {404}
        assert oof.read() == {"state": 1, "externalAudience": 0, "internalReply": "own"}
        assert works.get(plan.works_id).status_code == 200

    def test_one_that_covers_a_leave_is_deleted_to_show_the_leave_again(self, works: Works, planner: Planner):
        """Whoever says "back for an hour" by mistake has a way out."""
        plan = planner.add(NINE, NOON)
        (leave,) = works.list()
        posted = works.posted("BUSY")
        assert works.delete(id_of(posted)).status_code == 204
        assert works.list() == [leave]
        assert id_of(leave) == plan.works_id

    def test_one_without_an_end_covers_what_runs_and_is_covered_by_what_starts_later(
        self, works: Works, planner: Planner, clock: HandClock
    ):
        planner.add(NINE, ONE, profile_status_id="AWAY")
        planner.add(TEN, ELEVEN)
        works.posted("BUSY")
        shown = []
        for clock.now in (NINE, TEN, ELEVEN):
            shown.append(works.list()[0]["profileStatusId"])
        assert shown == ["BUSY", "ABSENCE", "BUSY"]

    @pytest.mark.parametrize("written_by", ["works", "grommunio", "planner in force"])
    def test_what_repeats_something_that_is_seen_changes_nothing(
        self, works: Works, oof: Oof, planner: Planner, written_by: str
    ):
        match written_by:
            case "works":
                works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN))
            case "grommunio":
                oof.save(**scheduled(TEN, ELEVEN, "own"))
            case _:
                planner.add(NINE - HOUR, ELEVEN, reply="HR")
        (seen,) = works.list()
        told = planner.events()
        assert works.posted("ABSENCE", **as_sent(seen)) == seen
        assert (works.list(), planner.events()) == ([seen], told)

    def test_what_repeats_a_plan_that_lies_ahead_is_another_status_beside_it(
        self, works: Works, planner: Planner
    ):
        """The plan is not seen, so the client cannot mean it."""
        plan = planner.add(TEN, ELEVEN, reply="HR")
        posted = works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN))
        assert id_of(posted) != plan.works_id
        assert works.list() == [posted]
        assert planner.ids() == {plan.id, id_of(posted)}

    def test_a_job_that_posts_one_leave_again_tells_nobody(self, works: Works, planner: Planner):
        leave = works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN))
        told = planner.events()
        assert works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN)) == leave
        assert planner.events() == told == ["RESERVED"]

    def test_of_a_job_that_posts_several_leaves_the_farthest_first_the_nearest_remains(
        self, works: Works, planner: Planner
    ):
        """NAVER WORKS has one reserved status; each run of the job replaces it, with events, as it always did."""
        for _ in range(2):
            for days in (3, 2, 1):
                works.posted("ABSENCE", **window(NINE + days * DAY, NINE + days * DAY + HOUR))
        (nearest,) = works.list()
        assert nearest["startTime"] == written(NINE + DAY)
        assert planner.events() == ["RESERVED"] + 5 * ["REPLACED", "RESERVED"]

    def test_a_job_that_repeats_a_leave_does_not_switch_its_reply_on_again(
        self, works: Works, oof: Oof, planner: Planner
    ):
        leave = works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN))
        oof.save(state=0)
        told = planner.events()
        again = works.posted("ABSENCE", autoReplyMail=MAIL, **window(TEN, ELEVEN))
        assert again == leave | {"autoReplyMail": None}
        assert (oof.read()["state"], planner.events()) == (0, told)

    def test_a_bot_finds_no_plans_that_lie_ahead_and_posts_its_own(self, works: Works, planner: Planner):
        plan = planner.add(TEN, ELEVEN)
        assert works.list() == []
        posted = works.posted("BUSY")
        assert works.list() == [posted]
        assert planner.stored(plan.id) == plan


class TestPutting:
    def test_a_status_of_naver_works_is_changed_in_place(
        self, works: Works, planner: Planner, clock: HandClock
    ):
        covered = works.posted("AWAY")
        clock.now = TEN
        plan = planner.add(TEN, ELEVEN)
        after = works.put(id_of(covered), "BUSY", statusMessage="x").json()
        assert id_of(after) == id_of(covered)
        clock.now = ELEVEN
        assert works.list() == [after]
        assert planner.ids() == {plan.id, id_of(covered)}

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"endTime": written(NOON)},
            window(NINE, ELEVEN),
            {"profile_status_id": "BUSY", **window(NINE - HOUR, ELEVEN)},
        ],
    )
    def test_another_status_is_covered_by_one_that_answers_to_its_id(
        self, works: Works, planner: Planner, said: dict[str, Any]
    ):
        """Without a start, with another start, or of another kind: that is no edit of the leave."""
        plan = planner.add(NINE - HOUR, ELEVEN, message="On leave", reply="HR")
        (leave,) = works.list()
        wire_id = id_of(leave)
        after = works.put(wire_id, **({"profile_status_id": "ABSENCE"} | said)).json()
        assert (id_of(after), works.list()) == (wire_id, [after])
        assert after["statusMessage"] is None
        assert works.delete(wire_id).status_code == 204
        (shown,) = works.list()
        assert shown == leave | {"userProfileStatusId": id_of(shown)}
        assert works.delete(wire_id).status_code == 404
        assert planner.ids() == {plan.id}

    def test_another_status_that_is_put_ahead_stays_in_force_under_an_id_of_its_own(
        self, works: Works, planner: Planner
    ):
        planner.add(NINE - HOUR, NOON)
        (leave,) = works.list()
        after = works.put(id_of(leave), "ABSENCE", **window(TEN, ELEVEN)).json()
        shown, reserved = works.list()
        assert reserved == after
        assert shown == leave | {"userProfileStatusId": id_of(shown)}
        assert id_of(after) == id_of(leave) != id_of(shown)

    def test_an_out_of_office_of_grommunio_is_covered_as_well(self, works: Works, oof: Oof):
        oof.save(**scheduled(NINE - HOUR, ELEVEN, "own"))
        (seen,) = works.list()
        after = works.put(id_of(seen), "BUSY").json()
        assert works.list() == [after]
        assert oof.read() == scheduled(NINE - HOUR, ELEVEN, "own")

    def test_another_status_with_its_start_and_kind_is_edited(self, works: Works, planner: Planner):
        plan = planner.add(NINE - HOUR, NOON, reply="HR")
        (leave,) = works.list()
        shortened = as_sent(leave) | {"endTime": written(ELEVEN)}
        after = works.put(id_of(leave), "ABSENCE", **shortened).json()
        assert after == leave | {"endTime": written(ELEVEN)}
        assert works.list() == [after]
        assert planner.ids() == {plan.id}
        assert planner.stored(plan.id).place is None


def test_a_patch_edits_in_place_whoever_wrote_the_status(works: Works, oof: Oof, planner: Planner):
    plan = planner.add(NINE - HOUR, NOON)
    ahead = planner.add(TEN, ELEVEN)
    oof.save(**scheduled(TEN, ELEVEN, "own"))
    shown, reserved = works.list()
    for status_id in (id_of(shown), id_of(reserved), ahead.works_id):
        assert works.patch(status_id, endTime=written(ONE)).json()["endTime"] == written(ONE)
    assert planner.ids() == {plan.id, ahead.id, id_of(reserved)}
    assert oof.read() == scheduled(TEN, ONE, "own")


class TestDeleting:
    def test_another_status_in_force_is_ended_and_an_upsert_that_repeats_itself_does_not_revive_it(
        self, works: Works, planner: Planner
    ):
        below = works.posted("AWAY")
        planner.upsert("leave-7", NINE, NOON)
        assert works.delete(id_of(works.list()[0])).status_code == 204
        assert works.list() == [below]
        assert planner.upsert("leave-7", NINE, NOON) is None
        assert works.list() == [below]

    def test_the_reserved_one_of_naver_works_leaves_that_of_grommunio_to_be_listed(
        self, works: Works, oof: Oof
    ):
        oof.save(**scheduled(TEN, ELEVEN, "own"))
        (own,) = works.list()
        posted = works.posted("BUSY", **window(NOON, ONE))
        assert works.list() == [posted]
        assert works.delete(id_of(posted)).status_code == 204
        assert works.list() == [own]


class TestMoving:
    def test_a_status_of_naver_works_into_force_replaces_only_those_of_naver_works(
        self, works: Works, oof: Oof, planner: Planner
    ):
        evicted = works.posted("AWAY")
        plan = planner.add(NINE, NOON)
        oof.save(state=1, internalReply="own")
        reserved = works.posted("BUSY", **window(TEN, ELEVEN))
        moved = works.patch(id_of(reserved), startTime=written(NINE)).json()
        assert (id_of(moved), moved["scheduleType"]) == (id_of(reserved), "PRESENT")
        assert works.list() == [moved]
        assert works.get(id_of(evicted)).status_code == 404
        assert works.get(plan.works_id).status_code == 200
        assert oof.read()["state"] == 1

    def test_a_status_of_naver_works_ahead_replaces_only_the_one_that_naver_works_reserved(
        self, works: Works, oof: Oof, planner: Planner
    ):
        present = works.posted("AWAY")
        evicted = works.posted("BUSY", **window(TEN, ELEVEN))
        plan = planner.add(TEN, ELEVEN)
        oof.save(**scheduled(TEN, ELEVEN, "own"))
        moved = works.put(id_of(present), "AWAY", **window(NOON, ONE)).json()
        assert (id_of(moved), moved["scheduleType"]) == (id_of(present), "RESERVED")
        assert works.list() == [moved]
        assert works.get(id_of(evicted)).status_code == 404
        assert planner.stored(plan.id) == plan
        assert oof.read() == scheduled(TEN, ELEVEN, "own")

    def test_a_planned_status_ahead_replaces_none_and_is_not_listed(self, works: Works, planner: Planner):
        reserved = works.posted("BUSY", **window(TEN, ELEVEN))
        plan = planner.add(NINE - HOUR, NOON)
        moved = works.patch(plan.works_id, startTime=written(TEN)).json()
        assert (id_of(moved), moved["scheduleType"]) == (plan.works_id, "RESERVED")
        assert works.list() == [reserved]
        assert works.get(plan.works_id).json() == moved


class TestTakingOverTheReplyOfGrommunio:
    def test_makes_it_a_status_of_naver_works(self, works: Works, oof: Oof):
        oof.save(state=1, internalReply="own")
        (status,) = works.list()
        taken = works.patch(id_of(status), autoReplyMail=None).json()
        assert taken == status | {"autoReplyMail": None}
        assert oof.read()["state"] == 0
        posted = works.posted("BUSY")
        assert works.list() == [posted]
        assert works.get(id_of(taken)).status_code == 404

    def test_leaves_it_in_no_place_if_that_is_taken(self, works: Works, oof: Oof, planner: Planner):
        oof.save(**scheduled(TEN, ELEVEN, "own"))
        (status,) = works.list()
        reserved = works.posted("BUSY", **window(NOON, ONE))
        assert works.patch(id_of(status), autoReplyMail=None).status_code == 200
        assert works.list() == [reserved]
        assert planner.stored(id_of(status)).place is None
        assert oof.read()["state"] == 0


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_what_is_promoted_keeps_its_place(
    works: Works, oof: Oof, store: Store, clock: HandClock, *, is_carried_out: bool
):
    """Grommunio has one status for as long as it exists; NAVER WORKS one reserved, and any number in force."""
    oof.save(**scheduled(TEN, NOON, "own"))
    works.posted("AWAY")
    works.posted("BUSY", **window(TEN, NOON))
    clock.now = TEN
    if is_carried_out:
        drain(store)
    assert oof.read() == scheduled(TEN, NOON, "own")
    posted = works.posted("BUSY", **window(ELEVEN, NOON))
    assert [status["profileStatusId"] for status in works.list()] == ["BUSY", "BUSY"]
    oof.save(state=0)
    shown, reserved = works.list()
    assert (reserved, shown["profileStatusId"]) == (posted, "BUSY")
    assert works.delete(id_of(shown)).status_code == 204
    assert works.list()[0]["profileStatusId"] == "AWAY"


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_of_those_that_start_at_the_same_moment_the_one_written_later_covers(
    works: Works, oof: Oof, planner: Planner, store: Store, clock: HandClock, *, is_carried_out: bool
):
    planner.add(TEN, ONE, message="first")
    works.posted("ABSENCE", statusMessage="second", **window(TEN, NOON))
    oof.save(**scheduled(TEN, ELEVEN, "third"))
    shown = []
    for clock.now in (TEN, ELEVEN, NOON, ONE):
        if is_carried_out:
            drain(store)
        shown += [status["autoReplyMail"] or status["statusMessage"] for status in works.list()]
    third = {"internal": MAIL_SHOWN["internal"] | {"content": "third"}, "external": None}
    assert shown == [third, "second", "first"]
