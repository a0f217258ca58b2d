"""The launcher, run for real in a folder with next to nothing to install."""

import ast
import importlib.util
import runpy
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.settings import ROOT

LAUNCHER = ROOT / "presently"


class House:
    """A folder with the launcher, empty requirements, and a command line that says what it was given."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copy(LAUNCHER, folder)
        (folder / "requirements.txt").write_text("# nothing\n")
        (folder / "requirements-bench.txt").write_text("# nothing, but for measuring\n")
        (folder / "requirements-dev.txt").write_text("# nothing, but for developing\n")
        (folder / "cli").mkdir()
        (folder / "cli" / "__main__.py").write_text(
            "import os, sys\nprint(sys.prefix, os.getcwd(), os.environ['PYTHONPATH'], *sys.argv[1:])\n"
        )

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Return how `./presently` ended."""
        return subprocess.run(
            [sys.executable, self.folder / "presently", *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def house(tmp_path):
    return House(tmp_path.resolve())


def test_it_hands_over_to_the_command_line_in_an_environment_of_its_own(house):
    started = house.start("run", "--quickly")

    assert started.returncode == 0, started.stderr
    here = str(house.folder)
    assert started.stdout.split() == [f"{here}/.venv", here, here, "run", "--quickly"]


def test_the_second_start_installs_nothing(house):
    assert "Setting up" in house.start("run").stderr
    assert house.start("run").stderr == ""


def test_changed_requirements_are_installed_before_the_next_start(house):
    house.start("run")
    (house.folder / "requirements.txt").write_text("# still nothing\n")

    assert "Setting up" in house.start("run").stderr


def test_an_environment_that_was_left_half_made_is_made_anew(house):
    house.start("run")
    (house.folder / ".venv" / "presently-stamp").unlink()

    assert "Setting up" in house.start("run").stderr


def test_the_tools_for_developing_are_installed_on_top_for_the_verbs_that_need_them(house):
    house.start("run")

    assert "requirements-dev.txt" in house.start("test").stderr
    assert [house.start(verb).stderr for verb in ("run", "bench", "test", "check")] == [""] * 4


def test_what_is_needed_to_measure_is_installed_on_top_for_the_benchmark_and_leaves_the_tools_to_come(house):
    house.start("run")

    assert "requirements-bench.txt" in house.start("bench").stderr
    assert [house.start(verb).stderr for verb in ("run", "bench")] == ["", ""]
    assert "requirements-dev.txt" in house.start("check").stderr


def test_of_two_that_start_at_once_one_sets_up_and_both_run(house):
    with ThreadPoolExecutor() as threads:
        started = list(threads.map(house.start, ["run", "run"]))

    assert [each.returncode for each in started] == [0, 0]
    assert "".join(each.stderr for each in started).count("Setting up") == 1


def test_what_cannot_be_installed_is_one_line_and_leaves_nothing_that_looks_ready(house):
    (house.folder / "requirements.txt").write_text("presently-is-no-library @ file:///nowhere.whl\n")

    started = house.start("run")

    assert started.returncode == 1
    assert started.stderr.splitlines()[-1].startswith("presently: Installing requirements.txt failed")
    assert not (house.folder / ".venv" / "presently-stamp").exists()


def test_a_machine_that_can_install_nothing_is_told_what_it_takes(house, monkeypatch):
    monkeypatch.chdir(house.folder)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(
        SystemExit, match=r"presently: There is nothing to install with: .* apt install python3-venv"
    ):
        runpy.run_path(str(house.folder / "presently"), run_name="__main__")


def test_a_python_that_is_too_old_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))

    with pytest.raises(SystemExit, match=r"presently: Presently needs Python 3\.11 or newer"):
        runpy.run_path(str(LAUNCHER), run_name="__main__")


def test_an_old_python_can_read_it():
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 6))
