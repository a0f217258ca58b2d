"""The progress that a verb shows."""

import os
import pty
import subprocess
import sys

from typer.testing import CliRunner

from cli import progress
from cli.app import build
from config.settings import ROOT
from store import migrate

_TWO_STEPS = """
from cli import progress
with progress.shown() as begin:
    begin("The first [step]")
    begin("The second")
"""


def test_elsewhere_than_at_a_terminal_each_step_is_a_line(capsys):
    with progress.shown() as begin:
        for step in ("The first [step]", "The second", "The second"):
            begin(step)

    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "The first [step] …\nThe second …\n")


def test_at_a_terminal_it_is_one_line_which_goes():
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", _TWO_STEPS], env=environment, stderr=theirs, check=True)
    os.close(theirs)
    output = os.read(ours, 65536).decode()
    os.close(ours)

    assert output.count("\n") <= 1
    assert "\033[2K" in output


def test_migrating_tells_each_migration(blank_url, monkeypatch):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)

    first, again = (CliRunner().invoke(build(["migrate"]), ["migrate"]) for _ in range(2))

    printed = first.stderr.splitlines()
    assert len(printed) > 5
    assert all(line.startswith("Migrating: ") for line in printed)
    assert printed[-1] == f"Migrating: {migrate.newest()} …"
    assert again.stderr == ""
