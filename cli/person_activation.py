"""`./presently person deactivate MAIL` and `activate MAIL`: for people who leave or come back."""

from typing import Annotated

import typer

from cli import opening
from cli.counting import counted
from cli.mistakes import Mistake
from domain.events import Author
from services import people

Mail = Annotated[str, typer.Argument(metavar="MAIL", help="Any of the person's addresses.")]


def deactivate(mail: Mail) -> None:
    """Deactivate a person, and print how many statuses ended."""
    with opening.for_person(mail) as store:
        done = people.deactivate(store, mail, by=Author("./presently person deactivate"))
    if not done.person.is_active:
        raise Mistake(f"Nobody active has the address {mail}.")
    print(
        f"{done.person.email} is deactivated; {counted(done.deleted_statuses, 'status', 'statuses')} ended."
    )


def activate(mail: Mail) -> None:
    """Activate a person again; password, roles and login names do not come back."""
    with opening.for_person(mail) as store:
        before = people.reactivate(store, mail)
    if before.is_active:
        print(f"{before.email} is active, as before.")
    else:
        print(f"{before.email} is active again, without password, roles and login names.")
