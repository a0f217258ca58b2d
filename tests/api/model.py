"""A small model of one person's statuses, as the design's table describes them; it shares no code with the domain."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from tests.builders import NINE

Window = tuple[datetime | None, datetime | None]

#: Whose place a status fills: that of NAVER WORKS, that of grommunio, or none.
Place = Literal["works", "oof"] | None


@dataclass(frozen=True)
class Said:
    """What somebody says of a status."""

    status: str = "ABSENCE"
    message: str | None = None
    window: Window = (None, None)
    text: str | None = None


@dataclass(eq=False)
class Entry:
    """A status. It is in force since a moment; of those since the same moment the higher number covers."""

    said: Said
    place: Place
    since: datetime
    number: int
    is_muted: bool = False
    #: An administrator emptied the text of somebody else's reply: it is still on.
    is_emptied: bool = False

    @property
    def text(self) -> str | None:
        """Return the reply that dialects show."""
        return None if self.is_muted else self.said.text

    @property
    def answers(self) -> bool:
        """Return whether mail is answered."""
        return not self.is_muted and (self.place == "oof" or self.said.text is not None or self.is_emptied)

    @property
    def ends_at(self) -> datetime | None:
        """Return the end."""
        return self.said.window[1]

    def repeats(self, said: Said) -> bool:
        """Return whether this is what was said; a reply that was muted since counts, and so does its absence."""
        texts = {self.said.text, self.text}
        return said.text in texts and replace(self.said, text=said.text) == said


class Model:
    """All statuses of the person, and the text of the last out-of-office."""

    def __init__(self) -> None:
        self.now = NINE
        self.text: str | None = None
        self.entries: list[Entry] = []
        self.words: dict[str, tuple[Said, Entry]] = {}
        self._numbers = 0

    def wait(self, span: timedelta) -> None:
        """Advance the time."""
        self.now += span
        self.entries = [entry for entry in self.entries if not self.is_over(entry.said.window)]

    def is_over(self, window: Window) -> bool:
        """Return whether a window has passed."""
        return window[1] is not None and window[1] <= self.now

    def is_ahead(self, window: Window) -> bool:
        """Return whether a window has not begun."""
        return window[0] is not None and self.now < window[0]

    @property
    def in_force(self) -> list[Entry]:
        """Return those in force, the shown one first."""
        begun = [entry for entry in self.entries if entry.since <= self.now]
        return sorted(begun, key=lambda entry: (entry.since, entry.number), reverse=True)

    def filling(self, place: Place) -> Entry | None:
        """Return the one ahead that fills a place."""
        return next(
            (entry for entry in self.entries if entry.place == place and self.now < entry.since), None
        )

    @property
    def listed(self) -> list[Entry]:
        """Return what NAVER WORKS lists: the shown one, and its own reserved one or else grommunio's."""
        reserved = self.filling("works") or self.filling("oof")
        return self.in_force[:1] + ([reserved] if reserved else [])

    @property
    def own(self) -> Entry | None:
        """Return the status in grommunio's place."""
        return next((entry for entry in self.entries if entry.place == "oof"), None)

    @property
    def carrier(self) -> Entry | None:
        """Return the status whose reply grommunio shows."""
        candidates = [*self.in_force, self.filling("oof"), self.filling("works")]
        return next((entry for entry in candidates if entry and entry.answers), None)

    # NAVER WORKS

    def post(self, said: Said) -> None:
        """Post a status; what repeats something that is seen is no new word."""
        seen = [*self.in_force, *(entry for entry in (self.filling("oof"), self.filling("works")) if entry)]
        if any(entry.repeats(said) for entry in (seen if said.window[0] else self.in_force[:1])):
            return
        self._evict_for(self.add(said, "works"))

    def put(self, entry: Entry, said: Said) -> Entry:
        """Put a status, and return the one that answers to its id: another one if the status is only covered."""
        is_same = said.window[0] is not None and said.window[0] == entry.said.window[0]
        if entry.place == "works" or entry.repeats(said) or (is_same and said.status == entry.said.status):
            return self.change(entry, said)
        new = self.add(said, "works")
        self._evict_for(new)
        return new

    def change(self, entry: Entry, said: Said) -> Entry:
        """Change a status in place, whoever wrote it."""
        was, was_ahead = entry.place, self.now < entry.since
        self._write_reply(entry, said.text)
        self._move(entry, replace(said, text=entry.said.text))
        if entry.place != was:
            self._leave_taken_place(entry)
        elif entry.place == "works" and was_ahead != (self.now < entry.since):
            self._evict_for(entry)
        return entry

    def _write_reply(self, entry: Entry, text: str | None) -> None:
        if text is None and entry.text is None:
            return
        entry.said, entry.is_muted, entry.is_emptied = replace(entry.said, text=text), False, False
        if text is None and entry.place == "oof":
            entry.place = "works"

    def _evict_for(self, new: Entry) -> None:
        kind = self.now < new.since
        self.entries = [
            entry
            for entry in self.entries
            if entry is new or entry.place != "works" or (self.now < entry.since) != kind
        ]

    def _leave_taken_place(self, entry: Entry) -> None:
        is_ahead = self.now < entry.since
        others = [other for other in self.entries if other is not entry and other.place == entry.place]
        if entry.place == "works" and is_ahead and any(self.now < other.since for other in others):
            entry.place = None

    # grommunio

    def said_to(self, text: str | None) -> str | None:
        """Return the text that somebody gives; an empty one where there is none means none."""
        read = self.carrier.text if self.carrier else self.text
        return None if read is None and text == "" else text

    def switch_off(self, text: str | None) -> None:
        """Switch the auto-reply off."""
        text = self.said_to(text)
        if self.carrier is not None or text != self.text:
            self.text = text
        self._mute(self.filling("works"))
        self.entries = [entry for entry in self.entries if entry.place != "oof"]

    def save(self, window: Window, text: str | None) -> None:
        """Save an out-of-office: in the window that was read into that status, else in its own one on top."""
        carrier, own = self.carrier, self.own
        text = self.said_to(text) if carrier else text
        if carrier and (carrier.said.window, carrier.text) == (window, text):
            return
        self.text = text
        if carrier and carrier.said.window == window:
            carrier.said = replace(carrier.said, text=text)
            carrier.is_emptied = text is None and carrier.place != "oof"
            return
        is_on_top = own is not None and own is carrier
        new = own or self.add(Said(), "oof")
        self._move(new, replace(new.said, window=window, text=text))
        if own in self.in_force and not is_on_top:
            new.since, new.number = self.now, self._next()
        reserved = self.filling("works")
        is_apart = reserved and new.ends_at is not None and new.ends_at <= reserved.since
        is_before = reserved and reserved.ends_at is not None and reserved.ends_at <= new.since
        self._mute(None if is_apart or is_before else reserved)
        new.is_muted = False

    def _mute(self, reserved: Entry | None) -> None:
        for entry in (*self.in_force, reserved):
            if entry and entry.answers:
                entry.is_muted = True

    # Native

    def add(self, said: Said, place: Place = None) -> Entry:
        """Add a status; it replaces none."""
        since = said.window[0] if said.window[0] and self.is_ahead(said.window) else self.now
        entry = Entry(said, place, since, self._next())
        self.entries.append(entry)
        return entry

    def move(self, entry: Entry, window: Window) -> None:
        """Give a status another window; it replaces none, and leaves a place that is taken."""
        self._move(entry, replace(entry.said, window=window))
        self._leave_taken_place(entry)

    def drop(self, gone: Entry) -> None:
        """End a status, or delete it."""
        self.entries = [entry for entry in self.entries if entry is not gone]

    def upsert(self, name: str, said: Said) -> None:
        """Carry out what differs from the last word under this name; what was ended needs another window."""
        before, entry = self.words.get(name, (None, None))
        if entry is None or before is None:
            entry = self.add(said)
        elif entry in self.entries:
            if said.text != before.text:
                entry.is_muted = entry.is_emptied = False
                entry.said = replace(entry.said, text=said.text)
            status = said.status if said.status != before.status else entry.said.status
            window = said.window if said.window != before.window else entry.said.window
            if said != before:
                self._move(entry, replace(entry.said, status=status, window=window))
                self._leave_taken_place(entry)
        elif said.window != before.window:
            entry = self.add(said)
        self.words[name] = (said, entry)

    # Every write

    def _move(self, entry: Entry, said: Said) -> None:
        """Rewrite a status: it keeps its position, unless it gets another start or comes into force."""
        start = said.window[0]
        was_ahead, is_ahead = self.now < entry.since, self.is_ahead(said.window)
        entry.said = said
        if (was_ahead or is_ahead) and not (is_ahead and start == entry.since):
            entry.since = start if start and is_ahead else self.now
            entry.number = self._next()

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers
