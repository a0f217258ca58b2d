"""`./presently status`: people's statuses; each subcommand has a module of its own."""

from typing import Final

import typer

from cli import status_history

group: Final = typer.Typer()
group.command("history", help="Tell what changed in a person's statuses, newest first.")(status_history.main)


@group.callback()
def _of_all() -> None:
    """Statuses of people."""
