"""Events in words: one plain English sentence for each, with dates and times in the domain's zone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from domain.events import EventKind
from domain.history import Layer, Record
from domain.moments import MONTHS, Moment, at_wall_clock, wall_clock

#: Returns the name of a profile status by its id.
Label = Callable[[str], str]

#: Longer messages are cut.
_LONGEST_MESSAGE: Final = 80
#: What is less late than this was on time.
_LATE: Final = timedelta(seconds=1)
_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_DAY: Final = timedelta(days=1)


def sentence(record: Record, *, name: str, label: Label, zone: str) -> str:
    """Tell an event of the person with this name.

    A window of whole days is told by its days, the last one included. The year is told where it is not the year in
    which the event was committed.
    """
    calendar = _Calendar(zone, record.committed_at)
    if record.told is None:
        return f"The texts for {_of(name)} next out-of-office were changed by {record.actor}."
    # A changed status is named as it was, as far as that is known.
    subject = _subject(record.before or record.told, name, label, calendar)
    return f"{subject} {_predicate(record, label, calendar)}."


def _subject(layer: Layer, name: str, label: Label, calendar: "_Calendar") -> str:
    status = f"{_of(name)} status “{label(layer.profile_status_id)}”"
    window = calendar.window(layer)
    return f"{status} {window}" if window else status


def _of(name: str) -> str:
    return f"{name}'s"


def _predicate(record: Record, label: Label, calendar: "_Calendar") -> str:
    is_change = record.kind is EventKind.CHANGED
    verb = _changes(record, label, calendar) if is_change else _VERBS[record.kind]
    return f"{verb} by {record.actor}" if record.lateness is None else f"{verb}{_late(record.lateness)}"


_VERBS: Final = {
    EventKind.RESERVED: "was booked",
    EventKind.PRESENTED: "was set",
    EventKind.REPLACED: "was replaced",
    EventKind.DELETED: "was deleted",
    EventKind.PROMOTED: "began",
    EventKind.DISABLED: "ended",
    EventKind.LAPSED: "was over before its start was carried out",
}


def _late(lateness: timedelta) -> str:
    if lateness < _LATE:
        return ""
    for unit, span in _UNITS:
        if lateness >= span:
            count = lateness // span
            return f", {count} {unit}{'' if count == 1 else 's'} late"
    return f", {lateness.total_seconds():.1f} seconds late"


def _changes(record: Record, label: Label, calendar: "_Calendar") -> str:
    before, after, changed = record.before, record.after, record.changed
    if before is None or after is None or changed is None:
        return "was changed"
    told = [*_participles(before, after, label, calendar), *_other_changes(before, after, changed)]
    if not told:
        return "was written again"
    *first, last = told
    return f"{', '.join(first)} and {last}" if first else last


def _participles(before: Layer, after: Layer, label: Label, calendar: "_Calendar") -> Iterator[str]:
    if before.profile_status_id != after.profile_status_id:
        yield f"was changed to “{label(after.profile_status_id)}”"
    starts, ends = before.starts_at != after.starts_at, before.ends_at != after.ends_at
    if starts and ends:
        yield f"was moved {calendar.move(after)}"
    elif starts:
        yield f"was changed to begin {calendar.start(after)}"
    elif ends:
        yield _of_end(before.ends_at, after.ends_at, calendar)


def _of_end(before: Moment | None, after: Moment | None, calendar: "_Calendar") -> str:
    if after is None:
        return "was changed to have no end"
    if before is None:
        return f"was limited to end {calendar.end(after.instant)}"
    if before.instant == after.instant:
        return "was written with another UTC offset"
    verb = "shortened" if after.instant < before.instant else "extended"
    return f"was {verb} to end {calendar.end(after.instant)}"


def _other_changes(before: Layer, after: Layer, changed: frozenset[str]) -> Iterator[str]:
    if before.message != after.message:
        yield "lost its message" if after.message is None else f"got the message “{_cut(after.message)}”"
    if "auto_reply" in changed:
        match before.answers_mail, after.answers_mail:
            case True, False:
                yield "stopped answering mail"
            case False, True:
                yield "began to answer mail"
            case _:
                yield "got other reply texts"


def _cut(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Writes moments as clocks and calendars in a zone show them to somebody who reads at `told_at`."""

    zone: str
    told_at: datetime

    def window(self, layer: Layer) -> str:
        """Return the window; without a start that somebody wrote, it is only the end, if there is one."""
        if layer.ends_at is None:
            return ""
        ends_at = layer.ends_at.instant
        if layer.starts_at is None:
            return f"until {self._last_day(ends_at) if self._is_midnight(ends_at) else self._moment(ends_at)}"
        starts_at = layer.starts_at.instant
        if self._is_midnight(starts_at) and self._is_midnight(ends_at):
            return self._days(starts_at, ends_at)
        if self._local(starts_at).date() == self._local(ends_at).date():
            return f"on {self._date(starts_at)} from {self._clock(starts_at)} to {self._clock(ends_at)}"
        return f"from {self._moment(starts_at)} to {self._moment(ends_at)}"

    def move(self, layer: Layer) -> str:
        """Return where a window was moved to."""
        return f"to be {self.window(layer)}" if layer.ends_at else f"to begin {self.start(layer)}"

    def start(self, layer: Layer) -> str:
        """Return when it begins: on a day, or at a time."""
        starts_at = layer.starts_at.instant if layer.starts_at else layer.in_force_at
        return f"on {self._date(starts_at) if self._is_midnight(starts_at) else self._moment(starts_at)}"

    def end(self, ends_at: datetime) -> str:
        """Return when it ends: on its last day, or at a time."""
        return f"on {self._last_day(ends_at) if self._is_midnight(ends_at) else self._moment(ends_at)}"

    def _days(self, starts_at: datetime, ends_at: datetime) -> str:
        first, last = self._local(starts_at), self._local(ends_at) - _DAY
        if first.date() == last.date():
            return f"on {self._written(first)}"
        if (first.year, first.month) == (last.year, last.month):
            return f"from {first.day} to {self._written(last)}"
        return f"from {self._written(first)} to {self._written(last)}"

    def _last_day(self, ends_at: datetime) -> str:
        return self._written(self._local(ends_at) - _DAY)

    def _date(self, moment: datetime) -> str:
        return self._written(self._local(moment))

    def _moment(self, moment: datetime) -> str:
        return f"{self._date(moment)} at {self._clock(moment)}"

    def _clock(self, moment: datetime) -> str:
        local = self._local(moment)
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"

    def _written(self, local: datetime) -> str:
        year = "" if local.year == self._local(self.told_at).year else f" {local.year}"
        return f"{local.day} {MONTHS[local.month - 1]}{year}"

    def _local(self, moment: datetime) -> datetime:
        return wall_clock(moment, self.zone)

    def _is_midnight(self, moment: datetime) -> bool:
        """Return whether the local day begins at `moment`; a day without a midnight begins later."""
        day = datetime.combine(self._local(moment).date(), time.min)
        return at_wall_clock(day, self.zone) == moment
