"""`./presently backup` and `restore`, on both databases."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from cli import data_folder
from cli.app import build
from config.settings import Settings
from harness.waiting import wait_until
from store import migrate, tables
from store.engine import parse_url
from store.store import Store
from tests.builders import SOMEBODY, a_status, an_auto_reply, an_out_of_office
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people, change_out_of_office, keep

#: 8 kB of no meaning.
_JUNK: Final = bytes(range(256)) * 32

SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder."""
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a path for a backup."""
    return tmp_path / "backup"


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store, and close it when the block ends."""
    with closing(Store(url)) as store:
        yield store


def fill(url: str) -> None:
    """Write rows of every kind into the store."""
    with opened(url) as store:
        first, second = add_domain_with_people(store, 2)
        keep(store, second, a_status(auto_reply=an_auto_reply()))
        with store.writing() as transaction:
            change_out_of_office(transaction, first.id, lambda _: an_out_of_office(), by=SOMEBODY)


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows, by table."""
    with opened(url) as store, store.reading() as transaction:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in transaction.connection.execute(select(table)))
            for table in tables.metadata.sorted_tables
        }


def test_a_round_trip_keeps_every_row(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    before = rows(store_url)
    assert sum(map(len, before.values())) > 10
    printed = terminal.run("backup", str(file))
    assert printed.startswith(f"{file} has 1 domain and 2 people, ")
    assert "It does not contain the signing key" in printed
    with opened(store_url) as store:
        add_domain_with_people(store, 3, "example.org")

    printed = terminal.run("restore", str(file), "--yes")

    assert printed.startswith(f"The store has 1 domain and 2 people, from {file}.\nThe old store is in ")
    assert rows(store_url) == before
    with opened(store_url) as store:  # sequences continue where they were
        assert add_domain_with_people(store, 1, "example.net")[0].domain.id == 2


def test_what_was_replaced_can_be_restored_in_turn(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    terminal.run("backup", str(file))
    with opened(store_url) as store:
        add_domain_with_people(store, 3, "example.org")
    later = rows(store_url)
    aside = terminal.run("restore", str(file), "--yes").splitlines()[1].split(" is in ")[1].split(";")[0]
    terminal.run("restore", aside, "--yes")
    assert rows(store_url) == later


def test_a_second_backup_replaces_the_first(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    terminal.run("backup", str(file))
    with opened(store_url) as store:
        add_domain_with_people(store, 3, "example.org")
    assert "2 domains and 5 people" in terminal.run("backup", str(file))
    assert sorted(path.name for path in file.parent.glob("backup*")) == ["backup"]


def test_only_its_owner_can_read_it(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    os.umask(0o022)
    terminal.run("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_while_writers_write_it_is_one_moment(store_url: str, terminal: Terminal, file: Path):
    """Each transaction writes to two tables; the backup has both rows of each, or neither."""
    fill(store_url)
    done = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with opened(store_url) as store:
            (person, *_) = add_domain_with_people(store, 1, "writers.example")
            while not done.is_set():
                with store.writing() as transaction:
                    name = {"name": f"login-{written}", "person_id": person.id}
                    transaction.connection.execute(tables.login_name.insert().values(name))
                    alias = {"email": f"{written}@writers.example", "person_id": person.id}
                    transaction.connection.execute(tables.alias.insert().values(alias))
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: written > 20)
        before = written
        terminal.run("backup", str(file))
        wait_until(lambda: written > before + 20)
    finally:
        done.set()
        writer.join()
    terminal.run("restore", str(file), "--yes")
    kept = rows(store_url)
    assert len(kept["alias"]) == len(kept["login_name"])
    assert before <= len(kept["alias"]) < written


def test_while_run_holds_the_data_folder_nothing_is_restored(
    store_url: str, terminal: Terminal, file: Path, data: Path
):
    fill(store_url)
    terminal.run("backup", str(file))
    with data_folder.lock(Settings(data=data)):
        assert " is in use by process " in terminal.mistake("restore", str(file), "--yes")[0]


def test_while_somebody_has_the_store_open_nothing_is_restored(
    store_url: str, terminal: Terminal, file: Path
):
    fill(store_url)
    terminal.run("backup", str(file))
    with opened(store_url) as store:
        add_domain_with_people(store, 3, "example.org")
        line, _ = terminal.mistake("restore", str(file), "--yes")
        assert line.startswith(f"{file} was not restored: ")
        assert line.endswith("stop API, worker and beat first.")
    assert len(rows(store_url)["domain"]) == 2


def test_without_a_word_nothing_is_replaced(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    terminal.run("backup", str(file))
    line, _ = terminal.mistake("restore", str(file))
    assert "holds 1 domain and 2 people. Replace all of it" in line
    assert line.endswith("add --yes to go on.")


def test_into_nothing_it_needs_no_word_and_leaves_nothing_aside(
    blank_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    kind = "sqlite" if blank_url.startswith("sqlite") else "postgresql"
    url = request.getfixturevalue(f"{kind}_url")
    file = tmp_path / "backup"
    fill(url)
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", url)
    Terminal().run("backup", str(file))
    before = rows(url)
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    assert len(Terminal().run("restore", str(file)).splitlines()) == 1
    assert rows(blank_url) == before
    assert migrate.differences(blank_url) == []


def test_a_store_of_a_newer_version_is_not_backed_up(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    at = text("UPDATE alembic_version SET version_num = :revision")
    with opened(store_url) as store:
        with store.writing() as transaction:
            transaction.connection.execute(at, {"revision": "2126_tomorrow"})
        # `backup` itself refuses to write a store that it could not restore.
        line, _ = terminal.mistake("backup", str(file))
        assert "made by a newer version" in line
    assert not file.exists()
    with opened(store_url) as store, store.writing() as transaction:
        transaction.connection.execute(at, {"revision": migrate.newest()})


def test_an_older_backup_is_brought_to_the_tables_of_this_version(
    blank_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    migrate.upgrade(blank_url, to="2026_11_21_one_reserved")
    Terminal().run("backup", str(tmp_path / "backup"))
    Terminal().run("restore", str(tmp_path / "backup"), "--yes")
    assert migrate.differences(blank_url) == []


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PGDMP", b"SQLite format 3\0"])
def test_what_is_no_backup_is_refused(store_url: str, terminal: Terminal, file: Path, content: bytes):
    fill(store_url)
    before = rows(store_url)
    file.write_bytes(content)
    assert terminal.mistake("restore", str(file), "--yes")[0].startswith(f"{file} was not restored: ")
    assert rows(store_url) == before
    assert terminal.mistake("restore", str(file.with_name("nowhere")))[0].startswith("There is no file ")


@SQLITE
def test_a_backup_of_a_newer_version_is_refused(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    terminal.run("backup", str(file))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '2126_tomorrow'")
    line, _ = terminal.mistake("restore", str(file), "--yes")
    why = "it is at 2126_tomorrow, made by a newer version of Presently: restore it with that one."
    assert line == f"{file} was not restored: {why}"


@SQLITE
def test_a_damaged_backup_is_refused(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    terminal.run("backup", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert terminal.mistake("restore", str(file), "--yes")[0].startswith(f"{file} was not restored: it is ")


def at_the_head(whole: bytes) -> bytes:
    """Overwrite the first 8 kB."""
    return _JUNK + whole[8192:]


def in_the_middle(whole: bytes) -> bytes:
    """Overwrite the middle, pages in use among it: what lies on free pages is in no backup."""
    quarter = len(whole) // 4
    return whole[:quarter] + (_JUNK * (len(whole) // len(_JUNK) + 1))[: 2 * quarter] + whole[3 * quarter :]


def truncated(whole: bytes) -> bytes:
    """Cut off the second half."""
    return whole[: len(whole) // 2]


@SQLITE
@pytest.mark.parametrize("harm", [at_the_head, in_the_middle, truncated])
def test_a_damaged_store_is_kept_aside_and_replaced(
    store_url: str, terminal: Terminal, file: Path, harm: Callable[[bytes], bytes]
):
    fill(store_url)
    before = rows(store_url)
    terminal.run("backup", str(file))
    database = Path(parse_url(store_url).database or "")
    damaged = harm(database.read_bytes())
    database.write_bytes(damaged)

    assert f"{database} is damaged (" in terminal.mistake("restore", str(file))[0]
    printed = terminal.run("restore", str(file), "--yes")

    assert rows(store_url) == before
    assert Path(printed.splitlines()[1].split(" is in ")[1].split(";")[0]).read_bytes() == damaged


@SQLITE
@pytest.mark.parametrize("harm", [at_the_head, in_the_middle, truncated])
def test_the_backup_of_a_damaged_store_names_the_store(
    store_url: str, terminal: Terminal, file: Path, harm: Callable[[bytes], bytes]
):
    fill(store_url)
    database = Path(parse_url(store_url).database or "")
    database.write_bytes(harm(database.read_bytes()))
    line, _ = terminal.mistake("backup", str(file))
    assert line.startswith(f"{file} was not written: {database} is damaged (")
    assert ".unfinished" not in line
    assert not file.exists()


@SQLITE
def test_the_log_of_a_damaged_store_is_kept_with_it(store_url: str, terminal: Terminal, file: Path):
    fill(store_url)
    before = rows(store_url)
    terminal.run("backup", str(file))
    database = Path(parse_url(store_url).database or "")
    database.write_bytes(at_the_head(database.read_bytes()))
    log = database.with_name(f"{database.name}-wal")
    log.write_bytes(b"a log of nothing")
    aside = terminal.run("restore", str(file), "--yes").splitlines()[1].split(" is in ")[1].split(";")[0]
    assert Path(f"{aside}-wal").read_bytes() == b"a log of nothing"
    assert rows(store_url) == before


@SQLITE
def test_a_damaged_store_that_somebody_has_open_is_not_replaced(
    store_url: str, terminal: Terminal, file: Path
):
    fill(store_url)
    terminal.run("backup", str(file))
    database = Path(parse_url(store_url).database or "")
    database.write_bytes(at_the_head(database.read_bytes()))
    hold_open = (
        "import fcntl, sys; f = open(sys.argv[1], 'rb+'); fcntl.lockf(f, fcntl.LOCK_SH, 510, 0x40000002); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold_open, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        line, _ = terminal.mistake("restore", str(file), "--yes")
        other.communicate()
    assert line.endswith(f"{database} is in use: stop API, worker and beat first.")


@SQLITE
def test_the_store_itself_is_no_place_for_its_backup(store_url: str, terminal: Terminal):
    fill(store_url)
    line, _ = terminal.mistake("backup", str(parse_url(store_url).database))
    assert line.endswith("was not written: it is the store itself.")


@POSTGRESQL
def test_without_pg_dump_it_says_what_to_install(
    store_url: str, terminal: Terminal, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(store_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    line, _ = terminal.mistake("backup", str(file))
    assert "there is no pg_dump on PATH: install PostgreSQL's client programs of version " in line


@POSTGRESQL
def test_a_pg_dump_older_than_the_server_is_refused(
    store_url: str, terminal: Terminal, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(store_url)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    line, _ = terminal.mistake("backup", str(file))
    assert "pg_dump is older than the server (pg_dump (PostgreSQL) 9.6.24)" in line
    assert not file.exists()


@pytest.mark.parametrize("folder", [".", "/", "/tmp"])  # noqa: S108 (nothing is written)
def test_a_folder_is_refused_by_its_name(terminal: Terminal, folder: str):
    assert terminal.mistake("backup", folder)[0] == f"{folder} is a folder; name a file."


def test_what_cannot_be_written_is_named_and_not_the_draft(terminal: Terminal, tmp_path: Path):
    file = tmp_path / "nowhere" / "copy"
    done = CliRunner().invoke(build(["backup"]), ["backup", str(file)])
    assert isinstance(done.exception, OSError)
    assert done.exception.filename == str(file)
