from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import Booking, book
from domain.bulk import Action, Decision, Held, Outcome, Rules, Wanted, decide, take_back
from domain.refusals import ExternalIdTaken, Refusal, StatusNotInUse, TooFarAhead, TooManyPlans, WindowIsOver
from domain.status import Draft, Status, draft_of
from domain.timeline import delete, edit, settle
from domain.window import Window
from tests.builders import DAY, HOUR, NINE, a_draft, a_status

IDS = ["a", "b", "c", "d"]
ALICE = 1


def leave(days_ahead: float = 1, *, lasts: float = 1, **said: Any) -> Draft:
    starts_at = NINE + days_ahead * DAY
    usual = {"starts_at": starts_at, "ends_at": starts_at + lasts * DAY, "place": None, "client": "hr"}
    return a_draft("ABSENCE", **(usual | said))


def rules(**said: Any) -> Rules:
    usual: dict[str, Any] = {
        "check": lambda _: None,
        "latest_start": NINE + 731 * DAY,
        "most_ahead": 1000,
    }
    return Rules(**(usual | said))


def held(statuses: tuple[Status, ...] = (), bookings: Mapping[str, Booking] | None = None) -> Held:
    return Held(person_id=ALICE, statuses=statuses, bookings=bookings or {})


def wanted(**words: Draft) -> list[Wanted]:
    return [Wanted(number, name, word) for number, (name, word) in enumerate(words.items(), start=1)]


def after(outcome: Outcome, before: Held) -> Held:
    """Return what the person has after an outcome."""
    kept = {name: one for name, one in before.bookings.items() if name not in outcome.forgotten}
    return held(outcome.statuses, kept | outcome.saved)


def booked(**words: Draft) -> Held:
    """Return what a person has for whom a client has booked this."""
    return after(decide(held(), wanted(**words), NINE, rules()), held())


def actions(outcome: Outcome) -> list[str]:
    return [f"{one.external_id} {one.action}" for one in outcome.decisions]


