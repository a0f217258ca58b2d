"""The path that is suggested for one that does not exist."""

import pytest

from api.near_paths import nearest
from api.v1.dialect import PRESENTLY


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/people/", "/people"),
        ("/peopel", "/people"),
        ("/people/u1@example.com/status", "/people/u1@example.com/statuses"),
        ("/people/u1@example.com/statuses/", "/people/u1@example.com/statuses"),
        ("/people/u1@example.com/time-line", "/people/u1@example.com/timeline"),
        ("/people/u1@example.com/statuses/uprofile-1:ends", "/people/u1@example.com/statuses/uprofile-1:end"),
        ("/changes/6f96:aply", "/changes/6f96:apply"),
        ("/definition", "/definitions"),
        ("/weather", None),
        ("/people/u1@example.com/statuses/1/2/3", None),
        ("", None),
        ("/people/" + "x" * 300 + "/", None),
    ],
)
def test_the_nearest_path_is_suggested(path: str, meant: str | None):
    base = "/presently/v1"
    assert PRESENTLY.nearest(base + path) == (meant and base + meant)


def test_a_path_that_nobody_can_read_is_not_repeated():
    assert nearest("/peop\x1ble", ["/people"]) is None
