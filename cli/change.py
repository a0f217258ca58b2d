"""`./presently change`: plans, applies and undoes changes of many people's statuses, from a file."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from cli import opening
from cli.environment import read_settings
from cli.mistakes import Mistake
from cli.person import DomainNumber
from cli.visible import visible
from domain.bulk import CHANGING, Action
from domain.bulk_changes import BulkChange, Entry, State
from domain.directory import Domain
from domain.moments import at_wall_clock
from domain.plans import Limits
from domain.refusals import Refusal
from domain.status import Draft, Status
from domain.wishes import Days, in_words
from services import change_progress, change_receiving, changes, domains
from services.change_receiving import AllOf, Line
from services.changes import Booker
from store.store import Store

group: Final = typer.Typer()

_CLIENT: Final = "./presently change"
#: The options that refusals name.
_OPTIONS: Final[Mapping[str, str]] = {"skip_refused": "--skip-refused", "all_of": "--all-of"}
_AT_ONCE: Final = 1000
#: The report shows at most so many entries.
_SHOWN: Final = 20

ChangeId = Annotated[str, typer.Argument(help="The id that `plan` and `list` show.")]


@group.command()
def plan(
    file: Annotated[
        Path,
        typer.Argument(help="Comma-separated values with a header, or .ndjson with an object in each line."),
    ],
    domain: DomainNumber = None,
    *,
    all_of: Annotated[
        tuple[datetime, datetime] | None,
        typer.Option(
            "--all-of",
            metavar="FROM TO",
            formats=["%Y-%m-%d"],
            help="This is all there is: what `change` booked before and begins on a day from FROM to TO, both "
            "included, and is missing, is cancelled.",
        ),
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option("--everybody", help="With --all-of: for everybody, not only for those in the file."),
    ] = False,
) -> None:
    """Show what a file would change. Nothing is written until `apply`.

    The columns, or the names in each object: `person` (mail address, id, externalKey:… or number); `externalId` (an id
    of your own, which you keep); days (`from`, `to`, `half`, `fromHalf`, `toHalf`) or times (`startsAt`, `endsAt`); and
    if you like `status`, `message`, `autoReply` and `zone`.
    """
    lines = list(_lines(file))
    if not lines:
        raise Mistake(f"{file} has no entries.")
    with _opened(domain) as (store, by, home), _bars() as bars:
        receiving = change_receiving.receive(store, by, _window(all_of, home, everybody=everybody))
        reading = bars.add_task("Reading", total=len(lines))
        for start in range(0, len(lines), _AT_ONCE):
            receiving.add(lines[start : start + _AT_ONCE])
            bars.update(reading, completed=start + _AT_ONCE)
        change = _carry_on(store, receiving.finish(), bars)
        entries = changes.diff(store, by, change.id, actions=_TELLING, limit=_SHOWN + 1)
    _report(change, entries)


@group.command()
def apply(
    change_id: ChangeId,
    domain: DomainNumber = None,
    *,
    plan: Annotated[
        int | None,
        typer.Option(min=1, help="The plan that you have seen. Without it, only plan 1 is applied."),
    ] = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Apply the others; not with --all-of.")
    ] = False,
) -> None:
    """Apply a planned change, whole or not at all."""
    with _opened(domain) as (store, by, _), _bars() as bars:
        applying = changes.apply(store, by, change_id, plan=plan, skip_refused=skip_refused)
        change = _carry_on(store, applying, bars)
    if change.state is not State.APPLIED:
        raise Mistake(
            f"Not applied: {change.problem} It is planned anew; look at it with `show`, and apply it with "
            f"`--plan {change.plan}`."
        )
    _report(change)


@group.command()
def undo(change_id: ChangeId, domain: DomainNumber = None) -> None:
    """Take an applied change back. What somebody changed since stays, and is named."""
    with _opened(domain) as (store, by, _), _bars() as bars:
        change = _carry_on(store, changes.undo(store, by, change_id), bars)
        left = changes.diff(store, by, change.id, is_left=True, limit=_SHOWN + 1)
    _report(change, left)


@group.command()
def show(
    change_id: ChangeId,
    domain: DomainNumber = None,
    *,
    limit: Annotated[int, typer.Option(help="How many entries at most.", min=1)] = _SHOWN,
) -> None:
    """Show how far a change is, and what it does."""
    with _opened(domain) as (store, by, _):
        change = changes.get(store, by, change_id)
        entries = changes.diff(store, by, change.id, actions=_TELLING, limit=limit + 1)
    _report(change, entries, limit=limit)


@group.command("list")
def list_(domain: DomainNumber = None) -> None:
    """List the changes of the last weeks, the newest first."""
    with _opened(domain) as (store, by, _):
        found = changes.listed(store, by, limit=100)
    for change in found:
        print(
            f"{change.id}  {change.created_at:%Y-%m-%d %H:%M}  {change.state:<9}  plan {change.plan}  {_counts(change)}"
        )


@group.command()
def delete(change_id: ChangeId, domain: DomainNumber = None) -> None:
    """Delete a change that is not applied."""
    with _opened(domain) as (store, by, _):
        changes.delete(store, by, change_id)


_TELLING: Final = tuple(action for action in Action if action is not Action.UNCHANGED)


@contextmanager
def _opened(number: int | None) -> Iterator[tuple[Store, Booker, Domain]]:
    with opening.for_domain(number) as store:
        home = domains.default(store, number)
        try:
            yield store, Booker(domain_id=home.id, client=_CLIENT, author=_CLIENT), home
        except Refusal as refusal:
            raise Mistake(refusal.message(_OPTIONS)) from None


def _carry_on(store: Store, change: BulkChange, bars: Progress) -> BulkChange:
    """Do what a worker would do, with a bar for each state."""
    settings = read_settings()
    limits = Limits(ahead=settings.plan_ahead, largest_reply=settings.largest_reply)
    tasks = {}

    def shown(now: BulkChange) -> None:
        if now.state not in tasks:
            tasks[now.state] = bars.add_task(now.state.value.capitalize(), total=now.people)
        bars.update(tasks[now.state], completed=now.people_done)

    return change_progress.carry_on(store, change.id, limits=limits, progress=shown) or change


def _bars() -> Progress:
    console = Console(stderr=True, highlight=False)
    return Progress(console=console, disable=not console.is_terminal, transient=True)


def _window(all_of: tuple[datetime, datetime] | None, home: Domain, *, everybody: bool) -> AllOf | None:
    if all_of is None:
        return None
    first, last = all_of
    starts_at, ends_at = (at_wall_clock(day, home.zone) for day in (first, last + timedelta(days=1)))
    return AllOf(starts_at, ends_at, everybody)


def _lines(file: Path) -> Iterable[Line]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Mistake(f"{file}: line {line} is not UTF-8; save the file as “CSV UTF-8”.") from None
    if file.suffix in {".ndjson", ".jsonl"}:
        return [_object(line) for line in text.splitlines() if line.strip()]
    try:
        return [_row(row) for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise Mistake(f"{file} is no CSV ({error}).") from None


def _object(line: str) -> Line:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return "The line is no JSON."
    return value if isinstance(value, dict) else "An entry is a JSON object."


def _row(row: dict[str | None, str | None]) -> Line:
    if None in row:
        return "The line has more fields than the header."
    return {name: value for name, value in row.items() if name is not None}


def _report(change: BulkChange, entries: Iterable[Entry] = (), *, limit: int = _SHOWN) -> None:
    plan = f" (plan {change.plan})" if change.plan > 1 else ""
    print(f"{change.id}  {change.state}{plan}  {_counts(change)}")
    if change.problem:
        print(f"  {visible(change.problem)}")
    for place, entry in zip(count(), entries, strict=False):
        if place == limit:
            print(f"  …  ./presently change show {change.id} --limit {max(1000, 10 * limit)} shows more.")
            return
        said = f"{entry.person}  {entry.external_id or ''}{_when(entry)}{_was(entry)}"
        print(f"  {entry.number:>6}  {entry.action:<10} {visible(said)}")
        if why := entry.left_because or entry.reason:
            print(f"          {visible(why)}")


def _was(entry: Entry) -> str:
    """Tell what an entry takes away: the days before, and the message before."""
    before, after = entry.before, entry.after
    if before is None or after is None:
        return ""
    told = []
    if (was := _days(before)) != _days(after):
        told.append(f"was {was}")
    if before.message != after.message:
        told.append(f"message {_quoted(before.message)} → {_quoted(after.message)}")
    return f"  ({'; '.join(told)})" if told else ""


def _quoted(message: str | None) -> str:
    return f"“{message}”" if message else "none"


def _when(entry: Entry) -> str:
    said = entry.after or entry.word or entry.before
    return "" if said is None or entry.action is Action.REFUSED else f"  {_days(said)}"


def _days(said: Draft | Status) -> str:
    if isinstance(said.wish, Days):
        return in_words(said.wish)
    ends = (said.starts_at, said.ends_at)
    return " – ".join(f"{end.written:%Y-%m-%d %H:%M}" if end else "…" for end in ends)


def _counts(change: BulkChange) -> str:
    if change.state is State.UNDONE:
        taken_back = sum(change.counts.get(name, 0) for name in CHANGING) - change.counts["left"]
        return f"{taken_back} taken back, {change.counts['left']} left as somebody changed them since"
    told = [f"{change.counts[name]} {name}" for name in Action if name in change.counts]
    return ", ".join(told) or "–"
