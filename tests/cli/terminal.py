"""A terminal with Presently's store behind it."""

from dataclasses import dataclass

from typer.testing import CliRunner

from cli.app import build
from cli.mistakes import Mistake


@dataclass(frozen=True)
class Terminal:
    """Runs the verbs of `./presently` in the test's own process."""

    def run(self, *arguments: str) -> str:
        """Return what a command that succeeds prints."""
        done = CliRunner().invoke(build(list(arguments)), list(arguments))
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def mistake(self, *arguments: str) -> tuple[str, list[str]]:
        """Return the one line of a command that fails by an operator's mistake, and what it says before."""
        done = CliRunner().invoke(build(list(arguments)), list(arguments))
        assert isinstance(done.exception, Mistake), (done.output, done.exception)
        line = str(done.exception)
        assert "\n" not in line
        assert not done.stdout
        return line, done.stderr.splitlines()
