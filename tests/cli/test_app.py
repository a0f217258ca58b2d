import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import DEVELOPER_VERBS, VERBS, build
from config.settings import ROOT

ALL_VERBS = {**VERBS, **DEVELOPER_VERBS}


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_the_help_lists_every_verb(arguments):
    shown = CliRunner().invoke(build(arguments), arguments).output

    for verb, sentence in ALL_VERBS.items():
        assert f" {verb} " in shown
        assert sentence[:20] in shown


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_verb_can_be_called(verb):
    assert build([verb]).registered_commands


@pytest.mark.parametrize("verb", DEVELOPER_VERBS)
def test_an_installed_service_has_no_verbs_of_developers(tmp_path: Path, verb: str):
    named = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for installed in named:
        (tmp_path / installed).symlink_to(ROOT / installed)

    done = subprocess.run(
        [sys.executable, "-m", "cli", verb],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert f"No such command '{verb}'" in done.stderr


def test_the_help_shows_a_switch_without_a_value():
    shown = CliRunner().invoke(build(["status"]), ["status", "plan", "--help"]).output
    (line,) = (line for line in shown.splitlines() if "--yes" in line)
    assert "bool" not in line


def test_the_help_waits_for_no_library_that_it_does_not_need():
    program = "import sys, cli.app; cli.app.build(['--help']); print('sqlalchemy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_a_mistake_is_one_line_and_no_traceback(monkeypatch):
    monkeypatch.setenv("PRESENTLY_PORT", "eight thousand")

    done = subprocess.run([sys.executable, "-m", "cli", "run"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("presently: PRESENTLY_PORT: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_version_is_the_one_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    shown = CliRunner().invoke(build(["--version"]), ["--version"]).output

    assert shown == f"Presently {project['version']}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("person", "list", "--domain", "x"), "It takes a whole number."),
        (("domain", "set", "1", "--statuses", "no"), "'no' is not one of 'on', 'off'."),
    ],
)
def test_a_wrong_argument_is_told_in_plain_words(arguments: tuple[str, ...], sentence: str):
    done = CliRunner().invoke(build(list(arguments)), list(arguments))
    assert done.exit_code == 2
    assert f": {sentence}" in " ".join(done.stderr.replace("│", " ").split())
    assert "Value error" not in done.stderr
