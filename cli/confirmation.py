"""Asking before something that cannot be taken back."""

import sys

import typer

from cli.mistakes import Mistake


def require(question: str, *, yes: bool) -> None:
    """Go on if `--yes` was given, or if whoever sits at the terminal says so.

    Raises:
        Mistake: they say no, or nobody can be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Mistake(f"{question} There is nobody to ask here; say --yes to go on.")
    if not typer.confirm(question, err=True):
        raise Mistake("Nothing was changed.")
