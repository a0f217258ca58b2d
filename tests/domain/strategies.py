"""Random histories of a person: which writes, in which order, and how much time passes between them.

Times are multiples of a quarter of an hour, so that starts, ends and writes often coincide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Final

from hypothesis import strategies as st

from domain import timeline
from domain.auto_reply import Audience, AutoReply, Reply
from domain.out_of_office import NEVER_SET, OutOfOffice, State, Text, Written
from domain.refusals import Refusal, StatusUnknown
from domain.status import Draft, Status
from domain.timeline import settle
from tests.builders import MINUTE, NINE, SEOUL, a_draft
from tests.writes import next_sequence, post, put, write

_TICK: Final = 15 * MINUTE

spans: Final = st.integers(0, 8).map(lambda ticks: ticks * _TICK)
_from_now: Final = st.integers(-4, 12).map(lambda ticks: ticks * _TICK)
_texts: Final = st.sampled_from([None, "", "Away.", "Back\non <Monday>."])

replies: Final = st.none() | st.builds(
    Reply,
    body=_texts,
    is_html=st.booleans(),
    subject=st.sampled_from([None, "Away"]),
    sent_directly_to_me=st.booleans(),
)
auto_replies: Final = st.builds(
    AutoReply, internal=replies, external=replies, audience=st.sampled_from(Audience)
)
_html: Final = st.none() | st.builds(
    Text, html=st.sampled_from(["", "Away.", "<p>Gone</p>"]), subject=st.sampled_from([None, "Away"])
)


@dataclass(frozen=True)
class DraftAhead:
    """A draft whose window is relative to the time of the write."""

    profile_status_id: str
    message: str | None
    window: tuple[timedelta | None, timedelta | None]
    auto_reply: AutoReply | None

    def at(self, now: datetime) -> Draft:
        """Return the draft as it is written at `now`, with Seoul's offset."""
        starts_in, ends_in = self.window
        return a_draft(
            self.profile_status_id,
            message=self.message,
            starts_at=None if starts_in is None else (now + starts_in).astimezone(SEOUL),
            ends_at=None if ends_in is None else (now + ends_in).astimezone(SEOUL),
            auto_reply=self.auto_reply,
        )


@dataclass(frozen=True)
class Post:
    """A client of NAVER WORKS posts."""

    wanted: DraftAhead

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        return replace(found, statuses=post(found.statuses, self.wanted.at(now), now)[0])


@dataclass(frozen=True)
class Put:
    """A client of NAVER WORKS rewrites one of the statuses there are."""

    which: int
    wanted: DraftAhead

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        old = _one_of(found.statuses, self.which)
        draft = replace(self.wanted.at(now), place=old.place)
        return replace(found, statuses=put(found.statuses, old.id, draft, now)[0])


@dataclass(frozen=True)
class Plan:
    """A native client adds a status, as often as not at the start of another one."""

    wanted: DraftAhead

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        added, _ = timeline.add(
            found.statuses, self.wanted.at(now), now, sequence=next_sequence(found.statuses)
        )
        return replace(found, statuses=added)


@dataclass(frozen=True)
class Move:
    """A native client changes one of the statuses there are."""

    which: int
    wanted: DraftAhead

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        old = _one_of(found.statuses, self.which)
        draft = replace(self.wanted.at(now), place=old.place)
        sequence = next_sequence(found.statuses)
        return replace(
            found, statuses=timeline.edit(found.statuses, old.id, draft, now, sequence=sequence)[0]
        )


@dataclass(frozen=True)
class Delete:
    """A client of NAVER WORKS deletes one of the statuses there are."""

    which: int

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        old = _one_of(found.statuses, self.which)
        return replace(found, statuses=timeline.delete(found.statuses, old.id, now))


@dataclass(frozen=True)
class Save:
    """An administrator saves the out-of-office in grommunio's browser."""

    state: State
    audience: Audience
    window: tuple[timedelta | None, timedelta | None]
    internal: Text | None
    external: Text | None

    def __call__(self, found: Written, now: datetime) -> Written:
        """Return the resulting statuses."""
        return write(found.statuses, found.remembered, self.at(now), now)

    def at(self, now: datetime) -> OutOfOffice:
        """Return the setting to save at `now`."""
        starts_in, ends_in = self.window
        return OutOfOffice(
            state=self.state,
            audience=self.audience,
            starts_at=None if starts_in is None else now + starts_in,
            ends_at=None if ends_in is None else now + ends_in,
            internal=self.internal,
            external=self.external,
        )


Write = Callable[[Written, datetime], Written]

NOTHING: Final = Written((), NEVER_SET)

_windows: Final = (
    st.just((None, None))
    | st.tuples(st.none(), _from_now)
    | st.tuples(_from_now, _from_now).filter(lambda window: window[0] < window[1])
)
_drafts: Final = st.builds(
    DraftAhead,
    profile_status_id=st.sampled_from(["BUSY", "ABSENCE"]),
    message=st.sampled_from([None, "In a meeting"]),
    window=_windows,
    auto_reply=st.none() | auto_replies,
)
saves: Final = st.builds(
    Save,
    state=st.sampled_from(State),
    audience=st.sampled_from(Audience),
    window=st.tuples(st.none() | _from_now, st.none() | _from_now),
    internal=_html,
    external=_html,
)
works_writes: Final[st.SearchStrategy[Write]] = (
    st.builds(Post, _drafts)
    | st.builds(Put, st.integers(0, 3), _drafts)
    | st.builds(Delete, st.integers(0, 3))
)
native_writes: Final[st.SearchStrategy[Write]] = st.builds(Plan, _drafts) | st.builds(
    Move, st.integers(0, 3), _drafts
)
writes: Final[st.SearchStrategy[Write]] = works_writes | native_writes | saves

#: Writes, each with the time since the one before.
lives: Final = st.lists(st.tuples(spans, writes), max_size=8)


@dataclass(frozen=True)
class Person:
    """The stored state of a person, and the time; transitions due since the last write are not carried out."""

    kept: Written = NOTHING
    now: datetime = NINE

    def after(self, step: tuple[timedelta, Write]) -> "Person":
        """Return the person after some time and a write; a refused write changes nothing."""
        span, write_ = step
        now = self.now + span
        settled = replace(self.kept, statuses=settle(self.kept.statuses, now).statuses)
        try:
            return Person(write_(settled, now), now)
        except Refusal:
            return Person(self.kept, now)


def lived(life: Sequence[tuple[timedelta, Write]]) -> Person:
    """Return the person after this history."""
    return reduce(Person.after, life, Person())


#: People in every reachable state.
persons: Final = lives.map(lived)

_ahead: Final = st.integers(1, 12 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))
_answering: Final = st.builds(
    DraftAhead,
    profile_status_id=st.sampled_from(["CUSTOM01", "ABSENCE"]),
    message=st.sampled_from([None, "On leave"]),
    window=st.just((None, None))
    | st.tuples(st.none(), _ahead)
    | st.tuples(_from_now | _ahead, _ahead).filter(lambda window: window[0] < window[1]),
    auto_reply=auto_replies.filter(lambda reply: reply.answers_anybody),
)

#: People with an auto-reply from NAVER WORKS, now or later, at any second.
absent: Final = st.builds(Person.after, persons, st.tuples(spans, st.builds(Post, _answering)))


def _one_of(statuses: Sequence[Status], which: int) -> Status:
    """Return one of these.

    Raises:
        StatusUnknown: there are not that many.
    """
    found = sorted(statuses, key=lambda status: (status.sequence, status.in_force_at))
    if which >= len(found):
        raise StatusUnknown
    return found[which]
