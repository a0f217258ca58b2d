"""`./presently migrate`, as a separate step before a deployment starts."""

import stat
from pathlib import Path

import pytest

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
