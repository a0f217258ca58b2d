"""Time zones, by their IANA names."""

from difflib import get_close_matches
from zoneinfo import available_timezones

from domain.refusals import ZoneUnknown


def check_zone(name: str) -> None:
    """Return nothing when there is a zone of this name.

    Raises:
        ZoneUnknown: there is none; the refusal says which one could be meant.
    """
    zones = available_timezones()
    if name not in zones:
        likely = get_close_matches(name, sorted(zones), n=1)
        raise ZoneUnknown(
            "zone", f"Did you mean {likely[0]}?" if likely else "One is, for example, Asia/Seoul."
        )
