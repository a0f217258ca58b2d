"""Wished windows, as people say them: whole and half days, local times, and moments; and the moments that they mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.moments import MONTHS, Moment, at_wall_clock, in_zone, is_shown_twice, wall_clock
from domain.refusals import DayIsSkipped, DayUnknown, InvalidValue, ValueMissing, WindowIsEmpty

#: Where the halves of a day meet, by the local clock, if a domain has chosen no other time.
NOON: Final = time(13)


class Half(StrEnum):
    """A half of a calendar day; a domain's `day_halves` is where they meet."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days, both ends included: from `first_half` of the first to `last_half` of the last.

    Raises:
        InvalidValue: a day is the first or the last of the calendar's years, which no zone has whole.
        WindowIsEmpty: the last is before the first.
    """

    first: date
    last: date
    first_half: Half = Half.MORNING
    last_half: Half = Half.AFTERNOON

    def __post_init__(self) -> None:
        for field, day in (("from", self.first), ("to", self.last)):
            if not MINYEAR < day.year < MAXYEAR:
                raise InvalidValue(field, hint=f"Days are between the years {MINYEAR + 1} and {MAXYEAR - 1}.")
        if self.last < self.first:
            raise WindowIsEmpty("to", hint=f"{self.last} is before {self.first}.")
        if self.first == self.last and (self.first_half, self.last_half) == (Half.AFTERNOON, Half.MORNING):
            raise WindowIsEmpty("to_half", hint="On one day, the morning is before the afternoon.")

    @property
    def is_whole(self) -> bool:
        """Return whether the first and the last day are whole."""
        return (self.first_half, self.last_half) == (Half.MORNING, Half.AFTERNOON)


@dataclass(frozen=True, slots=True)
class Times:
    """A start and an end: moments, which never move, or naive datetimes, which local clocks show then."""

    starts_at: Moment | datetime | None = None
    ends_at: Moment | datetime | None = None

    def __post_init__(self) -> None:
        for written in (self.starts_at, self.ends_at):
            if isinstance(written, datetime) and written.tzinfo is not None:
                message = f"A local time has no offset: {written}"
                raise ValueError(message)

    @property
    def is_local(self) -> bool:
        """Return whether the start or the end is a local time."""
        return isinstance(self.starts_at, datetime) or isinstance(self.ends_at, datetime)


Wish = Days | Times

NO_TIMES: Final = Times()


@dataclass(frozen=True, slots=True)
class Planned:
    """The window of a `domain.status.Draft`: its moments, and the wish and zone to keep. Moments alone are no wish."""

    starts_at: Moment | None
    ends_at: Moment | None
    wish: Wish | None
    zone: str | None


def planned(wish: Wish, zone: str | None, *, domain_zone: str, day_halves: time) -> Planned:
    """Return the window that a wish means in `zone`, or in that of the domain if it names none.

    Raises:
        DayIsSkipped: the zone has no such day.
        WindowIsEmpty: nothing is left between the start and the end.
    """
    starts_at, ends_at = window(wish, zone or domain_zone, day_halves)
    if isinstance(wish, Times) and not wish.is_local:
        return Planned(starts_at, ends_at, wish=None, zone=None)
    return Planned(starts_at, ends_at, wish, zone)


def window(wish: Wish, zone: str, day_halves: time = NOON) -> tuple[Moment | None, Moment | None]:
    """Return start and end of a wish, each with the offset that `zone` (an IANA name) has then.

    A day begins at the first instant that has its date. A local time that the clocks skip moves forward by the gap; of
    one that they show twice the first counts.

    Raises:
        DayIsSkipped: the zone has no such day.
        WindowIsEmpty: nothing is left between the start and the end.
    """
    starts_at, ends_at = _of_days(wish, zone, day_halves) if isinstance(wish, Days) else _of_times(wish, zone)
    if starts_at is not None and ends_at is not None and ends_at.instant <= starts_at.instant:
        raise WindowIsEmpty(end_field(wish), hint=_why_empty(wish, zone, starts_at, ends_at))
    return starts_at, ends_at


def _of_times(wish: Times, zone: str) -> tuple[Moment | None, Moment | None]:
    return _moment(wish.starts_at, zone), _moment(wish.ends_at, zone)


def _moment(written: Moment | datetime | None, zone: str) -> Moment | None:
    return Moment.of(at_wall_clock(written, zone)) if isinstance(written, datetime) else written


def _of_days(wish: Days, zone: str, day_halves: time) -> tuple[Moment, Moment]:
    for field, day in (("from", wish.first), ("to", wish.last)):
        if wall_clock(_beginning(day, zone), zone).date() != day:
            raise DayIsSkipped(field, hint=f"In {zone} there is no {_day(day)}.")
    starts_at, ends_at = _beginning(wish.first, zone), _beginning(wish.last + _DAY, zone)
    if wish.first_half is Half.AFTERNOON:
        starts_at = _middle(wish.first, zone, day_halves)
    if wish.last_half is Half.MORNING:
        ends_at = _middle(wish.last, zone, day_halves)
    return Moment.of(in_zone(starts_at, zone)), Moment.of(in_zone(ends_at, zone))


def _middle(day: date, zone: str, day_halves: time) -> datetime:
    """Return the instant at which the halves of a day meet; within the day, even if the clocks skip that time."""
    middle = at_wall_clock(datetime.combine(day, day_halves), zone).astimezone(UTC)
    return min(max(middle, _beginning(day, zone)), _beginning(day + _DAY, zone))


def _beginning(day: date, zone: str) -> datetime:
    """Return the first instant (UTC) that has this local date, or a later one if the zone lacks the day."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    first = midnight.astimezone(UTC)
    if first.astimezone(midnight.tzinfo).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return first
    # The clocks skip midnight, and the day begins where they jump: not before the instant that the offset after the
    # jump would give (PEP 495), and not after that of the offset before it.
    earliest, latest = midnight.replace(fold=1).astimezone(UTC), first
    while latest - earliest > _SECOND:
        middle = earliest + (latest - earliest) // _SECOND // 2 * _SECOND
        if middle.astimezone(midnight.tzinfo).replace(tzinfo=None) < midnight.replace(tzinfo=None):
            earliest = middle
        else:
            latest = middle
    return latest


