"""`./presently person password MAIL`: sets the password to log in with."""

import sys
from getpass import getpass
from typing import Annotated, Final

import typer

from cli import opening
from cli.mistakes import Mistake
from services import accounts

#: A password of fewer than eight characters is too easy to guess (NIST SP 800-63B §3.1.1.2).
_SHORTEST: Final = 8
_LONGEST: Final = 1000


def main(
    mail: Annotated[
        str, typer.Argument(metavar="MAIL", help="Any of the person's addresses, or a login name.")
    ],
) -> None:
    """Set a password, and end every login of the person."""
    with opening.for_account(mail) as store:
        person = accounts.named(store, mail)
    password = _checked(_asked_for(person.email))
    with opening.for_account(mail) as store:
        accounts.set_password(store, mail, password)
    print(f"{person.email} has a new password.")


def _asked_for(mail: str) -> str:
    """Read the password: at a terminal from two prompts, else from the first line of standard input.

    Raises:
        Mistake: the two entries differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"New password of {mail}: ")
    if getpass("Once more: ") != password:
        raise Mistake("The two passwords differ; nothing was changed.")
    return password


def _checked(password: str) -> str:
    """Return the password.

    Raises:
        Mistake: it is too short, too long, or not printable.
    """
    if not password.isprintable() or not _SHORTEST <= len(password) <= _LONGEST:
        raise Mistake(f"A password has {_SHORTEST} to {_LONGEST} printable characters; nothing was changed.")
    return password
