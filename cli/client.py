"""`./presently client`: OAuth 2.0 clients, programs that get tokens by themselves."""

import json
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Column, Table

from cli import opening, private_file
from cli.environment import open_store, read_settings
from cli.mistakes import Mistake
from cli.person import DomainNumber
from cli.registration import as_json, checked_public_key, new_key_pair
from cli.scopes import ALL, parse
from domain.refusals import ClientUnknown
from services import clients, domains
from services.clients import Choices

group = typer.Typer(no_args_is_help=True)

_LONGEST_NAME: Final = 100
_WIDE: Final = 1000


class Lifetime(StrEnum):
    """The lifetime of an access token, in seconds."""

    HOUR = "3600"
    DAY = "86400"


@group.command()
def add(  # noqa: PLR0913, PLR0917 (one for each option)
    name: Annotated[str, typer.Option(help="Its name in lists.")],
    scopes: Annotated[
        str, typer.Option(help=f"The scopes it may request, one or more of: {ALL}.")
    ] = "user directory",
    domain: DomainNumber = None,
    public_key: Annotated[
        Path | None,
        typer.Option(help="A file with its RSA public key, as PEM. Without it, a key pair is generated."),
    ] = None,
    private_key_file: Annotated[
        Path | None,
        typer.Option(help="Where to write the generated private key. Without it: in the data folder."),
    ] = None,
    rotate: Annotated[  # noqa: FBT002 (typer's way to say --rotate or --no-rotate)
        bool, typer.Option(help="Replace each refresh token by a new one when it is used.")
    ] = True,
    own: Annotated[  # noqa: FBT002 (typer's way to say --own)
        bool, typer.Option("--own", help="Let it change and remove only the statuses that it booked itself.")
    ] = False,
    lifetime: Annotated[
        Lifetime, typer.Option(help="The lifetime of an access token, in seconds.")
    ] = Lifetime.DAY,
) -> None:
    """Register a client with its service account; print its credentials as JSON. The secret is shown only this once."""
    settings = read_settings()
    allowed = parse("--scopes", scopes)
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Mistake(f"--name takes 1 to {_LONGEST_NAME} characters on one line.")
    if public_key is not None and private_key_file is not None:
        raise Mistake("--private-key-file is for a generated key, and with --public-key none is generated.")
    pair = None if public_key else new_key_pair()
    public = pair.public if pair else checked_public_key(_text(public_key))
    choices = Choices(
        name=name.strip(),
        scopes=allowed,
        public_key=public,
        rotates=rotate,
        writes_own_only=own,
        token_lifetime=timedelta(seconds=int(lifetime)),
    )
    with opening.for_domain(domain) as store:
        new = clients.new_client(domains.get(store, domain), choices)
        written = None
        if pair:
            written = private_key_file or settings.data / "clients" / f"{new.client.id}.pem"
            _write_private_key(written, pair.private)
        clients.register(store, new.client)
    print(json.dumps(as_json(new, str(written.resolve()) if written else None), indent=2))


@group.command("list")
def list_() -> None:
    """List the clients."""
    with open_store(read_settings()) as store:
        found = clients.listed(store)
    whole = (Column(heading, no_wrap=True) for heading in ("id", "service account"))
    table = Table(*whole, "domain", "name", "scopes", "token", "rotates", "own only", "revoked", box=None)
    for client in found:
        table.add_row(
            client.id,
            client.service_account,
            str(client.domain_id),
            client.name,
            " ".join(sorted(client.scopes)),
            f"{client.token_lifetime.total_seconds():.0f} s",
            "yes" if client.rotates else "no",
            "yes" if client.writes_own_only else "no",
            f"{client.revoked_at:%Y-%m-%d %H:%M:%S}Z" if client.revoked_at else "",
        )
    # For programs that read this: one line for each client.
    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, highlight=False)
    console.print(table if found else "There is no client yet: ./presently client add --name …")


@group.command()
def revoke(client_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the client.")]) -> None:
    """Revoke a client: it gets no more tokens, and those that it has are invalid at once."""
    try:
        with open_store(read_settings()) as store:
            clients.revoke(store, client_id)
    except ClientUnknown:
        raise Mistake(f"There is no client {client_id} to revoke; see ./presently client list.") from None
    print(f"Client {client_id} is revoked; its tokens are invalid.")


def _text(file: Path | None) -> str:
    try:
        return file.read_text() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Mistake(f"--public-key: {file} cannot be read ({reason}).") from None


def _write_private_key(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            raise Mistake(f"--private-key-file: {file} exists already, and was not changed.")
        private_file.write(file, text)
    except OSError as error:
        raise Mistake(f"--private-key-file: {file} cannot be written ({error.strerror}).") from None
