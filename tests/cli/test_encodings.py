"""A database with an encoding other than UTF8: every verb reports it in one line, and does nothing else."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli import ports
from cli.app import build
from config.settings import ROOT
from store.store import Store
from tests.cli.terminal import Terminal

TOLD = "PRESENTLY_DATABASE_URL: the database cannot be used: its encoding is {}, and Presently needs UTF8."


@pytest.fixture
def message(narrow_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Set Presently's database to such a one; return the expected message."""
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", narrow_url)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PRESENTLY_PORT", str(ports.any_free()))
    monkeypatch.setenv("PRESENTLY_FLOWER_PORT", str(ports.any_free()))
    return TOLD.format("SQL_ASCII" if "ascii" in narrow_url else "LATIN1")


@pytest.mark.parametrize("verb", [["migrate"], ["token"], ["domain", "list"]])
def test_a_verb_ends_with_one_line(message: str, verb: list[str]):
    line, _ = Terminal().mistake(*verb)

    assert line.startswith(message)


def test_run_ends_with_one_line_before_it_starts_anything(message: str):
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "run"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(f"presently: {message}")
    assert "Traceback" not in ended.stderr


def test_the_doctor_says_that_the_store_has_failed(message: str):
    done = CliRunner().invoke(build(["doctor"]), ["doctor"])

    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].split(maxsplit=2)[:2] == ["store", "failed"]
    assert message in done.stdout.splitlines()[0]


def test_whatever_the_client_is_set_to_every_character_is_kept(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(os.environ, "PGCLIENTENCODING", "LATIN1")
    with closing(Store(postgresql_url)) as store, store.reading() as transaction:
        kept = transaction.connection.execute(text("SELECT CAST(:text AS text)"), {"text": "휴가 🌴"})
        assert kept.scalar_one() == "휴가 🌴"
