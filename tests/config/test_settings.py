"""The settings of a deployment, and how they are read."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import ROOT, Settings

EXAMPLE = (ROOT / ".env.example").read_text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PRESENTLY_{name.upper()}", raising=False)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    return tmp_path


def read() -> Settings:
    return Settings(_env_file=None)


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_stands_in_the_example_file_with_a_sentence(name: str) -> None:
    assert re.search(rf"(?m)^# \S.*\n(#.*\n)*#? ?PRESENTLY_{name.upper()}=", EXAMPLE)


def test_the_example_file_names_no_setting_that_there_is_not() -> None:
    named = re.findall(r"(?m)^#? ?PRESENTLY_([A-Z_]+)=", EXAMPLE)
    assert {name.lower() for name in named} == set(Settings.model_fields)


def test_without_a_database_url_the_store_is_sqlite_in_the_data_folder(folder: Path) -> None:
    assert read().store_url == f"sqlite:///{folder}/presently.db"


def test_without_a_broker_url_the_bundled_broker_is_used_once_it_was_started(folder: Path) -> None:
    with pytest.raises(LookupError, match="PRESENTLY_BROKER_URL"):
        _ = read().redis_url
    (folder / "broker-url").write_text("redis://127.0.0.1:7000/0\n")
    assert read().redis_url == "redis://127.0.0.1:7000/0"


def test_a_set_broker_url_wins_over_the_bundled_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "broker-url").write_text("redis://127.0.0.1:7000/0")
    monkeypatch.setenv("PRESENTLY_BROKER_URL", "redis://elsewhere:6379/0")
    assert read().redis_url == "redis://elsewhere:6379/0"


@pytest.mark.parametrize(
    ("name", "value", "is_fine"),
    [
        ("POOLED_DATABASE_URL", "postgresql://presently:sesame@pgbouncer:6432/presently", True),
        ("POOLED_DATABASE_URL", "postgres://presently@/presently?host=/run/pgbouncer", True),
        ("POOLED_DATABASE_URL", "postgresql://pgbouncer:many/presently", False),
        ("POOLED_DATABASE_URL", "sqlite:////presently.db", False),
        ("PORT", "1", True),
        ("PORT", "0", False),
        ("PORT", "65535", True),
        ("PORT", "65536", False),
        ("PORT", "http", False),
        ("WORKER_PROCESSES", "0", False),
        ("WORKER_PROCESSES", "64", True),
        ("PLAN_AHEAD", "P366D", True),
        ("PLAN_AHEAD", "PT1H", False),
        ("EVENT_RETENTION", "P30D", True),
        ("EVENT_RETENTION", "a while", False),
    ],
)
def test_a_value_is_checked_when_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, is_fine: bool
) -> None:
    monkeypatch.setenv(f"PRESENTLY_{name}", value)
    if is_fine:
        read()
    else:
        with pytest.raises(ValidationError, match=name.lower()):
            read()


def test_secrets_are_not_shown_when_settings_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "POOLED_DATABASE_URL", "BROKER_URL", "FLOWER_BASIC_AUTH", "SIGNING_KEY"):
        monkeypatch.setenv(f"PRESENTLY_{name}", "postgresql://open:sesame@host/database")
    assert "sesame" not in repr(read())
