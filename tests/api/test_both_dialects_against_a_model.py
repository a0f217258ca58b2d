"""Random histories of a person, through both dialects over a real store, compared with a small model.

Time passes in between, and due transitions are sometimes made and sometimes not: no client may see a difference.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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

from domain.directory import Person
from store import tables
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.builders import HOUR, NINE, HandClock
from tests.store.builders import drain

Window = tuple[datetime | None, datetime | None]


def is_over(window: Window, now: datetime) -> bool:
    """Return whether a window has passed."""
    return window[1] is not None and window[1] <= now


def is_same_absence(read: Window, wanted: Window) -> bool:
    """Return whether one window is the other with its start or its end moved."""
    if read[1] is None or wanted[1] is None:
        return read == wanted
    return read[0] == wanted[0] or read[1] == wanted[1]


@dataclass(frozen=True)
class Entry:
    """A status in the model; `is_oof` if grommunio wrote it."""

    status: str = "ABSENCE"
    message: str | None = None
    window: Window = (None, None)
    text: str | None = None
    is_oof: bool = field(default=False, compare=False)

    @property
    def answers(self) -> bool:
        """Return whether it has an auto-reply."""
        return self.is_oof or self.text is not None

    def is_ahead(self, now: datetime) -> bool:
        """Return whether it has not begun."""
        return self.window[0] is not None and now < self.window[0]


class Model:
    """The statuses in force, of which the last is shown; the reserved one; and the text of the last out-of-office."""

    def __init__(self) -> None:
        self.now = NINE
        self.text: str | None = None
        self.in_force: list[Entry] = []
        self.reserved: Entry | None = None

    def wait(self, span: timedelta) -> None:
        """Advance the time."""
        self.now += span
        if self.reserved and not self.reserved.is_ahead(self.now):
            self.in_force, self.reserved = [*self.in_force, self.reserved], None
        self.in_force = [
            entry for entry in self.in_force if entry.window[1] is None or self.now < entry.window[1]
        ]

    def lay(self, entry: Entry) -> None:
        """Put `entry` over those in force, or in the reserved place."""
        if entry.is_ahead(self.now):
            self.reserved = entry
        else:
            self.in_force.append(entry)

    def post(self, entry: Entry) -> None:
        """Post a status; an equal one stays."""
        if entry in ([*self.in_force, self.reserved] if entry.window[0] else self.in_force[-1:]):
            return
        if not entry.is_ahead(self.now):
            self.in_force = []
        self.lay(entry)

    @property
    def carrier(self) -> Entry | None:
        """Return the status with an auto-reply, the present one or the next."""
        return next(
            (entry for entry in (*reversed(self.in_force), self.reserved) if entry and entry.answers), None
        )

    def said(self, text: str | None) -> str | None:
        """Return the text; without one, an empty text means none."""
        read = self.carrier.text if self.carrier else self.text
        return None if read is None and text == "" else text

    def save(self, window: Window, text: str | None) -> None:
        """Save an out-of-office: in the absence with the auto-reply if it is the same one, else in its own status."""
        carrier = self.carrier
        own = next((entry for entry in (*self.in_force, self.reserved) if entry and entry.is_oof), None)
        text = self.said(text) if carrier else text
        if carrier and (carrier.window, carrier.text) == (window, text):
            return
        self.text = text
        old = carrier if carrier and is_same_absence(carrier.window, window) else own
        new = replace(old or Entry(is_oof=True), window=window, text=text)
        if old is not None and old is carrier and old in self.in_force and not new.is_ahead(self.now):
            self.in_force = [new if entry is old else entry for entry in self.in_force]
        else:
            if old is not None:
                self.drop(old)
            self.lay(new)

    def drop(self, gone: Entry) -> None:
        """Remove a status."""
        self.in_force = [entry for entry in self.in_force if entry is not gone]
        self.reserved = None if self.reserved is gone else self.reserved

    def switch_off(self, text: str | None) -> None:
        """Switch the auto-reply off."""
        text = self.said(text)
        if self.carrier is not None or text != self.text:
            self.text = text
        kept = [replace(entry, text=None) for entry in self.in_force if not entry.is_oof]
        reserved = self.reserved and (None if self.reserved.is_oof else replace(self.reserved, text=None))
        self.in_force, self.reserved = kept, reserved


hours = st.integers(-2, 6)
texts = st.sampled_from(["Away", "Back soon", ""])
messages = st.sampled_from([None, "In a meeting"])
statuses = st.sampled_from(["BUSY", "ABSENCE"])


class Dialects(RuleBasedStateMachine):
    """A person that clients of both dialects write to."""

    def __init__(self, http: httpx.Client, store: Store, clock: HandClock, person: Person) -> None:
        super().__init__()
        self.works, self.oof = Works(http, person.email), Oof(http, person.id)
        self.store, self.clock, self.model = store, clock, Model()
        self.clock.now = NINE

    def teardown(self) -> None:
        """Delete the person's statuses."""
        with self.store.writing() as transaction:
            for table in (tables.status, tables.reply_texts):
                transaction.connection.execute(delete(table))

    @rule(quarters=st.integers(0, 12))
    def wait(self, quarters: int) -> None:
        """Advance the time."""
        self.clock.advance(quarters * HOUR / 4)
        self.model.wait(quarters * HOUR / 4)

    @rule()
    def carry_out(self) -> None:
        """Make due transitions."""
        drain(self.store)

    def window(self, starts_in: int, lasts: int) -> Window:
        """Return a window around now, on whole hours."""
        start = self.model.now.replace(minute=0) + starts_in * HOUR
        return start, start + lasts * HOUR

    @rule(status=statuses, message=messages, text=st.none() | texts)
    def post_present(self, status: str, message: str | None, text: str | None) -> None:
        """Post a present status, as a NAVER WORKS client."""
        self.post(Entry(status, message, (None, None), text))

    @rule(status=statuses, message=messages, text=st.none() | texts, starts_in=hours, lasts=st.integers(1, 4))
    def post_window(
        self, status: str, message: str | None, text: str | None, starts_in: int, lasts: int
    ) -> None:
        """Book a window, as a NAVER WORKS client."""
        self.post(Entry(status, message, self.window(starts_in, lasts), text))

    def post(self, entry: Entry) -> None:
        """Post `entry`, which is refused if it is over."""
        start, end = entry.window
        times = {"startTime": start and written(start), "endTime": end and written(end)}
        mail = None if entry.text is None else {"internal": {"content": entry.text}}
        answer = self.works.post(entry.status, statusMessage=entry.message, autoReplyMail=mail, **times)
        if is_over(entry.window, self.model.now):
            assert answer.status_code == 400
        else:
            assert answer.status_code == 201
            self.model.post(entry)

    @precondition(lambda self: self.model.in_force)
    @rule()
    def delete_shown(self) -> None:
        """Delete the shown status, as a NAVER WORKS client."""
        self.delete("PRESENT", self.model.in_force[-1])

    @precondition(lambda self: self.model.reserved)
    @rule()
    def delete_reserved(self) -> None:
        """Delete the reserved status, as a NAVER WORKS client."""
        assert self.model.reserved is not None
        self.delete("RESERVED", self.model.reserved)

    def delete(self, schedule_type: str, entry: Entry) -> None:
        """Delete the listed status of this kind, which is `entry`."""
        listed = next(status for status in self.works.list() if status["scheduleType"] == schedule_type)
        assert self.works.delete(listed["userProfileStatusId"]).status_code == 204
        self.model.drop(entry)

    @precondition(lambda self: self.model.in_force)
    @rule(message=messages)
    def patch_message(self, message: str | None) -> None:
        """Change the message of the shown status, as a NAVER WORKS client."""
        shown = self.works.list()[0]
        assert self.works.patch(shown["userProfileStatusId"], statusMessage=message).status_code == 200
        self.model.in_force[-1] = replace(self.model.in_force[-1], message=message)

    @rule(text=st.none() | texts)
    def save_off(self, text: str | None) -> None:
        """Switch the out-of-office off, as an administrator."""
        self.model.switch_off(self.save(0, (None, None), text))

    @rule(text=st.none() | texts)
    def save_on(self, text: str | None) -> None:
        """Switch it on, as an administrator."""
        self.model.save((None, None), self.save(1, (None, None), text))

    @rule(text=st.none() | texts, starts_in=hours, lasts=st.integers(1, 4))
    def save_scheduled(self, text: str | None, starts_in: int, lasts: int) -> None:
        """Schedule it, as an administrator."""
        window = self.window(starts_in, lasts)
        kept = self.save(2, window, text)
        if not is_over(window, self.model.now):
            self.model.save(window, kept)

    def save(self, state: int, window: Window, text: str | None) -> str | None:
        """Save a setting, and return its text: without one the present text stays."""
        dates: dict[str, Any] = {}
        if window[0] and window[1]:
            dates = {"startTime": naive(window[0]), "endTime": naive(window[1])}
        given = {} if text is None else {"internalReply": text}
        answer = self.oof.put(state=state, **dates, **given)
        assert answer.status_code == (400 if is_over(window, self.model.now) else 200)
        seen = self.model.carrier.text if self.model.carrier else self.model.text
        return seen if text is None else text

    @invariant()
    def the_list_is_as_the_model_says(self) -> None:
        """Both agree on the shown and the reserved status."""
        expected = [("PRESENT", entry) for entry in self.model.in_force[-1:]]
        expected += [("RESERVED", self.model.reserved)] if self.model.reserved else []
        assert [(status["scheduleType"], _entry(status)) for status in self.works.list()] == expected

    @invariant()
    def the_out_of_office_is_as_the_model_says(self) -> None:
        """Both agree on whether, when and with which text mail is answered."""
        carrier = self.model.carrier
        expected: dict[str, Any] = {"state": 0, "externalAudience": 0}
        if carrier:
            expected["state"] = 2 if carrier.window[1] else 1
        if carrier and carrier.window[0] and carrier.window[1]:
            expected |= {"startTime": naive(carrier.window[0]), "endTime": naive(carrier.window[1])}
        text = carrier.text if carrier else self.model.text
        assert self.oof.read() == expected | ({} if text is None else {"internalReply": text})


def _entry(status: dict[str, Any]) -> Entry:
    mail = status["autoReplyMail"]
    start, end = (status[key] and datetime.fromisoformat(status[key]) for key in ("startTime", "endTime"))
    text = mail and mail["internal"]["content"]
    return Entry(status["profileStatusId"], status["statusMessage"], (start, end), text)


@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
def test_both_dialects_agree_with_the_model(
    http: httpx.Client, store: Store, clock: HandClock, person: Person
):
    run_state_machine_as_test(
        lambda: Dialects(http, store, clock, person),  # type: ignore[arg-type] # a factory works as well as a class
        settings=settings(max_examples=settings().max_examples // 8, stateful_step_count=20),
    )
