"""Writes calendars as iCalendar (RFC 5545), with what Outlook reads beside it ([MS-OXCICAL])."""

from datetime import timedelta
from typing import Final

from icalendar import Calendar as Document
from icalendar import Event

from config.version import VERSION
from domain.feeds import MOST_ENTRIES, BusyStatus, Calendar, Entry

_DAY: Final = timedelta(days=1)

#: How often calendar programs may fetch it anew (RFC 7986 §5.7).
_REFRESH: Final = timedelta(minutes=15)


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
        document.add("description", f"Only the first {MOST_ENTRIES} entries are shown.")
    for entry in calendar.entries:
        document.add_component(_event(calendar, entry))
    written: bytes = document.to_ical()
    return written


def _event(calendar: Calendar, entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@presently")
    event.add("dtstamp", entry.revised_at)
    event.add("last-modified", entry.revised_at)
    event.add("sequence", entry.revision)
    event.add("summary", calendar.summary(entry))
    if entry.days is None:
        event.add("dtstart", entry.starts_at.replace(microsecond=0))
        event.add("dtend", entry.ends_at.replace(microsecond=0))
    else:
        first, last = entry.days
        event.add("dtstart", first)
        event.add("dtend", last + _DAY)
        event.add("x-microsoft-cdo-alldayevent", "TRUE")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.busy_status is BusyStatus.FREE else "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", entry.busy_status.value)
    if entry.is_open:
        event.add("comment", "Until further notice")
    return event
