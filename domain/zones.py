"""Time zones, by their IANA names."""

from difflib import get_close_matches
from zoneinfo import available_timezones

from domain.refusals import ZoneUnknown


def check_zone(name: str) -> None:
    """Raise `ZoneUnknown` unless there is a zone of this name; the error suggests the nearest name."""
    zones = available_timezones()
    if name not in zones:
        likely = get_close_matches(name, sorted(zones), n=1)
        raise ZoneUnknown(
            "zone", hint=f"Did you mean {likely[0]}?" if likely else "One is, for example, Asia/Seoul."
        )