class TestDeciding:
    @pytest.mark.parametrize(
        ("word", "action"),
        [
            (leave(2, lasts=3), Action.UNCHANGED),
            (leave(2, lasts=2), Action.SHORTENED),
            (leave(3, lasts=2), Action.SHORTENED),
            (leave(2, lasts=4), Action.MOVED),
            (leave(9, lasts=3), Action.MOVED),
            (leave(2, lasts=3, message="In Rome"), Action.CHANGED),
        ],
    )
    def test_names_what_becomes_of_a_booking(self, word: Draft, action: Action):
        outcome = decide(booked(a=leave(2, lasts=3)), wanted(a=word), NINE, rules())
        assert [one.action for one in outcome.decisions] == [action]

    def test_a_new_one_is_new(self):
        assert actions(decide(held(), wanted(a=leave()), NINE, rules())) == ["a new"]

    @pytest.mark.parametrize(
        ("word", "said", "refusal"),
        [
            (leave(-3), {}, WindowIsOver),
            (leave(2), {"latest_start": NINE + DAY}, TooFarAhead),
            (leave(2), {"most_ahead": 0}, TooManyPlans),
        ],
    )
    def test_refuses_one_and_carries_out_the_others(
        self, word: Draft, said: dict[str, Any], refusal: type[Refusal]
    ):
        now = a_draft("BUSY", ends_at=NINE + HOUR)
        outcome = decide(held(), wanted(a=word, b=now), NINE, rules(**said))
        assert actions(outcome) == ["a refused", "b new"]
        assert isinstance(outcome.decisions[0].reason, refusal)
        assert [status.profile_status_id for status in outcome.statuses] == ["BUSY"]

    def test_refuses_to_move_one_beyond_the_limit(self):
        before = booked(a=leave(2))
        outcome = decide(before, wanted(a=leave(9)), NINE, rules(latest_start=NINE + 8 * DAY))
        assert isinstance(outcome.decisions[0].reason, TooFarAhead)
        kept = decide(before, wanted(a=leave(2, message="Rome")), NINE, rules(latest_start=NINE + DAY))
        assert actions(kept) == ["a changed"]

    def test_refuses_a_profile_status_that_is_not_in_use(self):
        def check(_: Draft) -> None:
            raise StatusNotInUse

        outcome = decide(held(), wanted(a=leave()), NINE, rules(check=check))
        assert isinstance(outcome.decisions[0].reason, StatusNotInUse)

    def test_refuses_the_id_of_another_persons_booking(self):
        other = {"a": Booking(person_id=2, status_id="x", word=leave())}
        outcome = decide(held(bookings=other), wanted(a=leave()), NINE, rules())
        assert isinstance(outcome.decisions[0].reason, ExternalIdTaken)

    def test_cancels_what_is_missing_and_begins_in_the_window(self):
        before = booked(a=leave(1), b=leave(5), c=leave(9), d=leave(0.5, lasts=30))
        window = Window(NINE + DAY, NINE + 9 * DAY)
        outcome = decide(before, wanted(b=leave(6)), NINE, rules(all_of=window))
        assert actions(outcome) == ["a cancelled", "b moved"]
        assert outcome.forgotten == {"a"}

    def test_what_was_cancelled_can_be_booked_again(self):
        before = booked(a=leave(1))
        everything = Window(NINE, NINE + 365 * DAY)
        gone = after(decide(before, [], NINE, rules(all_of=everything)), before)
        assert actions(decide(gone, wanted(a=leave(1)), NINE, rules())) == ["a new"]

    def test_leaves_what_others_booked(self):
        other = a_status(id="other", client="chat")
        before = booked(a=leave(1))
        mixed = held((*before.statuses, other), before.bookings)
        outcome = decide(mixed, [], NINE, rules(all_of=Window(NINE - DAY, NINE + 365 * DAY)))
        assert outcome.statuses == (other,)


@dataclass(frozen=True)
class Life:
    """What a client booked in steps, what somebody did between them, and what the client wants in the end."""

    steps: list[tuple[timedelta, str, Draft | None]]
    wanted: dict[str, Draft]


_drafts = st.builds(
    lambda start, lasts, message: leave(start, lasts=lasts, message=message),
    st.sampled_from([-0.5, 0.5, 1, 2, 5]),
    st.sampled_from([0.25, 1, 3]),
    st.sampled_from([None, "In Rome"]),
)
_lives = st.builds(
    Life,
    st.lists(
        st.tuples(
            st.sampled_from([timedelta(0), HOUR, DAY]),
            st.sampled_from([*IDS, "end", "edit"]),
            _drafts,
        ),
        max_size=6,
    ),
    st.dictionaries(st.sampled_from(IDS), _drafts),
)


def lived(life: Life) -> tuple[Held, datetime]:
    """Return what the person has after these steps, and the time then."""
    statuses: tuple[Status, ...] = ()
    bookings: dict[str, Booking] = {}
    now = NINE
    for pause, name, word in life.steps:
        now += pause
        statuses = settle(statuses, now).statuses
        try:
            if name in IDS:
                statuses, bookings = upserted(statuses, bookings, name, word or leave(), now)
            elif statuses and name == "end":
                statuses = delete(statuses, statuses[0].id, now)
            elif statuses:
                changed = replace(draft_of(statuses[0]), message="By hand")
                statuses, _ = edit(statuses, statuses[0].id, changed, now, sequence=_next(statuses))
        except WindowIsOver:
            continue
    return held(statuses, bookings), now


def _next(statuses: tuple[Status, ...]) -> int:
    return max((status.sequence for status in statuses), default=0) + 1


def upserted(
    statuses: tuple[Status, ...], bookings: dict[str, Booking], name: str, word: Draft, now: datetime
) -> tuple[tuple[Status, ...], dict[str, Booking]]:
    signed = replace(word)
    done = book(statuses, bookings.get(name), signed, now, person_id=ALICE, sequence=_next(statuses))
    return done.statuses, bookings | {name: done.booking}


