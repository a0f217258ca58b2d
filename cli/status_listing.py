"""`./presently status list` and `who-is-away`: tell what people show, as tables or as JSON."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Column, Table

from cli import opening
from cli.mistakes import Mistake
from cli.person import DomainNumber
from cli.status_booking import Person
from cli.status_operator import Operated, acting_for, caller, readable_refusals
from cli.visible import visible
from cli.windows import clock, of_status, window
from domain import wishes
from domain.availability import Layer, Span
from domain.definitions import name_of
from domain.directory import Domain
from domain.status import ScheduleType
from services import availability, domains, plans
from services.availability import Asked

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

#: How many are asked for at once.
_PAGE: Final = 500
_WIDE: Final = 1000


def of_person(person: Person, *, as_json: Json = False) -> None:
    """List what is in force and what lies ahead, in the order of the starts."""
    with acting_for(person) as operated:
        rows = list(_statuses(operated))
    columns = ("id", "status", "when", "state", "message")
    _print(rows, columns, as_json=as_json, otherwise=f"{person} has no status.")


def _statuses(operated: Operated) -> Iterator[dict[str, Any]]:
    after, zone = None, operated.person.domain.zone
    while True:
        page = plans.listed(operated.store, operated.caller, operated.whom, after=after, limit=_PAGE)
        for found in page.found:
            if found.status is not None:
                status = found.status
                is_ahead = status.schedule_type is ScheduleType.RESERVED
                yield {
                    "id": status.id,
                    "status": status.profile_status_id,
                    "when": of_status(status, zone),
                    "from": clock(status.in_force_at, zone),
                    "until": clock(status.ends_at.instant if status.ends_at else None, zone),
                    "state": "ahead" if is_ahead else "shown" if found.is_shown else "covered",
                    "message": status.message,
                }
                after = (status.in_force_at, status.id)
        if not page.has_more:
            return


def away(
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="At this moment, as 2027-08-02T09:00 by the domain's clocks."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="On the days from this one, as 2027-08-02 …")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="DAY", help="… to this one, which is included.")] = None,
    domain: DomainNumber = None,
    *,
    as_json: Json = False,
) -> None:
    """List who shows an absence, or whose mail is answered automatically. Without a time: now."""
    if at is not None and since is not None:
        raise Mistake("Say either --at, or --from and --to.")
    if to is not None and since is None:
        raise Mistake("--to needs --from.")
    if "T" in f"{since}{to}":
        raise Mistake("--from and --to take days, such as 2027-08-02. A moment goes into --at.")
    said = {"startsAt": at, "from": since, "to": to}
    with opening.for_domain(domain) as store, readable_refusals():
        asked = Asked(away=_span(said))
        number = domains.get(store, domain).id
        rows, after = [], 0
        while page := availability.page(store, caller(number), number, asked, after=after, limit=_PAGE):
            rows += [_row(found) for found in page.people]
            if page.next_after is None:
                break
            after = page.next_after
    _print(rows, ("person", "name", "away"), as_json=as_json, otherwise="Nobody is away.")


def _span(said: dict[str, str | None]) -> Callable[[Domain, datetime], Span]:
    wish = wishes.parse(said)

    def meant(domain: Domain, now: datetime) -> Span:
        if wish is None:
            return Span(now)
        starts_at, ends_at = wishes.window(wish, domain.zone, domain.day_halves)
        until = ends_at.instant if ends_at else None
        since = starts_at.instant if starts_at else now
        if (until or since) < now:
            raise Mistake("That is over; ./presently status history tells what was.")
        return Span(max(now, since), until)

    return meant


def _row(found: availability.Found) -> dict[str, Any]:
    told = found.availability
    zone = found.person.domain.zone

    def name(layer: Layer | None) -> str | None:
        return name_of(found.definitions, layer.profile_status_id) if layer else None

    return {
        "person": found.person.email,
        "name": found.person.name,
        "away": "; ".join(f"{_what(found, layer)}, {_when(layer, zone)}" for layer in told.away_with or ()),
        "now": name(told.shown),
        "until": clock(told.shown.ends_at.instant, zone) if told.shown and told.shown.ends_at else "",
        "next": name(told.next),
        "from": clock(told.next.in_force_at, zone) if told.next else "",
    }


def _what(found: availability.Found, layer: Layer) -> str:
    name = name_of(found.definitions, layer.profile_status_id)
    return f"{name} “{layer.message}”" if layer.message else name


def _when(layer: Layer, zone: str) -> str:
    return window(layer.in_force_at, layer.ends_at.instant if layer.ends_at else None, zone)


def _print(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool, otherwise: str) -> None:
    """Print rows as JSON, or these columns of them as a table."""
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    # For programs that read this: one line for each row.
    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, highlight=False)
    if not rows:
        console.print(otherwise)
        return
    first, *others = columns
    table = Table(Column(first, no_wrap=True), *others, box=None)
    for row in rows:
        table.add_row(*(visible(str(row[column] or "")) for column in columns))
    console.print(table)