def _why_empty(wish: Wish, zone: str, starts_at: Moment, ends_at: Moment) -> str:
    shown = f"In {zone} it would start at {_shown(starts_at, zone)} and end at {_shown(ends_at, zone)}."
    if isinstance(wish, Days):
        return shown
    skipped = [
        f"The clocks skip {_clock(written)}."
        for written, moment in ((wish.starts_at, starts_at), (wish.ends_at, ends_at))
        if isinstance(written, datetime) and wall_clock(moment.instant, zone) != written
    ]
    return " ".join((shown, *skipped))


def start_field(wish: Wish | None) -> str:
    """Return the name, in refusals, of the field that says when a wish begins."""
    return "from" if isinstance(wish, Days) else "starts_at"


def end_field(wish: Wish | None) -> str:
    """Return the name, in refusals, of the field that says when a wish ends."""
    return "to" if isinstance(wish, Days) else "ends_at"


def as_wished(moment: datetime, zone: str) -> Moment | datetime:
    """Return the local time that means exactly this moment in `zone`; the moment itself, if no local time does."""
    shown = wall_clock(moment, zone)
    return shown if at_wall_clock(shown, zone) == moment else Moment.of(moment)


def parse(said: Mapping[str, str | None]) -> Wish | None:
    """Return the wish of these JSON fields, or `None` if there is none.

    Days are `from`, `to` (by default the same day), `half` of a single day, or `fromHalf` and `toHalf` of several.
    Times are `startsAt` and `endsAt`, each with an offset or local. Fields that are `None` are not said.

    Raises:
        InvalidValue: a field cannot be read, or they do not go together.
        WindowIsEmpty: the last day is before the first.
    """
    given = {name: value for name, value in said.items() if value is not None and name in _FIELDS}
    if not given:
        return None
    if times := [name for name in _TIME_NAMES if name in given]:
        if days := [name for name in given if name not in _TIME_NAMES]:
            hint = f"Say either days or times, not both; it came with {times[0]}."
            raise InvalidValue(_FIELDS[days[0]], hint=hint)
        return Times(*(_time(name, given.get(name)) for name in _TIME_NAMES))
    return _days(given)


def _days(given: Mapping[str, str]) -> Days:
    if "from" not in given:
        raise ValueMissing("from", hint="It is the first day.")
    first = _date("from", given["from"])
    last = _date("to", given["to"]) if "to" in given else first
    if "half" not in given:
        return Days(
            first,
            last,
            _half("fromHalf", given.get("fromHalf", Half.MORNING)),
            _half("toHalf", given.get("toHalf", Half.AFTERNOON)),
        )
    half = _half("half", given["half"])
    if first != last:
        hint = "It is for a single day; of several, say fromHalf or toHalf."
        raise InvalidValue("half", hint=hint)
    if "fromHalf" in given or "toHalf" in given:
        raise InvalidValue("half", hint="Say either half, or fromHalf and toHalf.")
    return Days(first, last, half, half)


def _date(name: str, text: str) -> date:
    if not _A_DAY.fullmatch(text):
        hint = f"{_FORM_OF_A_DAY}{_MOMENTS_INSTEAD if _A_TIME.fullmatch(text) else ''}"
        raise InvalidValue(_FIELDS[name], hint=hint)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayUnknown(_FIELDS[name]) from None


def _half(name: str, text: str) -> Half:
    try:
        return Half(text)
    except ValueError:
        raise InvalidValue(_FIELDS[name], hint="It is morning or afternoon.") from None


def _time(name: str, text: str | None) -> Moment | datetime | None:
    if text is None:
        return None
    try:
        if _A_TIME.fullmatch(text):
            written = datetime.fromisoformat(text)
            return written if written.tzinfo is None else Moment.of(written)
    except (ValueError, OverflowError):
        pass
    hint = f"{_FORM_OF_A_TIME}{_DAYS_INSTEAD if _A_DAY.fullmatch(text) else ''}"
    raise InvalidValue(_FIELDS[name], hint=hint)


