"""`./presently person`: adds, changes and lists people; the other subcommands have modules of their own."""

from typing import Annotated, Final

import typer

from cli import opening, person_activation, person_login_name, person_password, person_role, person_set
from cli.mistakes import Mistake
from domain.events import Author
from domain.refusals import EntryRefused
from services import roster

group: Final = typer.Typer()
group.command("password", help="Set the password to log in with, read from a prompt or from standard input.")(
    person_password.main
)
group.command("role", help="Give a person a role as administrator, or take it away.")(person_role.main)
group.command("login-name", help="Give a person another name to log in with, or take it away.")(
    person_login_name.main
)
group.command("set", help="Change a person. Options that are not given change nothing.")(person_set.main)
group.command("deactivate", help="Deactivate a person: statuses, remembered texts and tokens end at once.")(
    person_activation.deactivate
)
group.command("activate", help="Activate a person who was deactivated.")(person_activation.activate)

DomainNumber = Annotated[
    int | None,
    typer.Option(
        "--domain", help="The number of the domain. Default: the only one, or 1.", show_default=False
    ),
]


@group.command()
def add(
    email: Annotated[str, typer.Option(help="The first mail address.")],
    name: Annotated[str, typer.Option(help="The full name.")],
    external_key: Annotated[str, typer.Option(help="The person's id in another system, such as HR.")] = "",
    alias: Annotated[list[str] | None, typer.Option(help="A further mail address; may be repeated.")] = None,
    *,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="May change the statuses of everybody in the domain.")
    ] = False,
    domain: DomainNumber = None,
) -> None:
    """Add a person, and print the resource id."""
    entry = {
        "email": email.strip(),
        "name": name.strip(),
        "external_key": external_key or None,
        "aliases": tuple(alias or ()),
        "is_administrator": administrator,
    }
    with opening.for_domain(domain) as store:
        try:
            person = roster.add(store, domain, entry, by=Author("./presently person add"))
        except EntryRefused as refusal:
            raise Mistake(str(refusal)) from None
    print(person.user_id)


@group.command("list")
def list_(domain: DomainNumber = None) -> None:
    """List all people of a domain: number, address, name, external key, marks, roles and login names.

    The marks are `administrator` and `deactivated`; `-` stands for none.
    """
    with opening.for_domain(domain) as store:
        people = roster.listed(store, domain)
    print(_line("id", "address", "name", "external key", "marks", "roles", "login names"))
    for person in people:
        entry = person.entry
        flags = "administrator" if entry.is_administrator else ""
        marks = f"{flags} {'' if entry.is_active else 'deactivated'}".strip()
        held = ", ".join(sorted(map(str, person.roles)))
        names = ", ".join(person.login_names)
        print(_line(str(person.id), entry.email, entry.name, entry.external_key or "", marks, held, names))


def _line(number: str, *cells: str) -> str:
    texts = (f"{cell or '-':<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"{number:>6}  {'  '.join(texts)}".rstrip()


#: The columns after the number.
_WIDTHS: Final = (30, 24, 12, 13, 13, 0)
