"""`./presently person deactivate MAIL` and `activate MAIL`: for people who leave or come back."""

from typing import Annotated

import typer

from cli.accounts import registered
from cli.counting import counted
from cli.environment import changing, read_settings
from cli.mistakes import Mistake
from domain.events import Author
from store import deactivation

Mail = Annotated[str, typer.Argument(metavar="MAIL", help="Any of the person's addresses.")]


def deactivate(mail: Mail) -> None:
    """Deactivate a person, and print how many statuses ended."""
    with changing(read_settings()) as transaction:
        person = registered(transaction, mail)
        if not person.is_active:
            raise Mistake(f"Nobody active has the address {mail}.")
        ended = deactivation.deactivate(transaction, [person.id], by=Author("./presently person deactivate"))
    print(f"{person.email} is deactivated; {counted(ended, 'status', 'statuses')} ended.")


def activate(mail: Mail) -> None:
    """Activate a person again; password, roles and login names do not come back."""
    with changing(read_settings()) as transaction:
        person = registered(transaction, mail)
        if not person.is_active:
            deactivation.reactivate(transaction, [person.id])
    if person.is_active:
        print(f"{person.email} is active, as before.")
    else:
        print(f"{person.email} is active again, without password, roles and login names.")
