"""A folder with the launcher, which really runs, with almost nothing to install."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.settings import ROOT

#: The Python that starts the launcher: the machine's, which has pip. An environment that uv made has none.
PYTHON: Final = str(Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))

#: Prints its environment and its arguments.
_CLI: Final = (
    "import os, sys\n"
    "print(sys.prefix, sys.executable, os.getcwd(), os.environ['PYTHONPATH'], *sys.argv[1:])\n"
)
#: Prints a line when it has started, and then the value of each expression that it gets.
_ECHO: Final = (
    "import sys\nprint('started', flush=True)\nfor line in sys.stdin: print(eval(line), flush=True)"
)


class Checkout:
    """A folder with the launcher, empty requirements, and a command line that says what it was given.

    The uv on the PATH has nothing to do, and so does nothing; `without_uv` takes it away.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        shutil.copy(ROOT / "presently", folder)
        shutil.copytree(
            ROOT / "bootstrap", folder / "bootstrap", ignore=shutil.ignore_patterns("__pycache__")
        )
        self.program("uv", "exit 0")
        self.require("")
        (folder / "requirements-uv.txt").write_text(
            "presently-has-no-uv @ file:///nowhere.whl --hash=sha256:00\n"
        )
        (folder / "cli").mkdir()
        (folder / "cli" / "__main__.py").write_text(_CLI)

    def require(self, line: str) -> None:
        """Make this the requirements of running, and so of measuring and developing too."""
        for name in ("requirements", "requirements-bench", "requirements-dev"):
            (self.folder / f"{name}.txt").write_text(f"# {name}\n{line}")

    def program(self, name: str, script: str) -> None:
        """Put a shell script on the PATH."""
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)

    def without_uv(self) -> None:
        """Leave only pip as installer."""
        (self.programs / "uv").unlink()

    def launcher(self, *arguments: str) -> tuple[str, ...]:
        """Return the command that starts it."""
        return (PYTHON, str(self.folder / "presently"), *arguments)

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment variables it is started with."""
        return {**os.environ, "PATH": f"{self.programs}:/usr/bin:/bin", **more}

    def start(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `./presently`, and return the result."""
        return subprocess.run(
            self.launcher(*arguments),
            cwd="/",
            env=self.variables(**variables),
            capture_output=True,
            text=True,
            check=False,
        )

    def environments(self) -> set[Path]:
        """List the environments, complete or not."""
        return {path for path in (self.folder / ".venvs").iterdir() if path.is_dir()}

    @property
    def current(self) -> Path:
        """Return the environment that `.venv` points to."""
        return (self.folder / ".venv").resolve()


class Process:
    """A process that evaluates expressions."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process

    def value(self, expression: str) -> str:
        """Return the value of `expression` in the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{expression}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def process_of(python: Path) -> Iterator[Process]:
    """Run `python`, as systemd or a person at a terminal would, until the block ends."""
    with subprocess.Popen(
        [python, "-c", _ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        yield Process(process)
        assert process.stdin
        process.stdin.close()
