import pytest

from domain.refusals import ZoneUnknown
from domain.zones import check_zone


@pytest.mark.parametrize("name", ["Asia/Seoul", "Europe/Berlin", "UTC"])
def test_a_zone_that_exists_is_taken(name: str):
    check_zone(name)


@pytest.mark.parametrize(
    "name",
    # Files that a machine may have beside its zones, and names that do not exist.
    ["", "Asia", "+09:00", "../etc/passwd", "/usr/share/zoneinfo/UTC", "Asia/\0Seoul", "asia/seoul", "KST"],
)
def test_any_other_is_refused(name: str):
    with pytest.raises(ZoneUnknown, match=r"^zone: There is no such time zone\. "):
        check_zone(name)


@pytest.mark.parametrize(("name", "likely"), [("Asia/Soul", "Asia/Seoul"), ("Europe/Berln", "Europe/Berlin")])
def test_a_refusal_says_which_could_be_meant(name: str, likely: str):
    with pytest.raises(ZoneUnknown, match=f"Did you mean {likely}\\?$"):
        check_zone(name)


def test_where_none_is_near_it_says_what_one_looks_like():
    with pytest.raises(ZoneUnknown, match=r"One is, for example, Asia/Seoul\.$"):
        check_zone("+09:00")
