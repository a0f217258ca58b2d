"""`./presently key`: the key that tokens are signed with."""

import sys
from typing import Annotated

import typer

from cli import private_file
from cli.environment import read_settings
from cli.mistakes import Mistake
from security import signing_keys

group = typer.Typer(no_args_is_help=True)


@group.callback()
def _verbs() -> None:
    """Change the key that tokens are signed with."""


@group.command()
def rotate(
    drop_old: Annotated[  # noqa: FBT002 (a flag on the command line)
        bool,
        typer.Option("--drop-old", help="Drop the old keys: tokens that they signed are invalid at once."),
    ] = False,
) -> None:
    """Sign with a new key from now on. The API reloads it by itself; older tokens stay valid until they expire."""
    settings = read_settings()
    try:
        old = signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file).current()
    except signing_keys.BadSigningKey as error:
        raise Mistake(str(error)) from None
    keys = (signing_keys.generate(), *(() if drop_old else old))
    if settings.signing_key is not None:
        print("Set PRESENTLY_SIGNING_KEY to this, in single quotes, and restart the API:", file=sys.stderr)
        print(signing_keys.dump(keys))
        return
    private_file.write(settings.signing_key_file, signing_keys.dump(keys))
    fate = "are invalid" if drop_old else "stay valid until they expire"
    print(f"{settings.signing_key_file} has a new key; tokens that the old keys signed {fate}.")
