"""`./presently person role MAIL PERMISSION [PARAMETER]`: what a person may administer."""

from typing import Annotated

import typer

from cli import opening
from cli.mistakes import Mistake
from domain.permissions import BadRole, Permission, Role, role
from services import accounts


def main(
    mail: Annotated[
        str, typer.Argument(metavar="MAIL", help="Any of the person's addresses, or a login name.")
    ],
    permission: Annotated[str, typer.Argument(help=f"One of: {', '.join(Permission)}.")],
    parameter: Annotated[
        str, typer.Argument(help="The number of the domain or organisation; * for all.", show_default=False)
    ] = "",
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the role away.")] = False,
) -> None:
    """Give a person a role, or take it away; repeating either changes nothing."""
    wanted = _role(permission, parameter)
    change = accounts.withdraw if remove else accounts.grant
    domain = wanted.parameter if isinstance(wanted.parameter, int) else None
    with opening.for_account(mail, domain=domain) as store:
        done = change(store, mail, wanted)
    state = "is not" if remove else "is"
    print(f"{done.person.email} {state} {wanted}{'' if done.has_changed else ', as before'}.")


def _role(permission: str, parameter: str) -> Role:
    try:
        return role(permission, parameter)
    except BadRole as mistake:
        raise Mistake(str(mistake)) from None
