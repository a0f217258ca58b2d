"""Random histories of a person, through both dialects and the planner over a real store, compared with a small model.

Time passes in between, and due transitions are sometimes made and sometimes not: no client may see a difference.
"""

from datetime import datetime
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from domain.auto_reply import AutoReply, Reply
from domain.directory import Person
from domain.events import TIME
from domain.status import Status
from store import tables
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.api.many_windows.planner import Planner
from tests.api.model import Entry, Model, Said, Window
from tests.builders import HOUR, NINE, HandClock
from tests.store.builders import drain, events_of, statuses_of

hours = st.integers(-2, 6)
lengths = st.integers(1, 4)
texts = st.none() | st.sampled_from(["Away", "Back soon", ""])
messages = st.sampled_from([None, "In a meeting"])
statuses = st.sampled_from(["BUSY", "ABSENCE"])
#: Start in hours from the last full hour, and length; None is a status without a window.
windows = st.none() | st.tuples(hours, lengths)
#: Which one of the possible statuses.
which = st.integers(0, 5)


class Dialects(RuleBasedStateMachine):
    """A person that clients of both dialects write to, and a planner."""

    def __init__(self, http: httpx.Client, store: Store, clock: HandClock, person: Person) -> None:
        super().__init__()
        self.works, self.oof = Works(http, person.email), Oof(http, person.id)
        self.planner = Planner(store, person)
        self.store, self.clock, self.model = store, clock, Model()
        self.clock.now = NINE
        #: The ids of statuses that NAVER WORKS posted or the planner added.
        self.ids: dict[Entry, str] = {}
        self.last: Any = lambda: None

    def teardown(self) -> None:
        """End through NAVER WORKS all that it sees: then nothing is shown, and mail is not answered."""
        try:
            for _ in self.model.entries:
                for status in self.works.list():
                    assert self.works.delete(status["userProfileStatusId"]).status_code == 204
            assert self.works.list() == []
            assert self.oof.read()["state"] == 0
        finally:
            with self.store.writing() as transaction:
                for table in (tables.booking, tables.status, tables.reply_texts, tables.event):
                    transaction.connection.execute(delete(table))

    @rule(quarters=st.integers(0, 12))
    def wait(self, quarters: int) -> None:
        """Advance the time."""
        self.clock.advance(quarters * HOUR / 4)
        self.model.wait(quarters * HOUR / 4)
        self.last = lambda: None

    @rule()
    def carry_out(self) -> None:
        """Make due transitions."""
        drain(self.store)

    @rule()
    def repeat(self) -> None:
        """Say the last thing again: that is no new word."""
        before = self.stored(), self.events()
        self.last()
        assert (self.stored(), self.events()) == before

    # NAVER WORKS

    @rule(status=statuses, message=messages, text=texts, window=windows)
    def post(self, status: str, message: str | None, text: str | None, window: Any) -> None:
        """Post a status: what was written is seen, unless it repeats something that is seen."""
        said = Said(status, message, self.window(window), text)
        before = set(self.model.entries)
        answer = self.works.post(**_body(said))
        if self.is_refused(answer, said.window):
            return
        self.model.post(said)
        for entry in set(self.model.entries) - before:
            self.ids[entry] = answer.json()["userProfileStatusId"]
            assert answer.json() in self.works.list()
        self.last = lambda: self.works.post(**_body(said))

    @precondition(lambda self: self.model.listed)
    @rule(nth=which, status=statuses, message=messages, text=texts, window=windows | st.just("as it is"))
    def put(self, nth: int, status: str, message: str | None, text: str | None, window: Any) -> None:
        """Put a status that is listed: what was written is seen."""
        this, entry = self.listed(nth)
        said = Said(status, message, entry.said.window if window == "as it is" else self.window(window), text)
        answer = self.works.put(this, **_body(said))
        if self.is_refused(answer, said.window):
            return
        self.ids.pop(entry, None)
        self.model.put(entry, said)
        assert self.works.get(this).json() == answer.json()
        self.last = lambda: self.works.put(this, **_body(said))

    @precondition(lambda self: self.model.listed)
    @rule(
        nth=which,
        changes=st.fixed_dictionaries(
            {}, optional={"status": statuses, "message": messages, "text": texts, "window": windows}
        ),
    )
    def patch(self, nth: int, changes: dict[str, Any]) -> None:
        """Change some of a status that is listed."""
        this, entry = self.listed(nth)
        if "window" in changes:
            changes["window"] = self.window(changes["window"])
        shown = Said(entry.said.status, entry.said.message, entry.said.window, entry.text)
        said = Said(**(vars(shown) | changes))
        names = {
            "status": ("profileStatusId",),
            "message": ("statusMessage",),
            "text": ("autoReplyMail",),
            "window": ("startTime", "endTime"),
        }
        body = {
            key: value for key, value in _wire(said).items() if any(key in names[name] for name in changes)
        }
        answer = self.works.patch(this, **body)
        if self.is_refused(answer, said.window):
            return
        self.model.change(entry, said)
        self.last = lambda: self.works.patch(this, **body)

    @precondition(lambda self: self.model.listed)
    @rule(nth=which)
    def delete(self, nth: int) -> None:
        """Delete a status that is listed, whoever wrote it."""
        this, entry = self.listed(nth)
        assert self.works.delete(this).status_code == 204
        assert self.works.delete(this).status_code == 404
        self.model.drop(entry)
        self.last = lambda: None

    # grommunio

    @rule(text=texts)
    def switch_off(self, text: str | None) -> None:
        """Switch the out-of-office off: off is off, and no text of another system is lost."""
        self.model.switch_off(self.save(0, (None, None), text))
        assert self.oof.read()["state"] == 0

    @rule(text=texts, window=windows, empties=st.booleans())
    def switch_on(self, text: str | None, window: Any, *, empties: bool) -> None:
        """Switch it on, or schedule it: what was saved is seen."""
        wanted = self.window(window)
        kept = self.save(2 if window else 1, wanted, text, empties=empties)
        if not self.model.is_over(wanted):
            self.model.save(wanted, kept)

    @rule()
    def save_what_was_read(self) -> None:
        """Send back what both dialects show: that changes nothing."""
        before = self.stored(), self.events()
        self.oof.save(**self.oof.read())
        for status in self.works.list():
            said = dict(status)
            this, profile = said.pop("userProfileStatusId"), said.pop("profileStatusId")
            assert self.works.patch(this, **said).json() == status
            if status["startTime"] or self.place_of(this) == "works":
                assert self.works.put(this, profile, **said).json() == status
        assert (self.stored(), self.events()) == before

    # The planner

    @rule(status=statuses, text=texts, window=windows)
    def add(self, status: str, text: str | None, window: Any) -> None:
        """Add a plan: it replaces nothing."""
        wanted = self.window(window)
        if self.model.is_over(wanted):
            return
        plan = self.planner.add(*wanted, profile_status_id=status, auto_reply=_reply(text))
        self.ids[self.model.add(Said(status, None, wanted, text))] = plan.id
        self.last = lambda: None

    @rule(name=st.sampled_from("ab"), status=statuses, text=texts, window=st.tuples(hours, lengths))
    def upsert(self, name: str, status: str, text: str | None, window: Any) -> None:
        """Say again and again what a leave is: only what differs from the last word counts."""
        start, end = self.window(window)
        assert start
        assert end
        if self.model.is_over((start, end)):
            return

        def say() -> Status | None:
            return self.planner.upsert(name, start, end, profile_status_id=status, auto_reply=_reply(text))

        said = say()
        self.model.upsert(name, Said(status, None, (start, end), text))
        entry = self.model.words[name][1]
        assert (said is not None) == (entry in self.model.entries)
        if said is not None:
            self.ids[entry] = said.id
        self.last = say

    @precondition(lambda self: self.known())
    @rule(nth=which, window=st.tuples(hours, lengths))
    def move(self, nth: int, window: Any) -> None:
        """Move a status natively, whoever wrote it: it replaces nothing."""
        entry = self.known()[nth % len(self.known())]
        start, end = self.window(window)
        if self.model.is_over((start, end)):
            return
        self.planner.change(self.planner.stored(self.ids[entry]), starts_at=start, ends_at=end)
        self.model.move(entry, (start, end))
        self.last = lambda: None

    @precondition(lambda self: self.known())
    @rule(nth=which)
    def drop(self, nth: int) -> None:
        """End a status natively if it is in force, or delete it, whoever wrote it."""
        entry = self.known()[nth % len(self.known())]
        status = self.planner.stored(self.ids[entry])
        (self.planner.end if entry in self.model.in_force else self.planner.delete)(status)
        self.model.drop(entry)
        self.last = lambda: None

    # What holds after every step

    @invariant()
    def the_list_is_as_the_model_says(self) -> None:
        """NAVER WORKS lists the shown one and one reserved, and never a plan that lies ahead."""
        listed = self.model.listed
        kinds = ["PRESENT" if entry in self.model.in_force else "RESERVED" for entry in listed]
        expected = [
            (kind, Said(entry.said.status, entry.said.message, entry.said.window, entry.text))
            for kind, entry in zip(kinds, listed, strict=True)
        ]
        assert [(status["scheduleType"], _said(status)) for status in self.works.list()] == expected

    @invariant()
    def the_out_of_office_is_as_the_model_says(self) -> None:
        """Both agree on whether, when and with which text mail is answered."""
        carrier = self.model.carrier
        expected: dict[str, Any] = {"state": 0, "externalAudience": 0}
        if carrier:
            expected["state"] = 2 if carrier.ends_at else 1
        if carrier and carrier.said.window[0] and carrier.ends_at:
            expected |= {"startTime": naive(carrier.said.window[0]), "endTime": naive(carrier.ends_at)}
        text = carrier.text if carrier else self.model.text
        assert self.oof.read() == expected | ({} if text is None else {"internalReply": text})

    @invariant()
    def every_status_is_kept_in_its_place_with_its_reply(self) -> None:
        """Nobody's status is lost by another's write, and a reply that is muted is kept."""
        expected = [
            (entry.place, entry.said, entry.is_muted and entry.said.text is not None)
            for entry in self.model.entries
        ]
        assert sorted(map(repr, self.stored())) == sorted(map(repr, expected))

    def stored(self) -> list[tuple[str | None, Said, bool]]:
        """Return place, content and muting of the statuses that are not over."""
        current = (
            status
            for status in statuses_of(self.store, self.planner.person)
            if not status.window.is_over(self.clock.now)
        )
        return sorted((_told(status) for status in current), key=repr)

    def events(self) -> list[str]:
        """Return the events that somebody caused."""
        told = events_of(self.store, self.planner.person)
        return [event.kind for event in told if event.actor != TIME.name]

    def window(self, wanted: tuple[int, int] | None) -> Window:
        """Return a window around now, on whole hours."""
        if wanted is None:
            return None, None
        start = self.model.now.replace(minute=0) + wanted[0] * HOUR
        return start, start + wanted[1] * HOUR

    def known(self) -> list[Entry]:
        """Return the statuses whose ids are known."""
        return [entry for entry in self.model.entries if entry in self.ids]

    def listed(self, nth: int) -> tuple[str, Entry]:
        """Return one of those that NAVER WORKS lists: its id there, and the model's."""
        nth %= len(self.model.listed)
        return self.works.list()[nth]["userProfileStatusId"], self.model.listed[nth]

    def place_of(self, works_id: str) -> str | None:
        """Return whose place a status fills."""
        found = next(
            status for status in statuses_of(self.store, self.planner.person) if status.works_id == works_id
        )
        return found.place and found.place.value

    def is_refused(self, answer: httpx.Response, window: Window) -> bool:
        """Check that an answer refuses a window that is over, and nothing else."""
        assert answer.is_success != self.model.is_over(window), answer.text
        return not answer.is_success

    def save(self, state: int, window: Window, text: str | None, *, empties: bool = False) -> str | None:
        """Save a setting, and return its text: without one the present text stays, unless it is emptied."""
        given: dict[str, Any] = {}
        if window[0] and window[1]:
            given = {"startTime": naive(window[0]), "endTime": naive(window[1])}
        if empties or text is not None:
            given["internalReply"] = text
        read = self.model.carrier.text if self.model.carrier else self.model.text
        answer = self.oof.put(state=state, **given)
        assert answer.is_success != self.model.is_over(window)
        if answer.is_success:
            self.last = lambda: self.oof.save(state=state, **given)
        return read if text is None and not empties else text


