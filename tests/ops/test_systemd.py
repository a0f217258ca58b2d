"""The units for systemd: valid, hardened, and with the commands of the Procfile."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT

FOLDER: Final = ROOT / "ops" / "systemd"
SERVICES: Final = sorted(FOLDER.glob("*.service"))

#: The path of Presently in the units.
_HOME: Final = "/opt/presently"
#: Of ten; `systemd-analyze security` calls everything below 2.0 "OK", its second best rating for a service on
#: the network.
_MOST_EXPOSED: Final = 1.5

_ALL_PROCESSES: Final = {
    "api": "web",
    "beat": "beat",
    "worker@": "worker",
    "flower": "flower",
    "migrate": "release",
}


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return a copy of the units with the path of this repository."""
    copied = shutil.copytree(FOLDER, tmp_path / "units")
    program = tmp_path / "python"
    program.touch(mode=0o700)
    for unit in copied.glob("*.service"):
        unit.write_text(unit.read_text().replace(f"{_HOME}/.venv/bin/python", str(program)))
    return copied


@pytest.fixture
def analyze() -> str:
    """Return systemd's program; without it, the units are skipped, which the summary reports."""
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip(
            "NOT TRIED: the units for systemd. There is no systemd-analyze; Debian: apt install systemd"
        )
    return found


def test_systemd_finds_no_fault_with_the_units(analyze: str, units: Path):
    files = [str(file) for file in units.iterdir() if file.is_file()]
    command = [analyze, "verify", "--man=no", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.stem)
def test_no_service_may_do_more_than_it_must(analyze: str, units: Path, service: Path):
    threshold = f"--threshold={_MOST_EXPOSED * 10:g}"
    command = [analyze, "security", "--offline=yes", threshold, str(units / service.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("service", "process"), _ALL_PROCESSES.items())
def test_each_process_is_started_as_the_procfile_does(service: str, process: str):
    line = re.search(rf"^{process}: .*?\bpython (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert line is not None
    _, command = read(FOLDER / f"presently-{service}.service")["Service"]["ExecStart"].split(
        f"{_HOME}/.venv/bin/python "
    )
    assert without_values(command) == without_values(line[1])


def test_the_target_starts_every_process():
    wanted = set((FOLDER / "presently.target").read_text().replace("Wants=", "").split())
    assert {f"presently-{name}.service".replace("@", "@1") for name in _ALL_PROCESSES} <= wanted


def without_values(command: str) -> list[str]:
    """Return the words of a command, without the values that each deployment chooses."""
    chosen = re.compile(r"^(--(?:host|port|workers|address))=.*")
    return [chosen.sub(r"\1", word) for word in command.split() if not word.startswith("--hostname=")]


def read(unit: Path) -> RawConfigParser:
    """Read a unit file; of a repeated setting, the last value counts."""
    parser = RawConfigParser(strict=False, delimiters="=", comment_prefixes="#")
    parser.read(unit)
    return parser
