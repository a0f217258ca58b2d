"""`./presently restore FILE`: replaces the store by a backup, while nothing runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import backup, confirmation, postgresql_copy, private_file
from cli.environment import read_settings
from cli.mistakes import Mistake
from cli.preflight import store_mistakes
from cli.store_copies import copying, locked, sqlite_file
from config.settings import Settings
from store import copies, sqlite_copy


def main(
    file: Annotated[Path, typer.Argument(help="A file that ./presently backup wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the store without being asked.")] = False,
) -> None:
    """Replace the store by a backup; the old store is kept in a file beside it."""
    settings = read_settings()
    if not file.is_file():
        raise Mistake(f"There is no file {file}.")
    with copying(f"{file} was not restored"), store_mistakes(settings.store_variable):
        database = sqlite_file(settings)
        with locked(settings, database):
            if database:
                aside = _restore_sqlite(database, file, yes=yes)
            else:
                aside = _restore_postgresql(settings, file, yes=yes)
        held = copies.contents(settings.store_url)
    print(f"The store has {held}, from {file}.")
    if aside:
        print(f"The old store is in {aside}; delete that file when you no longer need it.")


def _restore_sqlite(database: Path, file: Path, *, yes: bool) -> Path | None:
    sqlite_copy.check(file)
    there = database.is_file()
    damage = sqlite_copy.damage(database) if there else None
    if there:
        _require_unused(database, damage)
        _confirm_sqlite(database, damage, file, yes=yes)
    aside = database.with_name(f"{database.name}.{_stamp()}")
    with private_file.draft(database) as draft:
        sqlite_copy.prepare(file, draft)
        if there:
            _require_unused(database, damage)
            sqlite_copy.keep_aside(database, aside)
    return aside if there else None


def _require_unused(database: Path, damage: str | None) -> None:
    """Raise `CopyFailed` if somebody has the store open. What is damaged stays as it is."""
    if damage:
        sqlite_copy.require_closed(database)
    else:
        sqlite_copy.require_unused(database)


def _confirm_sqlite(database: Path, damage: str | None, file: Path, *, yes: bool) -> None:
    if damage:
        confirmation.require(f"{database} is damaged ({damage}). Replace it by {file}?", yes=yes)
    else:
        _confirm(copies.contents(f"sqlite:///{database}"), database, file, yes=yes)


def _restore_postgresql(settings: Settings, file: Path, *, yes: bool) -> Path | None:
    url = settings.store_url
    postgresql_copy.check(url, file)
    postgresql_copy.require_unused(url)
    held = copies.contents(url)
    aside = file.with_name(f"{file.name}.{_stamp()}")
    if held:
        _confirm(held, url.rpartition("@")[2], file, yes=yes)
        backup.write(settings, aside)
    script = private_file.empty(file.with_name(f"{file.name}.sql"))
    try:
        postgresql_copy.put_in_place(url, file, script)
    finally:
        script.unlink()
    return aside if held else None


def _confirm(held: copies.Contents | None, where: object, file: Path, *, yes: bool) -> None:
    if held and held.domains:
        confirmation.require(f"{where} holds {held}. Replace all of it by {file}?", yes=yes)


def _stamp() -> str:
    return f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
