"""`./presently domain`: the domains whose people have statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import typer

from cli import confirmation, opening
from cli.counting import counted
from cli.environment import open_store, read_settings
from cli.mistakes import Mistake
from domain.directory import Domain
from domain.events import Author
from domain.refusals import DomainExists, InvalidValue, NotADomainName
from domain.wishes import NOON
from services import domains
from services.domains import Changes

group: Final = typer.Typer()

_AUTHOR: Final = Author("./presently domain set")

Zone = Annotated[str, typer.Option(help="Its time zone, such as Europe/Vienna.")]
Organisation = Annotated[int, typer.Option(help="The number of its company.", min=0)]


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


DayHalves = Annotated[
    datetime | None,
    typer.Option(
        formats=["%H:%M"], metavar="HH:MM", help="When the second half of a day begins; 13:00 if never said."
    ),
]
_HEADINGS: Final = ("id", "name", "zone", "halves", "company", "statuses")


@group.command()
def add(name: str, zone: Zone, organisation: Organisation = 0, day_halves: DayHalves = None) -> None:
    """Add a domain, and print its number."""
    halves = day_halves.time() if day_halves else NOON
    with open_store(read_settings()) as store, _readable_refusals():
        domain = domains.add(store, name, zone, organisation_id=organisation, day_halves=halves)
    print(domain.id)


@group.command("set")
def set_(  # noqa: PLR0913, PLR0917 (one for each setting)
    number: Annotated[int, typer.Argument(metavar="ID")],
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    zone: Zone = "",
    day_halves: DayHalves = None,
    organisation: Annotated[int | None, typer.Option(help="The number of its company.", min=0)] = None,
    statuses: Annotated[
        Switch | None, typer.Option(help="off deletes all statuses and definitions of the domain.")
    ] = None,
) -> None:
    """Change a domain's settings, and print them."""
    changes = Changes(
        name=name,
        zone=zone or None,
        day_halves=day_halves.time() if day_halves else None,
        organisation_id=organisation,
        statuses_are_on=None if statuses is None else statuses is Switch.ON,
    )
    with opening.for_domain(number) as store, _readable_refusals():
        changed = domains.change(store, number, changes, by=_AUTHOR)
    print(_line(*_cells(changed.domain)).strip())
    if changed.deleted_statuses:
        print(f"{counted(changed.deleted_statuses, 'status', 'statuses')} ended.")
    if changed.moved_statuses:
        print(f"{counted(changed.moved_statuses, 'status', 'statuses')} moved.")


@group.command()
def remove(
    number: Annotated[int, typer.Argument(metavar="ID")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without being asked.")] = False,
) -> None:
    """Remove a domain with all data of its people, events included; only a backup brings it back."""
    with opening.for_domain(number) as store:
        going = domains.count(store, number)
    name, contents = going.domain.name, going.contents
    what = (
        f"{counted(contents.people, 'person', 'people')}, "
        f"{counted(contents.statuses, 'status', 'statuses')}, "
        f"{counted(contents.clients, 'client', 'clients')} and {counted(contents.events, 'event', 'events')}"
    )
    confirmation.require(f"Remove domain {number}, {name}, with {what}, for good?", yes=yes)
    with opening.for_domain(number) as store:
        domains.remove(store, number)
    print(f"Domain {number}, {name}, is removed, with {what}.")


@group.command("list")
def list_() -> None:
    """List the domains: number, name, zone, when a day is halved, company, and whether statuses are on."""
    with open_store(read_settings()) as store:
        found = domains.listed(store)
    print(_line(*_HEADINGS))
    for domain in found:
        print(_line(*_cells(domain)))


def _cells(domain: Domain) -> tuple[str, ...]:
    switch = Switch.ON if domain.statuses_are_on else Switch.OFF
    halves = f"{domain.day_halves:%H:%M}"
    return str(domain.id), domain.name, domain.zone, halves, str(domain.organisation_id), switch


def _line(number: str, name: str, zone: str, halves: str, company: str, switch: str) -> str:  # noqa: PLR0913, PLR0917
    return f"{number:>4}  {name:<30}  {zone:<24}  {halves:<6}  {company:>7}  {switch}"


@contextmanager
def _readable_refusals() -> Iterator[None]:
    try:
        yield
    except NotADomainName as refusal:
        raise Mistake(refusal.sentence) from None
    except InvalidValue as refusal:
        raise Mistake(f"--{refusal.message({'day_halves': 'day-halves'})}") from None
    except DomainExists as refusal:
        raise Mistake(str(refusal)) from None
