"""A terminal with Presently's store behind it."""

from dataclasses import dataclass

from typer.testing import CliRunner

from cli.app import build
from cli.mistakes import Mistake


@dataclass(frozen=True)
class Terminal:
    """Runs the verbs of `./presently` in the test's own process."""

    def run(self, *arguments: str) -> str:
        """Run a command that succeeds, and return its output."""
        done = CliRunner().invoke(build(list(arguments)), list(arguments))
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def mistake(self, *arguments: str) -> tuple[str, list[str]]:
        """Run a command that fails with a `Mistake`; return that line, and the output before it."""
        done = CliRunner().invoke(build(list(arguments)), list(arguments))
        assert isinstance(done.exception, Mistake), (done.output, done.exception)
        line = str(done.exception)
        assert "\n" not in line
        assert not done.stdout
        return line, done.stderr.splitlines()