def _wire(said: Said) -> dict[str, Any]:
    start, end = said.window
    return {
        "profileStatusId": said.status,
        "statusMessage": said.message,
        "startTime": start and written(start),
        "endTime": end and written(end),
        "autoReplyMail": None if said.text is None else {"internal": {"content": said.text}},
    }


def _body(said: Said) -> dict[str, Any]:
    body = _wire(said)
    return {"profile_status_id": body.pop("profileStatusId")} | body


def _reply(text: str | None) -> AutoReply | None:
    return None if text is None else AutoReply(internal=Reply(body=text))


def _said(status: dict[str, Any]) -> Said:
    mail = status["autoReplyMail"]
    start, end = (status[key] and datetime.fromisoformat(status[key]) for key in ("startTime", "endTime"))
    text = mail and mail["internal"]["content"]
    return Said(status["profileStatusId"], status["statusMessage"], (start, end), text)


def _told(status: Status) -> tuple[str | None, Said, bool]:
    reply = status.auto_reply.internal if status.auto_reply else None
    start, end = (moment.instant if moment else None for moment in (status.starts_at, status.ends_at))
    said = Said(status.profile_status_id, status.message, (start, end), reply.body if reply else None)
    return status.place and status.place.value, said, status.is_muted and reply is not None


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_both_dialects_and_the_planner_agree_with_the_model(
    http: httpx.Client, store: Store, clock: HandClock, person: Person
):
    run_state_machine_as_test(
        lambda: Dialects(http, store, clock, person),  # type: ignore[arg-type] # a factory works as well as a class
        settings=settings(max_examples=settings().max_examples // 8, stateful_step_count=20),
    )
