"""`./presently key`: the key that tokens are signed with."""

import sys
from typing import Annotated

import typer

from cli import private_file
from cli.environment import read_settings
from cli.mistakes import Mistake
from config import signing_key

group = typer.Typer(no_args_is_help=True)


@group.callback()
def _verbs() -> None:
    """Change the key that tokens are signed with."""


@group.command()
def rotate(
    drop_old: Annotated[  # noqa: FBT002 (a flag on the command line)
        bool,
        typer.Option("--drop-old", help="Forget the old keys: tokens that they signed are void at once."),
    ] = False,
) -> None:
    """Sign with a new key from now on. The API reads it by itself; tokens of the old keys are good until they end."""
    settings = read_settings()
    try:
        old = signing_key.ring(settings).current()
    except signing_key.BadSigningKey as error:
        raise Mistake(str(error)) from None
    keys = (signing_key.generate(), *(() if drop_old else old))
    if settings.signing_key is not None:
        print("Make this PRESENTLY_SIGNING_KEY, in single quotes, and restart the API:", file=sys.stderr)
        print(signing_key.dump(keys))
        return
    private_file.write(settings.signing_key_file, signing_key.dump(keys))
    fate = "void" if drop_old else "good until they end"
    print(f"{settings.signing_key_file} has a new key; tokens that the old ones signed are {fate}.")
