"""`./presently migrate`: upgrades the store's tables to this version, or takes them back to those of an earlier one."""

from collections.abc import Callable
from typing import Annotated

import typer

from cli import data_folder, postgresql_copy, preflight, progress
from cli.environment import read_settings
from cli.mistakes import Mistake
from cli.store_copies import copying, locked, sqlite_file
from config.settings import Settings
from store import migrate, sqlite_copy


def main(
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Go to this migration, back or forward. Before going back, stop all processes.",
        ),
    ] = None,
) -> None:
    """Upgrade the store's tables to this version."""
    settings = read_settings()
    if settings.signing_key is not None:
        preflight.require_signing_key(settings)
    if settings.database_url is None:
        data_folder.make(settings)
    target = to or migrate.newest() or "head"
    if not migrate.is_known(target):
        raise Mistake(f"There is no migration {target}. The newest is {migrate.newest()}.")
    url = settings.store_url
    with preflight.store_mistakes(settings.store_variable), progress.shown() as begin:
        if migrate.is_behind(url, target):
            before = _taken_back(settings, target, begin)
        else:
            before = migrate.upgrade(url, lambda revision: begin(f"Migrating: {revision}"), to=target)
    if before == target:
        print(f"The store has the tables of this version already: {before}.")
    else:
        print(f"The store went from {before or 'no tables'} to {target}.")


def _taken_back(settings: Settings, target: str, begin: Callable[[str], object]) -> str | None:
    """Go back while nothing runs: the processes of this version need the columns that go."""
    database = sqlite_file(settings)
    with copying("The store was not taken back"), locked(settings, database):
        if database:
            sqlite_copy.require_unused(database)
        else:
            postgresql_copy.require_unused(settings.store_url)
        try:
            return migrate.downgrade(
                settings.store_url, lambda revision: begin(f"Taking back: {revision}"), to=target
            )
        except migrate.NoWayBack as error:
            raise Mistake(str(error)) from None
