"""Writes calendars as iCalendar (RFC 5545), with what Outlook reads beside it ([MS-OXCICAL])."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar as Document
from icalendar import vText
from icalendar.parser import Contentline

from config.version import VERSION
from domain.feeds import MOST_ENTRIES, BusyStatus, Calendar, Entry

_DAY: Final = timedelta(days=1)

#: How often calendar programs may fetch it anew (RFC 7986 §5.7).
_REFRESH: Final = timedelta(minutes=15)

_END: Final = b"END:VCALENDAR\r\n"


def render(calendar: Calendar) -> bytes:
    """Return the calendar as iCalendar in UTF-8.

    It has no METHOD, so DTSTAMP tells when an entry was revised (RFC 5545 §3.8.7.2), and the text is the same until
    something changes.
    """
    document = Document()
    document.add("prodid", f"-//Presently//Presently {VERSION}//EN")
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    # RFC 7986, and what programs from before it read.
    document.add("name", calendar.title)
    document.add("x-wr-calname", calendar.title)
    document.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", "PT15M")
    if calendar.is_cut:
        document.add("description", f"Only {MOST_ENTRIES} entries are shown, the next ones first.")
    head: bytes = document.to_ical()
    events = "".join(_event(calendar, entry) for entry in calendar.entries)
    return head.removesuffix(_END) + events.encode() + _END


def _event(calendar: Calendar, entry: Entry) -> str:
    """Write an entry. The library's own components would take half a millisecond each, and there are thousands."""
    revised_at = _moment(entry.revised_at)
    summary = vText(calendar.summary(entry)).to_ical().decode()
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.id}@presently",
        f"DTSTAMP:{revised_at}",
        f"LAST-MODIFIED:{revised_at}",
        f"SEQUENCE:{entry.revision}",
        _folded(f"SUMMARY:{summary}"),
        *_window(entry),
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.busy_status is BusyStatus.FREE else 'OPAQUE'}",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{entry.busy_status.value}",
        *(["COMMENT:Until further notice"] if entry.is_open else []),
        "END:VEVENT\r\n",
    ]
    return "\r\n".join(lines)


def _folded(line: str) -> str:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call] # the library has no types here
    return folded.decode()


def _window(entry: Entry) -> Sequence[str]:
    if entry.days is None:
        starts, ends = _moment(entry.starts_at), _moment(entry.ends_at)
        # An end must be later than the start (RFC 5545 §3.8.2.2), also if both were in one second.
        return [f"DTSTART:{starts}", *([f"DTEND:{ends}"] if ends > starts else [])]
    first, last = entry.days
    return [
        f"DTSTART;VALUE=DATE:{_day(first)}",
        f"DTEND;VALUE=DATE:{_day(last + _DAY)}",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ]


def _moment(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{_day(utc)}T{utc:%H%M%S}Z"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"