def told(statuses: tuple[Status, ...]) -> list[Any]:
    """Return what statuses say, without the ids."""
    return [replace(status, id="", works_id="") for status in statuses]


@given(_lives)
def test_applying_the_diff_is_upserting_one_by_one(life: Life):
    before, now = lived(life)
    outcome = decide(before, wanted(**life.wanted), now, rules())
    statuses, bookings = before.statuses, dict(before.bookings)
    refused = set()
    for name, word in life.wanted.items():
        try:
            statuses, bookings = upserted(statuses, bookings, name, word, now)
        except WindowIsOver:
            refused.add(name)
    assert told(outcome.statuses) == told(statuses)
    assert {one.external_id for one in outcome.decisions if one.action is Action.REFUSED} == refused
    found = after(outcome, before).bookings
    assert {name: one.word for name, one in found.items()} == {n: one.word for n, one in bookings.items()}


@given(_lives, st.booleans())
def test_undo_restores_what_was_there(life: Life, is_all: bool):
    before, now = lived(life)
    window = Window(now - 365 * DAY, now + 365 * DAY) if is_all else None
    outcome = decide(before, wanted(**life.wanted), now, rules(all_of=window))
    there = after(outcome, before)
    back = take_back(there, outcome.decisions, now)
    assert back.left == {}
    assert {s.id: draft_of(s) for s in back.statuses} == {s.id: draft_of(s) for s in before.statuses}
    kept = {name: one for name, one in there.bookings.items() if name not in back.forgotten} | back.saved
    assert {n: one.word for n, one in kept.items()} == {n: one.word for n, one in before.bookings.items()}


@given(_lives)
def test_deciding_again_finds_nothing_to_do(life: Life):
    before, now = lived(life)
    outcome = decide(before, wanted(**life.wanted), now, rules())
    again = decide(after(outcome, before), wanted(**life.wanted), now, rules())
    assert {one.action for one in again.decisions} <= {Action.UNCHANGED, Action.REFUSED}


class TestTakingBack:
    def decisions(self, before: Held, **words: Draft) -> tuple[list[Decision], Held]:
        outcome = decide(before, wanted(**words), NINE, rules())
        return outcome.decisions, after(outcome, before)

    def test_leaves_what_was_changed_by_hand(self):
        done, there = self.decisions(held(), a=leave(1), b=leave(3))
        changed = replace(draft_of(there.statuses[0]), message="By hand")
        statuses, _ = edit(there.statuses, there.statuses[0].id, changed, NINE, sequence=9)
        back = take_back(held(statuses, there.bookings), done, NINE)
        assert [status.message for status in back.statuses] == ["By hand"]
        assert back.left == {1: "Somebody has changed it since."}
        assert back.forgotten == {"b"}

    def test_leaves_what_was_ended_by_hand(self):
        done, there = self.decisions(held(), a=leave(1))
        back = take_back(held((), there.bookings), done, NINE)
        assert back.left == {1: "Somebody has ended or deleted it since."}

    def test_leaves_what_is_over(self):
        done, there = self.decisions(held(), a=leave(1))
        back = take_back(held((), there.bookings), done, NINE + 3 * DAY)
        assert back.left == {1: "It is over."}

    def test_leaves_what_the_client_said_anew(self):
        done, there = self.decisions(held(), a=leave(1))
        _, later = self.decisions(there, a=leave(2))
        back = take_back(later, done, NINE)
        assert back.left == {1: "The client has said something else of it since."}

    def test_ends_what_has_begun_since(self):
        done, there = self.decisions(held(), a=leave(1))
        now = NINE + 1.5 * DAY
        begun = held(settle(there.statuses, now).statuses, there.bookings)
        assert take_back(begun, done, now).statuses == ()
