"""`./presently backup FILE`: everything that the store keeps, as it is at one moment, while everything runs."""

from pathlib import Path
from typing import Annotated

import typer

from cli import postgresql_copy, private_file
from cli.environment import read_settings
from cli.preflight import store_mistakes
from cli.store_copies import copying, sqlite_file
from config.settings import Settings
from store import copies, sqlite_copy


def main(
    file: Annotated[Path, typer.Argument(help="Where to; a backup that is there is replaced in one step.")],
) -> None:
    """Write a backup, for its owner only, and check it."""
    settings = read_settings()
    with copying(f"{file} was not written"), store_mistakes():
        write(settings, file)
        held = copies.contents(settings.store_url)
    print(f"{file} has {held}, {file.stat().st_size / 1_000_000:,.1f} MB.")
    if settings.signing_key is None:
        print(
            f"The signing key is not in it: keep {settings.signing_key_file} too, but elsewhere. "
            "Without it, all tokens are void after a restore."
        )


def write(settings: Settings, file: Path) -> None:
    """Write a backup of the store to `file`, all of it or nothing.

    Raises:
        CopyFailed: that cannot be.
        OSError: the file cannot be written.
    """
    database = sqlite_file(settings)
    if database and file.exists() and file.samefile(database):
        raise copies.CopyFailed("it is the store itself")
    with private_file.draft(file) as draft:
        if database:
            sqlite_copy.write(database, draft)
        else:
            postgresql_copy.write(settings.store_url, draft)
