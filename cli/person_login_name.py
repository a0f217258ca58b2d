"""`./presently person login-name MAIL NAME`: another name to log in with."""

from typing import Annotated, Final

import typer

from cli import opening
from cli.mistakes import Mistake
from domain.refusals import LoginNameTaken
from services import accounts

_LONGEST: Final = 320


def main(
    mail: Annotated[
        str, typer.Argument(metavar="MAIL", help="Any of the person's addresses, or a login name.")
    ],
    name: Annotated[str, typer.Argument(help="The name; nobody else may have it.")],
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the name away.")] = False,
) -> None:
    """Give a person this login name, or take it away; repeating either changes nothing."""
    wanted = _checked(name)
    change = accounts.remove_login_name if remove else accounts.add_login_name
    try:
        with opening.for_account(mail) as store:
            person = change(store, mail, wanted)
    except LoginNameTaken as refusal:
        raise Mistake(f"{wanted} is already the login name of {refusal.holder}.") from None
    print(f"{person.email} {'does not log in' if remove else 'logs in'} as {wanted}.")


def _checked(name: str) -> str:
    """Return the name in lower case.

    Raises:
        Mistake: it is empty, too long, not printable, or contains an `@` as a mail address does.
    """
    if not name.isprintable() or not name.strip() or len(name) > _LONGEST or "@" in name:
        raise Mistake(f"A login name has 1 to {_LONGEST} printable characters, and no @.")
    return name.lower()
