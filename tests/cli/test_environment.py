import re

import pytest

from cli.environment import read_settings
from cli.mistakes import Mistake


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRESENTLY_PORT", "eight thousand"),
        ("PRESENTLY_PORT", "0"),
        ("PRESENTLY_FLOWER_PORT", "65536"),
        ("PRESENTLY_WORKER_PROCESSES", "0"),
        ("PRESENTLY_EVENT_RETENTION", "a while"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_its_value_is_not_shown(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)

    with pytest.raises(Mistake, match=f"^{variable}: ") as mistake:
        read_settings()
    assert not re.search(rf"\b{value}\b", str(mistake.value).replace("equal to 65535", ""))


def test_every_setting_that_cannot_be_is_named_at_once(monkeypatch):
    monkeypatch.setenv("PRESENTLY_PORT", "x")
    monkeypatch.setenv("PRESENTLY_FLOWER_PORT", "y")

    with pytest.raises(Mistake, match=r"PRESENTLY_PORT: .* PRESENTLY_FLOWER_PORT: "):
        read_settings()
