"""The launcher: how it starts, and how it fails."""

import ast
import importlib.util
import os
import pty
import runpy
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bootstrap import installing
from bootstrap.progress import Progress
from bootstrap.refusal import CannotStart
from config.settings import ROOT

LAUNCHER = ROOT / "presently"
MAKING = "Setting up: making an environment"


def test_it_hands_over_to_the_command_line_in_an_environment_of_its_own(checkout):
    started = checkout.start("run", "--quickly")

    assert started.returncode == 0, started.stderr
    here = str(checkout.folder)
    prefix, executable, *rest = started.stdout.split()
    assert Path(prefix) == checkout.current != checkout.folder / ".venv"
    assert executable == f"{prefix}/bin/python"
    assert rest == [here, here, "run", "--quickly"]


def test_the_second_start_installs_nothing(checkout):
    assert MAKING in checkout.start("run").stderr
    assert checkout.start("run").stderr == ""


@pytest.mark.parametrize(
    ("requirements", "verbs"),
    [("requirements-dev.txt", ("test", "check")), ("requirements-bench.txt", ("bench",))],
)
def test_what_developers_need_comes_in_an_environment_that_also_runs(checkout, requirements, verbs):
    checkout.start("run")

    assert requirements in checkout.start(verbs[0]).stderr
    assert [checkout.start(verb).stderr for verb in ("run", *verbs)] == [""] * (1 + len(verbs))


def test_the_environments_for_tests_and_for_the_bench_stand_side_by_side(checkout):
    assert "requirements-bench.txt" in checkout.start("bench").stderr
    assert "requirements-dev.txt" in checkout.start("check").stderr
    assert [checkout.start(verb).stderr for verb in ("bench", "check", "bench", "run")] == [""] * 4


def test_of_two_that_start_at_once_one_sets_up_and_both_run(checkout):
    with ThreadPoolExecutor() as threads:
        started = list(threads.map(checkout.start, ["run", "run"]))

    assert [each.returncode for each in started] == [0, 0]
    assert "".join(each.stderr for each in started).count(MAKING) == 1


def test_at_a_terminal_every_step_is_written_over_the_one_before(checkout):
    ours, theirs = pty.openpty()
    subprocess.run(
        checkout.launcher("run"),
        env=checkout.variables(TERM="xterm"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    written = b""
    while chunk := _read(ours):
        written += chunk
    os.close(ours)

    assert b"\n" not in written
    lines = [line.removeprefix(b"\033[K") for line in written.split(b"\r")]
    assert any(line.startswith(MAKING.encode()) for line in lines)
    assert lines[-1] == b""


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # its other end is closed
        return b""


def test_a_machine_that_can_install_nothing_is_told_what_it_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(installing, "ENVIRONMENTS", tmp_path)  # where no uv was fetched

    with pytest.raises(CannotStart, match=r"There is nothing to install with: .* apt install python3-venv"):
        installing.install(ROOT / "requirements.txt", tmp_path / "python", Progress())


def test_a_python_that_is_too_old_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))

    with pytest.raises(SystemExit, match=r"presently: Presently needs Python 3\.11 or newer"):
        runpy.run_path(str(LAUNCHER), run_name="__main__")


def test_an_old_python_can_read_it():
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("file", sorted((ROOT / "bootstrap").glob("*.py")), ids=lambda file: file.name)
def test_what_makes_the_environment_needs_nothing_but_the_standard_library(file):
    imports = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Import)]
    sources = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names} | {str(node.module) for node in sources}

    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "bootstrap"}
