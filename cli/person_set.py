"""`./presently person set MAIL`: changes a person."""

from typing import Annotated, Any

import typer

from cli import opening
from cli.mistakes import Mistake
from domain.events import Author
from domain.refusals import EntryRefused
from services import roster


def main(  # noqa: PLR0913 (one for each option)
    mail: Annotated[str, typer.Argument(metavar="MAIL", help="Any of the person's addresses.")],
    *,
    email: Annotated[str | None, typer.Option(help="The first mail address.")] = None,
    name: Annotated[str | None, typer.Option(help="The full name.")] = None,
    external_key: Annotated[
        str | None, typer.Option(help="The person's id in another system, such as HR; empty: remove it.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            help="A further mail address, replacing the present ones; may be repeated; empty: remove all."
        ),
    ] = None,
    administrator: Annotated[
        bool | None, typer.Option(help="Whether they may change the statuses of everybody in the domain.")
    ] = None,
) -> None:
    """Change the given fields, and print which have changed."""
    changes = _changes(email, name, external_key, alias, administrator)
    if not changes:
        raise Mistake("Give what to change: --email, --name, --external-key, --alias or --administrator.")
    with opening.for_person(mail) as store:
        try:
            changed = roster.change(store, mail, changes, by=Author("./presently person set"))
        except EntryRefused as refusal:
            raise Mistake(str(refusal)) from None
    what = f"{', '.join(map(_words, changed.fields))} changed" if changed.fields else "nothing changed"
    print(f"{changed.person.email}: {what}.")


def _changes(
    email: str | None,
    name: str | None,
    external_key: str | None,
    aliases: list[str] | None,
    administrator: bool | None,  # noqa: FBT001 (an option's value)
) -> dict[str, Any]:
    given = {
        "email": email and email.strip(),
        "name": name and name.strip(),
        "aliases": None if not aliases else tuple(filter(None, map(str.strip, aliases))),
        "is_administrator": administrator,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    return changes if external_key is None else changes | {"external_key": external_key or None}


def _words(field: str) -> str:
    return field.removeprefix("is_").replace("_", " ")
