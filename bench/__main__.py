"""`python -m bench`: what `./presently bench` executes."""

import sys

import typer

from bench.app import main
from cli.mistakes import Mistake

try:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app(prog_name="presently bench")
except Mistake as mistake:
    sys.exit(f"presently: {mistake}")
except KeyboardInterrupt:
    sys.exit(130)
