"""The time of `?away=`: now, a moment, a day, or from and to."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from domain import wishes
from domain.availability import Span
from domain.directory import Domain
from domain.moments import Moment
from domain.refusals import DayIsSkipped, DayUnknown, InvalidValue, WindowIsEmpty

_NOW: Final = "now"
_FORMS: Final = (
    "Send now, days as 2027-08-02/2027-08-06 (both included), one day, or moments as "
    "2027-08-02T09:00:00+02:00/2027-08-02T17:00:00+02:00."
)
#: Statuses are planned up to two years ahead, and a list of who is away in more than a year says little.
_LONGEST: Final = timedelta(days=366)


class NotATime(InvalidValue):
    """Not a time in which somebody can be away."""


def span(text: str | None) -> Callable[[Domain, datetime], Span] | None:
    """Return how `?away=` is meant in a domain at a moment: days and local times in the zone of the domain."""
    if text is None:
        return None

    def meant(domain: Domain, now: datetime) -> Span:
        return Span(now) if text == _NOW else _between(text, domain, now)

    return meant


def _between(text: str, domain: Domain, now: datetime) -> Span:
    starts_at, ends_at = _window(text, domain)
    if ends_at is not None and ends_at <= now:
        raise _refused("It is over; the timeline of a person tells what was.")
    if ends_at is not None and ends_at - starts_at > _LONGEST:
        raise _refused(f"At most {_LONGEST.days} days are possible.")
    if ends_at is None and starts_at < now:
        raise _refused("It is over; the timeline of a person tells what was.")
    # What is over is not there any more.
    return Span(max(starts_at, now), ends_at)


def _window(text: str, domain: Domain) -> tuple[datetime, datetime | None]:
    """Return the time from the first to the second; a day or a moment can stand alone."""
    first, slash, second = text.partition("/")
    if slash and not second:
        raise _refused(_FORMS)
    try:
        if "T" not in text:
            starts_at, ends_at = _of({"from": first, "to": second or first}, domain)
        else:
            # A plus sign that was not escaped arrives as a space.
            times = {"startsAt": first, "endsAt": second} if second else {"startsAt": first}
            starts_at, ends_at = _of({name: time.replace(" ", "+") for name, time in times.items()}, domain)
    except (DayIsSkipped, DayUnknown, WindowIsEmpty) as refusal:
        raise _refused(refusal.sentence) from None
    except InvalidValue:
        raise _refused(_FORMS) from None
    if starts_at is None:
        raise _refused(_FORMS)
    return starts_at.instant, ends_at.instant if ends_at else None


def _of(said: Mapping[str, str | None], domain: Domain) -> tuple[Moment | None, Moment | None]:
    wish = wishes.parse(said)
    return (None, None) if wish is None else wishes.window(wish, domain.zone, domain.day_halves)


def _refused(hint: str) -> NotATime:
    return NotATime("?away", hint=hint)
