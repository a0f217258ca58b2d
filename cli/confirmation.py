"""Asks for confirmation before something that cannot be undone."""

import sys

import typer

from cli.mistakes import Mistake


def require(question: str, *, yes: bool) -> None:
    """Raise `Mistake` unless `yes` is given or the person at the terminal answers yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Mistake(f"{question} There is no terminal to ask at; add --yes to go on.")
    if not typer.confirm(question, err=True):
        raise Mistake("Nothing was changed.")