def to_document(wish: Wish) -> dict[str, str]:
    """Return the wish as JSON, which `parse` and `from_document` read."""
    if isinstance(wish, Times):
        written = ((name, getattr(wish, _FIELDS[name])) for name in _TIME_NAMES)
        return {name: _iso(value) for name, value in written if value is not None}
    document = {"from": wish.first.isoformat(), "to": wish.last.isoformat()}
    if wish.first == wish.last and wish.first_half is wish.last_half:
        return document | {"half": wish.first_half.value}
    if wish.first_half is Half.AFTERNOON:
        document["fromHalf"] = wish.first_half.value
    if wish.last_half is Half.MORNING:
        document["toHalf"] = wish.last_half.value
    return document


def from_document(document: Mapping[str, Any]) -> Wish:
    """Return the wish of a document that `to_document` made."""
    return parse(document) or NO_TIMES


def _iso(written: Moment | datetime) -> str:
    return (written.written if isinstance(written, Moment) else written).isoformat()


def describe(wish: Wish, zone: str) -> str:
    """Say a wish in words, such as `2 to 6 August 2027, whole days, Europe/Vienna`."""
    if isinstance(wish, Days):
        return f"{in_words(wish)}, {zone}"
    starts = f"from {_written(wish.starts_at)} " if wish.starts_at else ""
    ends = f"until {_written(wish.ends_at)}" if wish.ends_at else "without end"
    return ". ".join((f"{starts}{ends}, {zone}", *(said for _, said in clock_changes(wish, zone))))


def clock_changes(wish: Wish | None, zone: str) -> Iterator[tuple[datetime, str]]:
    """Yield, for each local time that the clocks skip or show twice, the instant that it means and a clause on it."""
    written = (wish.starts_at, wish.ends_at) if isinstance(wish, Times) else ()
    for one in written:
        if isinstance(one, datetime) and (said := _clock_change(one, zone)):
            yield at_wall_clock(one, zone).astimezone(UTC), said


def _clock_change(written: datetime, zone: str) -> str | None:
    if is_shown_twice(written, zone):
        return f"The clocks show {_clock(written)} twice on {_day(written)}; the first is meant"
    meant = wall_clock(at_wall_clock(written, zone), zone)
    if meant == written:
        return None
    return f"The clocks skip {_clock(written)} on {_day(written)}; {_clock(meant)} is meant"


def in_words(wish: Days) -> str:
    """Say days in words, such as `2 to 6 August 2027, whole days`."""
    if wish.first == wish.last:
        return f"{days_in_words(wish)}{', whole day' if wish.is_whole else ''}"
    return f"{days_in_words(wish)}, {'whole days' if wish.is_whole else 'both included'}"


def days_in_words(wish: Days) -> str:
    """Say days in words, whole ones without saying so: `2 to 6 August 2027`, or `2 August 2027, morning`."""
    if wish.is_whole:
        return _whole_days(wish.first, wish.last)
    if wish.first == wish.last:
        return f"{_day(wish.first)}, {wish.first_half.value}"
    first = f"{_day(wish.first)}{' afternoon' if wish.first_half is Half.AFTERNOON else ''}"
    last = f"{_day(wish.last)}{' morning' if wish.last_half is Half.MORNING else ''}"
    return f"{first} to {last}"


def _whole_days(first: date, last: date) -> str:
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def _written(written: Moment | datetime) -> str:
    if isinstance(written, datetime):
        return f"{_day(written)} {_clock(written)}"
    return f"{_day(written.written)} {_clock(written.written)}{_offset(written.written)}"


def _shown(moment: Moment, zone: str) -> str:
    return _written(Moment.of(in_zone(moment.instant, zone)))


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _clock(written: datetime) -> str:
    return written.time().isoformat("minutes" if not (written.second or written.microsecond) else "auto")


def _offset(written: datetime) -> str:
    return written.isoformat()[-len("+00:00") :]


_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)

#: The fields that say a wish: their names in JSON, and in refusals.
#: The JSON fields of times; the others are those of days.
TIMES: Final = frozenset({"startsAt", "endsAt"})
_FIELDS: Final[Mapping[str, str]] = {
    "from": "from",
    "to": "to",
    "half": "half",
    "fromHalf": "from_half",
    "toHalf": "to_half",
    "startsAt": "starts_at",
    "endsAt": "ends_at",
}
_TIME_NAMES: Final = ("startsAt", "endsAt")

_A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_A_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
_FORM_OF_A_DAY: Final = "A day is written as 2027-08-02."
_MOMENTS_INSTEAD: Final = " Moments go into startsAt and endsAt, instead of from and to."
_DAYS_INSTEAD: Final = " Days go into from and to, instead of startsAt and endsAt."
_FORM_OF_A_TIME: Final = (
    "A time is written as 2027-08-02T09:00:00+02:00, or as 2027-08-02T09:00:00 by the clocks of the zone."
)
