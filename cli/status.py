"""`./presently status`: people's statuses; each subcommand is in a module of its own kind."""

from typing import Final

import typer

from cli import status_booking, status_history, status_listing

group: Final = typer.Typer()
group.command("list", help="List a person's statuses, in force and ahead.")(status_listing.of_person)
group.command("set", help="Set a person's status from now on.")(status_booking.set_)
group.command("plan", help="Plan a status for days or times, after showing what it changes.")(
    status_booking.plan
)
group.command("cancel", help="Delete a status, in force or ahead.")(status_booking.cancel)
group.command("who-is-away", help="List who is away: now, at a moment, or on some days.")(status_listing.away)
group.command("history", help="Tell what changed in a person's statuses, newest first.")(status_history.main)


@group.callback()
def _of_all() -> None:
    """Statuses of people."""
