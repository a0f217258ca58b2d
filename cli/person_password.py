"""`./presently person password MAIL`: sets the password to log in with."""

import sys
from getpass import getpass
from typing import Annotated, Final

import typer

from cli.accounts import account
from cli.environment import changing, opened, read_settings
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
    settings = read_settings()
    with opened(settings) as transaction:
        person = account(transaction, mail).person
    password = _checked(_asked_for(person.email))
    with changing(settings) as transaction:
        accounts.set_password(transaction, person, password)
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
