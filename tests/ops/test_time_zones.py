"""Every way to start a process of Presently takes time zones from the package, and not from the machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli import processes
from config.settings import ROOT, Settings


def test_presently_run_says_so_to_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONTZPATH", "/usr/share/zoneinfo")
    assert processes.environment(Settings(data=tmp_path), None)["PYTHONTZPATH"] == ""


@pytest.mark.parametrize("line", (ROOT / "Procfile").read_text().splitlines())
def test_each_command_of_the_procfile_says_so(line: str):
    assert re.match(r"\w+: PYTHONTZPATH= ", line)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("Dockerfile", r"^ENV .*(\\\n.*)*^    PYTHONTZPATH= \\$"),
        ("ops/systemd/presently-.service.d/hardening.conf", r"^Environment=PYTHONTZPATH=$"),
    ],
)
def test_the_image_and_the_units_say_so(file: str, line: str):
    assert re.search(line, (ROOT / file).read_text(), re.MULTILINE)


@pytest.mark.parametrize(("said", "folder"), [("", None), ("{}", "{}")])
def test_a_process_warns_of_the_machines_rules(tmp_path: Path, said: str, folder: str | None):
    (tmp_path / "+VERSION").write_text("2025b\n")
    code = "from config import logging; logging.configure('INFO')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONTZPATH": said.format(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ("Time zones go by the rules" in done.stderr) is (folder is not None)
    assert ('"version": "2025b"' in done.stderr) is (folder is not None)
