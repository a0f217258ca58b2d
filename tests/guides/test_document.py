import pytest

from tests.guides.document import is_as_shown


@pytest.mark.parametrize(
    ("printed", "shown", "expected"),
    [
        ('{"id":"u7","next":null}\n', '{"id":"u7",\n  "next":null}\n', True),
        ('{"id":"u7","next":null}\n', '{"id": … "next":null}\n', True),
        ('{"id":"u7","next":null}\n', '{"id":"u7", … }\n', True),
        ('{"id":"u7","next":null}\n', '{"id":"u8", … }\n', False),
        ('{"id":"u7","next":null}\n', '{"id":"u7"\n', False),
        ("200\n304\n", "200\n304\n", True),
        ("a a a b\n" * 99, "… a …" * 99 + " c", False),
        ("200\n200\n", "200\n304\n", False),
    ],
)
def test_an_output_is_as_shown_except_for_what_is_left_out(printed, shown, expected):
    assert is_as_shown(printed, shown) is expected
