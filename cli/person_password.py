"""`./presently person password MAIL`: the password that somebody logs in with."""

import sys
from getpass import getpass
from typing import Annotated, Final

import typer

from cli.accounts import account
from cli.environment import changing, opened, read_settings
from cli.mistakes import Mistake
from config import passwords

#: Below eight characters a password is guessed (NIST SP 800-63B §3.1.1.2); none is longer than a small text.
_SHORTEST: Final = 8
_LONGEST: Final = 1000


def main(mail: Annotated[str, typer.Argument(help="The mail address of whom it is for.")]) -> None:
    """Set a password; every earlier login of the person is over."""
    settings = read_settings()
    with opened(settings) as transaction:
        person = account(transaction, mail).administrator.person
    kept = passwords.hashed(_checked(_asked_for(person.email)))
    with changing(settings) as transaction:
        transaction.accounts.set_password(person.id, kept)
    print(f"{person.email} has a new password.")


def _asked_for(mail: str) -> str:
    """Return what is typed at the terminal, twice the same, or else the first line of standard input.

    Raises:
        Mistake: the two are not the same.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"New password of {mail}: ")
    if getpass("Once more: ") != password:
        raise Mistake("The two are not the same; nothing was changed.")
    return password


def _checked(password: str) -> str:
    """Return the password.

    Raises:
        Mistake: it is too short, or too long.
    """
    if not password.isprintable() or not _SHORTEST <= len(password) <= _LONGEST:
        raise Mistake(f"A password has {_SHORTEST} to {_LONGEST} printable characters; nothing was changed.")
    return password
