"""`./presently backup FILE`: a consistent copy of the whole store, also while Presently runs."""

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
    file: Annotated[Path, typer.Argument(help="The file to write; an existing one is replaced in one step.")],
) -> None:
    """Write a backup that only its owner may read, and check it."""
    settings = read_settings()
    with copying(f"{file} was not written"), store_mistakes(settings.store_variable):
        write(settings, file)
        held = copies.contents(settings.store_url)
    print(f"{file} has {held}, {file.stat().st_size / 1_000_000:,.1f} MB.")
    if settings.signing_key is None:
        print(
            f"It does not contain the signing key: keep {settings.signing_key_file} too, in another place. "
            "Without the key, all tokens are invalid after a restore."
        )


def write(settings: Settings, file: Path) -> None:
    """Write a backup of the store to `file`, completely or not at all.

    Raises:
        CopyFailed: the store cannot be copied, or `file` is the store itself.
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
