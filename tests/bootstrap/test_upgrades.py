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
from tests.bootstrap.checkout import Checkout, process_of

MAKING = "Setting up: making an environment"
VERSION = "__import__('library.late').late.VERSION"


@pytest.fixture
def library(checkout: Checkout):
    """Return a function that requires a version of `library`; `library.late` holds the version."""
    checkout.without_uv()

    def require(version: int) -> None:
        files = {"library/__init__.py": "", "library/late.py": f"VERSION = {version}\n"}
        checkout.require(wheels.make(checkout.folder, "library", str(version), files))

    return require


def test_what_runs_goes_on_importing_what_it_was_started_with(checkout, library):
    library(1)
    checkout.start("run")
    with process_of(checkout.folder / ".venv" / "bin" / "python") as running:
        library(2)
        assert MAKING in checkout.start("run").stderr

        assert running.value(VERSION) == "1"
        executable = running.value("sys.executable")
        with process_of(Path(executable)) as child:
            assert child.value(VERSION) == "1"
    with process_of(checkout.folder / ".venv" / "bin" / "python") as new:
        assert new.value(VERSION) == "2"


def test_an_environment_stays_for_as_long_as_somebody_uses_it_and_one_upgrade_longer(checkout):
    checkout.start("run")
    first = checkout.current
    with process_of(checkout.folder / ".venv" / "bin" / "python"):
        for version in (2, 3, 4):
            checkout.require(f"# {version}\n")
            checkout.start("run")
        assert first.exists()
        assert len(checkout.environments()) == 3  # and the one in use, and the one before
    checkout.require("# 5\n")
    checkout.start("run")

    assert not first.exists()
    assert len(checkout.environments()) == 2


def test_requirements_as_they_were_before_install_nothing(checkout):
    checkout.start("run")
    before = checkout.current
    checkout.require("# other\n")
    checkout.start("run")
    assert checkout.current != before
    checkout.require("")

    assert checkout.start("run").stderr == ""
    assert checkout.current == before


def test_what_cannot_be_installed_is_one_line_and_leaves_everything_as_it_was(checkout, library):
    library(1)
    checkout.start("run")
    before = checkout.current
    with process_of(checkout.folder / ".venv" / "bin" / "python") as running:
        checkout.require("presently-is-no-library @ file:///nowhere.whl\n")

        refused = checkout.start("doctor")

        assert refused.returncode == 1
        assert refused.stdout == ""
        output = refused.stderr.splitlines()[-1]
        assert output.startswith("presently: Installing requirements.txt failed; the reason stands above. ")
        assert output.endswith("Nothing was changed: what runs goes on.")
        assert (checkout.current, checkout.environments()) == (before, {before})
        assert running.value(VERSION) == "1"


def test_without_anything_that_runs_a_failure_does_not_speak_of_it(checkout):
    checkout.without_uv()
    checkout.require("presently-is-no-library @ file:///nowhere.whl\n")

    refused = checkout.start("run")

    assert refused.stderr.endswith("failed; the reason stands above.\n")
    assert not (checkout.folder / ".venv").exists()
    assert checkout.environments() == set()


def test_killed_in_the_middle_of_installing_it_leaves_nothing_that_looks_ready(checkout):
    checkout.start("run")
    before = checkout.current
    # It runs until it is killed.
    checkout.program("uv", f"echo begun > {checkout.folder}/begun; exec sleep 600")
    checkout.require("# other\n")
    killed = subprocess.Popen(
        checkout.launcher("run"), env=checkout.variables(), stderr=subprocess.DEVNULL, process_group=0
    )
    wait_until((checkout.folder / "begun").exists)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert checkout.current == before
    assert len(checkout.environments()) == 2
    checkout.program("uv", "exit 0")

    started = checkout.start("run")

    assert started.returncode == 0, started.stderr
    assert checkout.environments() == {before, checkout.current}


def test_a_full_disk_is_one_line_and_leaves_everything_as_it_was(checkout):
    checkout.start("run")
    before = checkout.current
    checkout.require("# other\n")

    refused = subprocess.run(
        checkout.launcher("run"),
        env=checkout.variables(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
        # All writes fail, with another error than that of a full disk.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )

    assert refused.returncode == 1
    output = refused.stderr.splitlines()
    assert output[-1].startswith("presently: Cannot make an environment in .venvs: "), output
    assert (checkout.current, checkout.environments()) == (before, {before})


def test_a_folder_that_was_moved_gets_an_environment_for_its_new_place(checkout, tmp_path):
    checkout.start("run")
    checkout.folder.rename(tmp_path.parent / "elsewhere")
    moved = Checkout.__new__(Checkout)
    moved.folder, moved.programs = tmp_path.parent / "elsewhere", tmp_path.parent / "elsewhere" / "programs"

    started = moved.start("run")

    assert started.returncode == 0, started.stderr
    assert MAKING in started.stderr
    assert started.stdout.split()[0] == str(moved.current)
    assert moved.current.is_relative_to(moved.folder)


@pytest.fixture
def former(checkout: Checkout) -> Path:
    """Return an environment of an earlier version: `.venv` is a folder."""
    folder = checkout.folder / ".venv"
    venv.create(folder, symlinks=True)
    requirements = checkout.folder / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    python = (folder / "bin" / "python").resolve()
    stamp = f"{requirements} {digest} {python} {python.stat().st_mtime_ns}\n"
    (folder / "presently-stamp").write_text(stamp)
    return folder


def test_the_environment_of_a_version_before_serves_until_the_requirements_change(checkout, former):
    assert checkout.start("run").stderr == ""
    assert not former.is_symlink()
    checkout.require("# other\n")

    assert MAKING in checkout.start("run").stderr
    assert former.is_symlink()
    assert checkout.start("run").stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process has mapped")
def test_the_environment_of_a_version_before_is_left_to_who_runs_in_it(checkout, former):
    library = former / "library.so"
    library.write_bytes(b"\0" * mmap.PAGESIZE)
    with process_of(former / "bin" / "python") as running:
        file = running.value(f"__import__('os').open({str(library)!r}, 0)")
        running.value(f"globals().update(mapped=__import__('mmap').mmap({file}, 0, access=1))")
        checkout.require("# other\n")

        started = checkout.start("run")

        assert started.stdout.split()[0] != str(former)
        assert not former.is_symlink()
        assert library.exists()
        assert checkout.start("run").stderr == ""
    assert checkout.start("run").returncode == 0
    assert former.is_symlink()


def test_a_link_that_leads_nowhere_is_mended(checkout):
    checkout.start("run")
    shutil.rmtree(checkout.folder / ".venvs")

    assert checkout.start("run").returncode == 0
    assert checkout.current.exists()
