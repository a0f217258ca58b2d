"""`./presently migrate`, as a separate step before a deployment starts."""

import os
import stat
from pathlib import Path

import pytest

from cli import data_folder
from config.settings import Settings
from store import migrate
from store.store import Store
from tests.cli.terminal import Terminal


def test_it_makes_the_tables_and_writes_nothing_else(
    blank_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    assert Terminal().run("migrate") == f"The store went from no tables to {migrate.newest()}.\n"
    message = f"The store has the tables of this version already: {migrate.newest()}.\n"
    assert Terminal().run("migrate") == message
    store = Store(blank_url)
    with store.reading() as transaction:
        assert transaction.directory.is_empty()
    store.close()
    assert not (tmp_path / "data").exists()


def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = tmp_path / "new" / "data"
    monkeypatch.setenv("PRESENTLY_DATA", str(data))
    Terminal().run("migrate")
    store = data / "presently.db"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (data, store)] == [0o700, 0o600]


def test_a_signing_key_that_is_set_and_cannot_sign_is_told_before(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_SIGNING_KEY", "sesame")
    message, _ = terminal.mistake("migrate")
    assert message.startswith("PRESENTLY_SIGNING_KEY is neither a private P-256")


def test_it_goes_back_to_an_earlier_migration_and_forward_again(
    blank_url: str, monkeypatch: pytest.MonkeyPatch
):
    terminal = Terminal()
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    earlier = "2026_11_21_what_events_tell"
    terminal.run("migrate")
    assert (
        terminal.run("migrate", "--to", earlier) == f"The store went from {migrate.newest()} to {earlier}.\n"
    )
    assert terminal.run("migrate", "--to", earlier) == (
        f"The store has the tables of this version already: {earlier}.\n"
    )
    assert terminal.run("migrate") == f"The store went from {earlier} to {migrate.newest()}.\n"
    message, _ = terminal.mistake("migrate", "--to", "2026_11_20_people")
    assert message.startswith("There is no way back from 2026_11_21_what_events_tell: restore a backup.")
    message, _ = terminal.mistake("migrate", "--to", "yesterday")
    assert message.startswith(f"There is no migration yesterday. The newest is {migrate.newest()}.")


def test_it_does_not_go_back_while_somebody_has_the_store_open(
    blank_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    migrate.upgrade(blank_url)
    store = Store(blank_url)
    with store.reading() as transaction:
        assert transaction.directory.is_empty()
    line, _ = Terminal().mistake("migrate", "--to", "2026_11_21_what_events_tell")
    assert line.startswith("The store was not taken back: ")
    assert line.endswith("stop API, worker and beat first.")
    assert migrate.differences(blank_url) == []
    store.close()
    Terminal().run("migrate", "--to", "2026_11_21_what_events_tell")


def test_it_does_not_go_back_while_run_holds_the_data_folder(
    blank_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    migrate.upgrade(blank_url)
    with data_folder.lock(Settings()):
        line, _ = Terminal().mistake("migrate", "--to", "2026_11_21_what_events_tell")
    assert f" is in use by process {os.getpid()} " in line
    assert "Stop it with: kill " in line
