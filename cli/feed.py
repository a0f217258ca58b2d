"""`./presently feed`: secret addresses of calendars, of people and of domains."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Column, Table

from cli import opening, ports
from cli.environment import open_store, read_settings
from cli.mistakes import Mistake
from domain.feeds import Detail, NewFeed
from domain.refusals import FeedUnknown, TooManyFeeds
from services import domains, feeds
from services.feeds import Owned, Wanted

group: Final = typer.Typer(no_args_is_help=True)

_LONGEST_NAME: Final = 100
_WIDE: Final = 1000


@group.command()
def add(
    person: Annotated[str | None, typer.Argument(help="The mail address of the person.")] = None,
    domain: Annotated[
        int | None, typer.Option(help="Instead of a person: the number of a domain, for all its absences.")
    ] = None,
    shows: Annotated[
        Detail,
        typer.Option(
            help="busy: only out of office, busy or free; status: its name; message: the message too."
        ),
    ] = Detail.BUSY,
    name: Annotated[str | None, typer.Option(help="What it is called in lists.")] = None,
) -> None:
    """Make a calendar feed, and print its address. It is shown only this once; whoever knows it can read the feed."""
    if (person is None) == (domain is None):
        raise Mistake("Name one person by mail address, or one domain: --domain NUMBER.")
    if name is not None and not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        raise Mistake(f"--name takes 1 to {_LONGEST_NAME} characters on one line.")
    made = _made(person, domain, Wanted(detail=shows, name=name))
    settings = read_settings()
    root = (settings.public_url or ports.url(settings.host, settings.port)).rstrip("/")
    print(json.dumps({"id": made.feed.id, "address": feeds.address(root, made.secret)}, indent=2))


def _made(person: str | None, domain: int | None, wanted: Wanted) -> NewFeed:
    if person is not None:
        with opening.for_person(person) as store, _readable_refusals():
            return feeds.register(store, person, wanted)
    with opening.for_domain(domain) as store, _readable_refusals():
        return feeds.register_for_domain(store, domains.get(store, domain), wanted)


@group.command("list")
def list_(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False
) -> None:
    """List the calendar feeds, without their addresses."""
    with open_store(read_settings()) as store:
        found = feeds.every(store)
    if as_json:
        print(json.dumps([_document(one) for one in found], indent=2, ensure_ascii=False))
        return
    table = Table(Column("id", no_wrap=True), "of", "shows", "name", "made", "by", box=None)
    for one in found:
        table.add_row(*(value or "" for value in _document(one).values()))
    # For programs that read this: one line for each feed.
    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, highlight=False)
    console.print(table if found else "There is no calendar feed yet: ./presently feed add PERSON")


@group.command()
def revoke(feed_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the feed.")]) -> None:
    """Revoke a calendar feed: nobody can fetch it any more."""
    with open_store(read_settings()) as store, _readable_refusals(feed_id):
        feeds.withdraw(store, feed_id)
    print(f"Feed {feed_id} is revoked; its address is unknown.")


def _document(one: Owned) -> dict[str, str | None]:
    feed = one.feed
    return {
        "id": feed.id,
        "of": one.owner,
        "shows": feed.detail.value,
        "name": feed.name,
        "createdAt": f"{feed.created_at:%Y-%m-%dT%H:%M:%S}Z",
        "createdBy": feed.created_by,
    }


@contextmanager
def _readable_refusals(feed_id: str = "") -> Iterator[None]:
    try:
        yield
    except FeedUnknown:
        raise Mistake(f"There is no feed {feed_id} to revoke; see ./presently feed list.") from None
    except TooManyFeeds as refusal:
        raise Mistake(str(refusal)) from None
