"""`./presently domain`: the domains whose people have statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Final

import typer

from cli import confirmation
from cli.counting import counted
from cli.environment import changing, opened, read_settings
from cli.mistakes import Mistake
from domain.directory import Domain
from domain.events import Author
from domain.refusals import DomainUnknown, InvalidValue
from domain.zones import check_zone
from services.definitions import switch_off, switch_on
from store import removal
from store.store import Transaction

group: Final = typer.Typer()

_AUTHOR: Final = Author("./presently domain set")

Zone = Annotated[str, typer.Option(help="Its time zone, such as Europe/Vienna.")]
Organisation = Annotated[int, typer.Option(help="The number of its company.", min=0)]


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


@group.command()
def add(name: str, zone: Zone, organisation: Organisation = 0) -> None:
    """Add a domain, and print its number."""
    _check_name(name)
    with _readable_refusals(), changing(read_settings()) as transaction:
        check_zone(zone)
        _require_unused(transaction, name)
        print(transaction.directory.add_domain(name, zone, organisation_id=organisation).id)


@group.command("set")
def set_(
    number: Annotated[int, typer.Argument(metavar="ID")],
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    zone: Zone = "",
    organisation: Annotated[int | None, typer.Option(help="The number of its company.", min=0)] = None,
    statuses: Annotated[
        Switch | None, typer.Option(help="off deletes all statuses and definitions of the domain.")
    ] = None,
) -> None:
    """Change a domain's settings, and print them."""
    ended = 0
    with _readable_refusals(), changing(read_settings()) as transaction:
        domain = find(transaction, number)
        if name is not None:
            _check_name(name)
            _require_unused(transaction, name, number)
            domain = replace(domain, name=name.lower())
        if zone:
            check_zone(zone)
            domain = replace(domain, zone=zone)
        if organisation is not None:
            domain = replace(domain, organisation_id=organisation)
        transaction.directory.save_domain(domain)
        if statuses is Switch.ON:
            switch_on(transaction, number)
        elif statuses is Switch.OFF:
            ended = switch_off(transaction, number, by=_AUTHOR)
        domain = find(transaction, number)
    print(_line(domain).strip())
    if ended:
        print(f"{counted(ended, 'status', 'statuses')} ended.")


@group.command()
def remove(
    number: Annotated[int, typer.Argument(metavar="ID")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it without being asked.")] = False,
) -> None:
    """Remove a domain with all data of its people, events included; only a backup brings it back."""
    settings = read_settings()
    with opened(settings) as transaction:
        domain = find(transaction, number)
        going = removal.contents(transaction, number)
    what = (
        f"{counted(going.people, 'person', 'people')}, {counted(going.statuses, 'status', 'statuses')}, "
        f"{counted(going.clients, 'client', 'clients')} and {counted(going.events, 'event', 'events')}"
    )
    confirmation.require(f"Remove domain {number}, {domain.name}, with {what}, for good?", yes=yes)
    with changing(settings) as transaction:
        find(transaction, number)
        removal.remove(transaction, number)
    print(f"Domain {number}, {domain.name}, is removed, with {what}.")


@group.command("list")
def list_() -> None:
    """List the domains: number, name, zone, company, and whether statuses are on."""
    with opened(read_settings()) as transaction:
        domains = transaction.directory.domains()
    for domain in domains:
        print(_line(domain))


def chosen(transaction: Transaction, number: int | None) -> Domain:
    """Return the domain with this number; without one the only domain, or domain 1 of several.

    Raises:
        Mistake: there is no such domain.
    """
    domains = transaction.directory.domains()
    if number is None and len(domains) == 1:
        return domains[0]
    return find(transaction, number or 1)


def find(transaction: Transaction, number: int) -> Domain:
    """Return the domain with this number, or raise `Mistake` if there is none."""
    try:
        return transaction.directory.domain(number)
    except DomainUnknown:
        advice = (
            "add one: ./presently domain add NAME --zone AREA/CITY"
            if transaction.directory.is_empty()
            else "./presently domain list shows which there are"
        )
        raise Mistake(f"There is no domain {number}; {advice}.") from None


def _line(domain: Domain) -> str:
    switch = Switch.ON if domain.statuses_are_on else Switch.OFF
    return f"{domain.id:>4}  {domain.name:<30}  {domain.zone:<24}  {domain.organisation_id:>4}  {switch}"


def _require_unused(transaction: Transaction, name: str, by: int | None = None) -> None:
    """Raise `Mistake` if a domain other than number `by` has the name."""
    if any(domain.name == name.lower() and domain.id != by for domain in transaction.directory.domains()):
        raise Mistake(f"There is a domain {name.lower()} already.")


def _check_name(name: str) -> None:
    if not name.isprintable() or not 1 <= len(name) <= 255 or set(name) & set(" @/"):  # noqa: PLR2004 (the column's)
        raise Mistake(f"{name!r} is not a domain name. Example: example.com")


@contextmanager
def _readable_refusals() -> Iterator[None]:
    try:
        yield
    except InvalidValue as refusal:
        raise Mistake(f"--{refusal}") from None
