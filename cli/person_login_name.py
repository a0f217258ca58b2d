"""`./presently person login-name MAIL NAME`: by which other name somebody logs in."""

from typing import Annotated, Final

import typer

from cli.accounts import account
from cli.environment import changing, read_settings
from cli.mistakes import Mistake

_LONGEST: Final = 320


def main(
    mail: Annotated[str, typer.Argument(help="The mail address of whom it is for.")],
    name: Annotated[str, typer.Argument(help="The name, which nobody else has.")],
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the name away.")] = False,
) -> None:
    """Let somebody log in by this name, or not any more; both can be done again."""
    wanted = _checked(name)
    with changing(read_settings()) as transaction:
        person = account(transaction, mail).administrator.person
        holder = transaction.accounts.named(wanted)
        if remove:
            transaction.accounts.remove_login_name(person.id, wanted)
        elif holder is None:
            transaction.accounts.add_login_name(person.id, wanted)
        elif holder.administrator.person.id != person.id:
            raise Mistake(f"{wanted} is {holder.administrator.person.email} already.")
    print(f"{person.email} {'does not log in' if remove else 'logs in'} as {wanted}.")


def _checked(name: str) -> str:
    """Return the name in lower case.

    Raises:
        Mistake: nobody could type it in, or it could be somebody's mail address.
    """
    if not name.isprintable() or not name.strip() or len(name) > _LONGEST or "@" in name:
        raise Mistake(f"A login name has 1 to {_LONGEST} printable characters, and no @.")
    return name.lower()
