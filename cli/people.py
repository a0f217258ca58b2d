"""`./presently people`: imports and exports all people of a domain."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from cli import opening, people_file, private_file
from cli.mistakes import Mistake
from cli.person import DomainNumber
from domain.events import Author
from domain.roster import Entry, Fault, Reconciliation
from services import roster
from services.roster import Step

group: Final = typer.Typer()

_AUTHOR: Final = Author("./presently people import")
#: The report names at most so many people for each kind of change.
_NAMED: Final = 20


@group.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Comma-separated values in UTF-8, with a header.")],
    domain: DomainNumber = None,
    *,
    deactivate_missing: Annotated[
        bool, typer.Option("--deactivate-missing", help="Deactivate people who are not in the file.")
    ] = False,
) -> None:
    """Import a domain's people from a CSV file, all or nothing, and report what changed."""
    lines, unread = people_file.read(_text(file))
    if deactivate_missing and not lines:
        raise Mistake(f"{file} names nobody, and --deactivate-missing would deactivate everybody.")
    with opening.for_domain(domain) as store, _progress() as bars:
        done = roster.import_list(
            store,
            domain,
            lines,
            unreadable=unread,
            deactivate_missing=deactivate_missing,
            by=_AUTHOR,
            progress=_Shown(bars),
        )
    _refuse(done.faults, file)
    _report(done)


@group.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="The file to write; default: the terminal.")] = None,
    domain: DomainNumber = None,
) -> None:
    """Write all people of a domain to a file that `import` reads; only its owner may read it."""
    with opening.for_domain(domain) as store:
        text = people_file.written(roster.entries(store, domain))
    if file is None:
        print(text, end="")
        return
    try:
        private_file.write(file, text)
    except OSError as error:
        raise Mistake(f"{file} cannot be written ({error.strerror}).") from None


def _progress() -> Progress:
    console = Console(stderr=True, highlight=False)
    return Progress(console=console, disable=not console.is_terminal, transient=True)


class _Shown:
    """Shows the steps of an import: a bar for each at a terminal, a line elsewhere. A step for nobody is not shown."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[Step, TaskID] = {}

    def __call__(self, step: Step, done: int, people: int) -> None:
        if step not in self._tasks:
            if self._bars.disable and people:
                self._bars.console.print(f"{step} {people} {'person' if people == 1 else 'people'} …")
            self._tasks[step] = self._bars.add_task(step, total=people)
        self._bars.update(self._tasks[step], completed=done)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Mistake(f"{file}: line {line} is not UTF-8; save the file as “CSV UTF-8”.") from None


def _refuse(faults: Sequence[Fault], file: Path) -> None:
    """Print each fault and raise `Mistake`, if there are any."""
    if not faults:
        return
    for fault in sorted(faults, key=lambda fault: fault.line):
        print(f"line {fault.line}: {fault.reason}", file=sys.stderr)
    count = len({fault.line for fault in faults})
    raise Mistake(f"{file}: {count} {'line' if count == 1 else 'lines'} cannot be used; nothing was changed.")


def _report(done: Reconciliation) -> None:
    print(f"added        {len(done.added):>7}")
    _name(f"+ {person.email}{_state(person)}" for person in done.added)
    print(f"changed      {len(done.changed):>7}")
    _name(f"~ {rewrite.entry.email}: {_changes(rewrite.fields)}" for rewrite in done.changed)
    print(f"deactivated  {len(done.deactivated):>7}")
    _name(f"- {rewrite.entry.email}" for rewrite in done.deactivated)
    print(f"unchanged    {done.unchanged:>7}")


def _name(lines: Iterable[str]) -> None:
    for place, line in enumerate(lines):
        if place == _NAMED:
            print("  …")
            return
        print(f"  {line}")


def _state(person: Entry) -> str:
    return "" if person.is_active else " (not active)"


_COLUMN_OF: Final = {
    "external_key": "externalKey",
    "is_administrator": "administrator",
    "is_active": "active",
}


def _changes(fields: Iterable[str]) -> str:
    return ", ".join(_COLUMN_OF.get(field, field) for field in fields)
