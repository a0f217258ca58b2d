"""Processes that are started one by one report invalid settings."""

import os
import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest

from api.app import create_app
from config.environment import read_or_exit
from config.settings import ROOT

BROKER = "redis://127.0.0.1:1/0"


def ended(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a process with only these settings, and return the result."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PRESENTLY_")}
    environment = inherited | {f"PRESENTLY_{name}": value for name, value in variables.items()}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        timeout=120,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("command", "wrong", "message"),
    [
        (
            ("scheduler",),
            {"BROKER_URL": BROKER, "WORKER_PROCESSES": "none"},
            "PRESENTLY_WORKER_PROCESSES: it takes a whole number from 1 to 64",
        ),
        (
            ("worker",),
            {"BROKER_URL": BROKER, "DATABASE_URL": "mysql://name:sesame@host/database"},
            "PRESENTLY_DATABASE_URL is neither",
        ),
        (
            ("uvicorn", "--factory", "api.app:create_app", "--port=0"),
            {},
            "No broker: set PRESENTLY_BROKER_URL",
        ),
        (
            # Of several processes, the first ends too; uvicorn alone would start the others for ever.
            ("api", "--port=0", "--workers=2"),
            {"BROKER_URL": BROKER, "SIGNING_KEY": "sesame"},
            "PRESENTLY_SIGNING_KEY is neither a private P-256",
        ),
        (
            ("worker",),
            {"BROKER_URL": "amqp://:sesame@host/"},
            "PRESENTLY_BROKER_URL is not a URL like redis://",
        ),
        (("scheduler",), {"BROKER_URL": BROKER, "PROT": "1"}, "There is no setting PRESENTLY_PROT"),
        (
            ("cli", "run"),
            {"PROT": "8001"},
            "There is no setting PRESENTLY_PROT; did you mean PRESENTLY_PORT?",
        ),
        (("cli", "doctor"), {"PROT": "8001"}, "There is no setting PRESENTLY_PROT; did you mean"),
        (
            ("celery", "-A", "worker.app", "flower"),
            {"BROKER_URL": BROKER, "FLOWER_BASIC_AUTH": "sesame"},
            "PRESENTLY_FLOWER_BASIC_AUTH: it takes name:password",
        ),
    ],
)
def test_a_process_that_cannot_be_is_told_so_in_one_line(
    command: tuple[str, ...], wrong: dict[str, str], message: str, tmp_path: Path
):
    done = ended("-m", *command, DATA=str(tmp_path), **wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"presently: {message}")
    assert done.stderr.count("\n") == 1
    assert "sesame" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE_URL", "mysql://name:sesame@host/database", "PRESENTLY_DATABASE_URL is neither"),
        ("SIGNING_KEY", "sesame", "PRESENTLY_SIGNING_KEY is neither a private P-256"),
        ("BROKER_URL", "", "No broker: "),
        ("ADMIN_WEB", "nothing", "PRESENTLY_ADMIN_WEB: there is no index.html"),
        ("BROKER_URL", "amqp://name:sesame@host/", "PRESENTLY_BROKER_URL is not a URL like redis://"),
    ],
)
def test_the_api_does_not_begin_with_what_it_cannot_use(
    name: str, value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    monkeypatch.setenv("PRESENTLY_BROKER_URL", BROKER)
    monkeypatch.setenv(f"PRESENTLY_{name}", value)
    with pytest.raises(SystemExit, match=f"^presently: {re.escape(message)}") as end:
        create_app()
    assert "sesame" not in str(end.value)


def test_what_will_do_is_returned(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_BROKER_URL", BROKER)
    assert read_or_exit(attrgetter("redis_url")).redis_url == BROKER
