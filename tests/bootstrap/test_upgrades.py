"""New requirements while a process runs: the process keeps the environment that it was started in."""

import hashlib
import mmap
import os
import resource
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from harness.waiting import wait_until
from tests.bootstrap import wheels
from tests.bootstrap.house import House, process_of

MAKING = "Setting up: making an environment"
VERSION = "__import__('library.late').late.VERSION"


@pytest.fixture
def library(house: House):
    """Return a function that requires a version of `library`; `library.late` holds the version."""
    house.without_uv()

    def require(version: int) -> None:
        files = {"library/__init__.py": "", "library/late.py": f"VERSION = {version}\n"}
        house.require(wheels.make(house.folder, "library", str(version), files))

    return require


def test_what_runs_goes_on_importing_what_it_was_started_with(house, library):
    library(1)
    house.start("run")
    with process_of(house.folder / ".venv" / "bin" / "python") as running:
        library(2)
        assert MAKING in house.start("run").stderr

        assert running.value(VERSION) == "1"
        executable = running.value("sys.executable")
        with process_of(Path(executable)) as child:
            assert child.value(VERSION) == "1"
    with process_of(house.folder / ".venv" / "bin" / "python") as new:
        assert new.value(VERSION) == "2"


def test_an_environment_stays_for_as_long_as_somebody_uses_it_and_one_upgrade_longer(house):
    house.start("run")
    first = house.current
    with process_of(house.folder / ".venv" / "bin" / "python"):
        for version in (2, 3, 4):
            house.require(f"# {version}\n")
            house.start("run")
        assert first.exists()
        assert len(house.environments()) == 3  # and the one in use, and the one before
    house.require("# 5\n")
    house.start("run")

    assert not first.exists()
    assert len(house.environments()) == 2


def test_requirements_as_they_were_before_install_nothing(house):
    house.start("run")
    before = house.current
    house.require("# other\n")
    house.start("run")
    assert house.current != before
    house.require("")

    assert house.start("run").stderr == ""
    assert house.current == before


def test_what_cannot_be_installed_is_one_line_and_leaves_everything_as_it_was(house, library):
    library(1)
    house.start("run")
    before = house.current
    with process_of(house.folder / ".venv" / "bin" / "python") as running:
        house.require("presently-is-no-library @ file:///nowhere.whl\n")

        refused = house.start("doctor")

        assert refused.returncode == 1
        assert refused.stdout == ""
        told = refused.stderr.splitlines()[-1]
        assert told.startswith("presently: Installing requirements.txt failed; the reason stands above. ")
        assert told.endswith("Nothing was changed: what runs goes on.")
        assert (house.current, house.environments()) == (before, {before})
        assert running.value(VERSION) == "1"


def test_without_anything_that_runs_a_failure_does_not_speak_of_it(house):
    house.without_uv()
    house.require("presently-is-no-library @ file:///nowhere.whl\n")

    refused = house.start("run")

    assert refused.stderr.endswith("failed; the reason stands above.\n")
    assert not (house.folder / ".venv").exists()
    assert house.environments() == set()


def test_killed_in_the_middle_of_installing_it_leaves_nothing_that_looks_ready(house):
    house.start("run")
    before = house.current
    # It runs until it is killed.
    house.program("uv", f"echo begun > {house.folder}/begun; exec sleep 600")
    house.require("# other\n")
    killed = subprocess.Popen(
        house.launcher("run"), env=house.variables(), stderr=subprocess.DEVNULL, process_group=0
    )
    wait_until((house.folder / "begun").exists)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert house.current == before
    assert len(house.environments()) == 2
    house.program("uv", "exit 0")

    started = house.start("run")

    assert started.returncode == 0, started.stderr
    assert house.environments() == {before, house.current}


def test_a_full_disk_is_one_line_and_leaves_everything_as_it_was(house):
    house.start("run")
    before = house.current
    house.require("# other\n")

    refused = subprocess.run(
        house.launcher("run"),
        env=house.variables(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
        # All writes fail, with another error than that of a full disk.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )

    assert refused.returncode == 1
    told = refused.stderr.splitlines()
    assert told[-1].startswith("presently: Cannot make an environment in .venvs: "), told
    assert (house.current, house.environments()) == (before, {before})


def test_a_folder_that_was_moved_gets_an_environment_for_its_new_place(house, tmp_path):
    house.start("run")
    house.folder.rename(tmp_path.parent / "elsewhere")
    moved = House.__new__(House)
    moved.folder, moved.programs = tmp_path.parent / "elsewhere", tmp_path.parent / "elsewhere" / "programs"

    started = moved.start("run")

    assert started.returncode == 0, started.stderr
    assert MAKING in started.stderr
    assert started.stdout.split()[0] == str(moved.current)
    assert moved.current.is_relative_to(moved.folder)


@pytest.fixture
def former(house: House) -> Path:
    """Return an environment of an earlier version: `.venv` is a folder."""
    folder = house.folder / ".venv"
    venv.create(folder, symlinks=True)
    requirements = house.folder / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    python = (folder / "bin" / "python").resolve()
    stamp = f"{requirements} {digest} {python} {python.stat().st_mtime_ns}\n"
    (folder / "presently-stamp").write_text(stamp)
    return folder


def test_the_environment_of_a_version_before_serves_until_the_requirements_change(house, former):
    assert house.start("run").stderr == ""
    assert not former.is_symlink()
    house.require("# other\n")

    assert MAKING in house.start("run").stderr
    assert former.is_symlink()
    assert house.start("run").stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process has mapped")
def test_the_environment_of_a_version_before_is_left_to_who_runs_in_it(house, former):
    library = former / "library.so"
    library.write_bytes(b"\0" * mmap.PAGESIZE)
    with process_of(former / "bin" / "python") as running:
        file = running.value(f"__import__('os').open({str(library)!r}, 0)")
        running.value(f"globals().update(mapped=__import__('mmap').mmap({file}, 0, access=1))")
        house.require("# other\n")

        started = house.start("run")

        assert started.stdout.split()[0] != str(former)
        assert not former.is_symlink()
        assert library.exists()
        assert house.start("run").stderr == ""
    assert house.start("run").returncode == 0
    assert former.is_symlink()


def test_a_link_that_leads_nowhere_is_mended(house):
    house.start("run")
    shutil.rmtree(house.folder / ".venvs")

    assert house.start("run").returncode == 0
    assert house.current.exists()
