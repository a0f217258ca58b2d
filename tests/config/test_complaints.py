"""Each setting with an invalid value is reported in one line: the variable, what it takes, and an example."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from api.app import create_app
from config import environment
from config.environment import BadSettings
from config.settings import Settings

BROKER: Final = "redis://127.0.0.1:1/0"
SECRET: Final = "sesame"  # noqa: S105 — of nothing

#: Invalid values, and the example in the line; numbers and durations are tried by their type.
WRONG: Final = {
    "data": (__file__, "PRESENTLY_DATA=./data"),
    "database_url": (f"mysql://{SECRET}", "sqlite:///"),
    "pooled_database_url": (f"sqlite:////{SECRET}", "postgresql://name:password@host:6432/database"),
    "broker_url": (f"amqp://:{SECRET}@host/", "redis://:password@host:6379/0"),
    "host": ("http://127.0.0.1", "PRESENTLY_HOST=127.0.0.1"),
    "public_url": ("presence.example.com", "PRESENTLY_PUBLIC_URL=https://presence.example.com"),
    "flower_basic_auth": (SECRET, "PRESENTLY_FLOWER_BASIC_AUTH=operator:"),
    "signing_key": (SECRET, "JSON Web Key (RFC 7517)"),
    "issuer": ("http://login.example.com", "PRESENTLY_ISSUER=https://"),
    "audience": ("", "PRESENTLY_AUDIENCE=presently"),
    "admin_web": ("/nowhere", "PRESENTLY_ADMIN_WEB=/"),
    "log_level": ("LOUD", "PRESENTLY_LOG_LEVEL=INFO"),
}

RETENTION: Final = "it takes an ISO 8601 duration of more than nothing, up to P100Y"

#: A claim may have any name.
ANYTHING_GOES: Final = {"person_claim"}


@pytest.fixture(autouse=True)
def _no_other_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PRESENTLY_{name.upper()}", raising=False)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    monkeypatch.setenv("PRESENTLY_BROKER_URL", BROKER)


def wrong(name: str) -> tuple[str, str]:
    """Return an invalid value of the setting, and the expected text of the line."""
    if name in WRONG:
        return WRONG[name]
    is_duration = Settings.model_fields[name].annotation is timedelta
    return (
        ("a while", f"PRESENTLY_{name.upper()}=P") if is_duration else ("many", f"PRESENTLY_{name.upper()}=")
    )


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name not in ANYTHING_GOES])
def test_a_setting_that_cannot_be_is_one_line_with_an_example(name: str, monkeypatch: pytest.MonkeyPatch):
    value, example = wrong(name)
    monkeypatch.setenv(f"PRESENTLY_{name.upper()}", value)
    if name == "audience":
        monkeypatch.setenv("PRESENTLY_ISSUER", "https://login.example.com")
    with pytest.raises(SystemExit) as end:
        create_app()
    line = str(end.value)
    assert line.startswith(f"presently: PRESENTLY_{name.upper()}")
    assert example in line
    assert "\n" not in line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "0", "it takes a whole number from 1 to 65535, for example PRESENTLY_PORT=8000."),
        ("PORT", "65536", "it takes a whole number from 1 to 65535, for example PRESENTLY_PORT=8000."),
        ("DOMAIN", "0", "it takes a whole number of 1 or more, for example PRESENTLY_DOMAIN=1."),
        # A bare number is read as seconds, or in the unit that gives the value nearest to the default.
        (
            "EVENT_RETENTION",
            "365",
            f"{RETENTION}, for example PRESENTLY_EVENT_RETENTION=P365D.",
        ),
        (
            "LOGIN_LIFETIME",
            "604800",
            "it takes an ISO 8601 duration from PT1M to P1Y, for example PRESENTLY_LOGIN_LIFETIME=PT604800S.",
        ),
        (
            "FAILED_LOGIN_WINDOW",
            "15",
            "it takes an ISO 8601 duration from PT1S to P30D, for example PRESENTLY_FAILED_LOGIN_WINDOW=PT15M.",
        ),
        (
            "REQUEST_WINDOW",
            "60",
            "it takes an ISO 8601 duration from PT1S to P1D, for example PRESENTLY_REQUEST_WINDOW=PT60S.",
        ),
        (
            "LOGIN_LIFETIME",
            "3600",
            "it takes an ISO 8601 duration from PT1M to P1Y, for example PRESENTLY_LOGIN_LIFETIME=PT3600S.",
        ),
        (
            "EVENT_RETENTION",
            "900",
            f"{RETENTION}, for example PRESENTLY_EVENT_RETENTION=P900D.",
        ),
        (
            "REQUEST_WINDOW",
            "-P1D",
            "it takes an ISO 8601 duration from PT1S to P1D, for example PRESENTLY_REQUEST_WINDOW=PT1M.",
        ),
    ],
)
def test_the_line_says_what_was_probably_meant(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"PRESENTLY_{name}", value)
    with pytest.raises(BadSettings) as wrong:
        environment.read()
    assert str(wrong.value) == f"PRESENTLY_{name}: {message}"


@pytest.mark.parametrize(
    "value", ["30days", "1:00:00", "00:00:05", "P1DT1:00:00", "1 day", "P9000Y", "P3000Y", "999999999"]
)
@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if field.annotation is timedelta]
)
def test_a_duration_is_written_as_iso_8601_and_within_bounds(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"PRESENTLY_{name.upper()}", value)
    with pytest.raises(BadSettings, match="it takes an ISO 8601 duration "):
        environment.read()


def test_a_duration_may_be_in_lower_case(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_EVENT_RETENTION", "p30d")
    assert environment.read().event_retention == timedelta(days=30)


@pytest.mark.parametrize(
    ("given", "is_fine"),
    [
        ("operator:secret", True),
        ("operator:secret, guest:other", True),
        ("operator:with:colons", True),
        ("nopassword", False),
        ("operator:", False),
        (":secret", False),
        ("operator:secret,", False),
    ],
)
def test_flower_is_given_names_with_passwords(given: str, is_fine: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_FLOWER_BASIC_AUTH", given)
    if is_fine:
        environment.read()
    else:
        with pytest.raises(BadSettings, match="it takes name:password"):
            environment.read()
