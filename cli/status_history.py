"""`./presently status history PERSON`: tells what changed, who changed it, and how late starts and ends were."""

from typing import Annotated

import typer

from cli import opening
from cli.visible import visible
from domain.moments import in_zone
from services import history


def main(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Any of the person's mail addresses.")],
    *,
    limit: Annotated[int, typer.Option(help="How many changes at most.", min=1, max=1000)] = 20,
) -> None:
    """Print a line for each change: when, in the zone of the domain, and what happened."""
    with opening.for_person(person) as store:
        page = history.of_address(store, person, limit=limit)
    for entry in page.entries:
        at = in_zone(entry.record.committed_at, page.domain.zone)
        print(f"{at.isoformat(' ', 'seconds')}  {visible(entry.text)}")
    if not page.entries:
        print("No change is known.")
    elif page.next_before is not None:
        print(f"These are the last {limit}; --limit shows more.")
