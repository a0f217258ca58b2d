"""Variables with our prefix that are not settings."""

from pathlib import Path

import pytest

from config import environment, unknown
from config.environment import BadSettings
from config.settings import Settings


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("PROT", "PORT"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE", "DATABASE_URL"),
        ("BROKER", "BROKER_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("EVENTS_RETENTION", "EVENT_RETENTION"),
        ("FLOWER_AUTH", "FLOWER_BASIC_AUTH"),
        ("prot", "PORT"),
    ],
)
def test_a_misspelt_setting_is_refused_and_the_nearest_named(
    slip: str, meant: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"PRESENTLY_{slip}", "8001")
    with pytest.raises(BadSettings) as refused:
        environment.read()
    message = f"There is no setting PRESENTLY_{slip.upper()}; did you mean PRESENTLY_{meant}?"
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "name",
    [
        # The variables that Kubernetes adds for the services `presently`, `presently-api` and `presently-flower`.
        *("SERVICE_HOST", "SERVICE_PORT", "PORT_8000_TCP", "PORT_8000_TCP_PROTO", "PORT_8000_TCP_ADDR"),
        *("API_SERVICE_HOST", "API_SERVICE_PORT", "API_PORT", "API_PORT_8000_TCP"),
        *("FLOWER_SERVICE_HOST", "FLOWER_SERVICE_PORT", "FLOWER_PORT_5555_TCP"),
        "IMAGE_TAG",
    ],
)
def test_what_a_platform_sets_is_ignored_and_said_so(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(f"PRESENTLY_{name}", "tcp://10.0.0.1:8000")
    environment.read()
    assert capsys.readouterr() == ("", f"presently: not a setting, and ignored: PRESENTLY_{name}.\n")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_PROT", "")
    assert unknown.variables() == ({}, [])


def test_the_file_is_looked_at_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / ".env"
    file.write_text("PRESENTLY_PROT=8001\nPOSTGRES_PASSWORD=sesame\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    assert unknown.variables() == ({"PRESENTLY_PROT": "PRESENTLY_PORT"}, [])
