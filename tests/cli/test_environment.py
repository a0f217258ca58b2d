import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli import preflight
from cli.environment import read_settings
from cli.mistakes import Mistake
from tests.cli.terminal import Terminal


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


@pytest.mark.parametrize("verb", [("domain", "list"), ("migrate",)])
def test_a_damaged_store_is_to_be_restored_and_not_set_up(tmp_path: Path, monkeypatch, verb: tuple[str, ...]):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    monkeypatch.delenv("PRESENTLY_DATABASE_URL", raising=False)
    (tmp_path / "presently.db").write_bytes(b"junk" * 2048)
    printed = Terminal().mistake(*verb)[0]
    assert "; the file is damaged: ./presently restore replaces it by a backup" in printed
    assert "PRESENTLY_DATABASE_URL" not in printed
    assert "sets it up" not in printed


def test_a_store_that_cannot_be_written_is_not_to_be_set_up():
    with closing(sqlite3.connect("file:nowhere?mode=memory", uri=True)) as connection:
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError) as refused:
            connection.execute("CREATE TABLE t (x)")
    assert "must be able to write to the file" in preflight.store_advice(refused.value)
