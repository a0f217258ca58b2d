"""What is said of settings that will not do, by processes that are started one by one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import read_or_exit
from config.settings import ROOT

BROKER = "redis://127.0.0.1:1/0"


def ended(*command: str, **said: str) -> subprocess.CompletedProcess[str]:
    """Return what became of a process that had these settings, and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PRESENTLY_")}
    environment = inherited | {f"PRESENTLY_{name}": value for name, value in said.items()}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        timeout=30,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "scheduler"),
        ("-m", "worker"),
        ("-m", "uvicorn", "--factory", "api.app:create_app", "--port=0"),
    ],
)
def test_a_process_that_cannot_be_is_told_so_in_one_line(command: tuple[str, ...], tmp_path: Path):
    done = ended(*command, DATA=str(tmp_path), BROKER_URL=BROKER, WORKER_PROCESSES="none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("presently: PRESENTLY_WORKER_PROCESSES: input should be a valid integer")
    assert done.stderr.count("\n") == 1


def test_without_a_broker_the_process_ends_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PRESENTLY_BROKER_URL", raising=False)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^presently: No broker: "):
        read_or_exit()
    monkeypatch.setenv("PRESENTLY_BROKER_URL", BROKER)
    assert read_or_exit().redis_url == BROKER
