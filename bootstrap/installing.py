"""Installs into an environment with uv, which is fetched if the machine has none, or else with pip."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bootstrap import pip_settings
from bootstrap.paths import ENVIRONMENTS, LINK, ROOT
from bootstrap.progress import Progress
from bootstrap.refusal import CannotStart

_UV: Final = ROOT / "requirements-uv.txt"

#: Twice quiet: of pip's warnings, only those about retries are shown.
_PIP_INSTALL: Final = ("install", "--disable-pip-version-check", "--quiet", "--quiet", "--require-hashes")
#: Overrides of user settings that would make pip install elsewhere or not at all.
_PIP_VARIABLES: Final = {"PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"}

#: Any index may provide a package, as with pip: the hashes verify it, whatever its source.
#: Bytecode is compiled, as pip does: if Python cannot write it later, each start would take many seconds.
_UV_INSTALL: Final = (
    "pip",
    "install",
    "--quiet",
    "--require-hashes",
    "--index-strategy=unsafe-best-match",
    "--compile-bytecode",
)

_NOTHING_TO_INSTALL_WITH: Final = (
    "There is nothing to install with: no `uv` on PATH, this Python has neither `pip` nor `ensurepip`."
    " Any one of them will do, for example: apt install python3-venv"
)


@dataclass(frozen=True)
class Installer:
    """A command that installs, and what it needs in its environment."""

    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)

    def complaint(self, requirements: Path, progress: Progress) -> str:
        """Install, and return the output if it fails; an empty text if it succeeds."""
        try:
            process = subprocess.Popen(
                [*self.command, "--requirement", str(requirements)],
                env={**self.variables, **os.environ, **_PIP_VARIABLES},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        except OSError as error:  # a folder in which nothing may be executed, a program for another machine
            return str(error)
        with process:
            output = _errors(process, progress)
        return (output or f"{self.command[0]} failed without a word.") if process.returncode else ""


def _errors(process: subprocess.Popen[str], progress: Progress) -> str:
    """Wait for the end of `process`, and return its output without pip's warnings."""
    while True:
        try:
            output, _ = process.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            progress.tick()
        else:
            return "\n".join(line for line in output.splitlines() if not line.startswith("WARNING: "))


def install(requirements: Path, python: Path, progress: Progress) -> None:
    """Install `requirements` for `python` with the first installer that works.

    Raises:
        CannotStart: there is no installer, or none works.
    """
    complaint = ""
    for installer in _installers(python, progress):
        progress.begin(f"installing {requirements.name} with {Path(installer.command[0]).name}")
        complaint = installer.complaint(requirements, progress)
        if not complaint:
            return
    if not complaint:
        raise CannotStart(_NOTHING_TO_INSTALL_WITH)
    progress.end()
    print(complaint, file=sys.stderr)
    left = " Nothing was changed: what runs goes on." if LINK.exists() else ""
    raise CannotStart(f"Installing {requirements.name} failed; the reason stands above.{left}")


def _installers(python: Path, progress: Progress) -> Iterator[Installer]:
    """Yield the installers for the environment of `python`, the fastest first."""
    pip = (sys.executable, "-m", "pip") if importlib.util.find_spec("pip") else None
    if uv := shutil.which("uv") or _fetched_uv(pip, progress):
        settings = pip_settings.read(pip) if pip else {}
        yield Installer(
            (uv, *_UV_INSTALL, *pip_settings.arguments(settings), "--python", str(python)),
            pip_settings.variables(settings),
        )
    if pip:
        yield Installer((*pip, "--python", str(python), *_PIP_INSTALL))
    # Debian has `ensurepip` in a separate package; without that package, the command below fails.
    elif importlib.util.find_spec("ensurepip"):
        subprocess.call([str(python), "-m", "ensurepip"], stdout=subprocess.DEVNULL)
        yield Installer((str(python), "-m", "pip", *_PIP_INSTALL))


def uv_folder() -> Path:
    """Return the folder of the fetched uv."""
    return ENVIRONMENTS / f"uv-{hashlib.sha256(_UV.read_bytes()).hexdigest()[:8]}"


def _fetched_uv(pip: Sequence[str] | None, progress: Progress) -> str | None:
    """Return the uv of `requirements-uv.txt`, which pip fetches once; `None` if this machine can have none."""
    program = uv_folder() / "bin" / "uv"
    if pip and not program.exists():
        progress.begin("fetching uv")
        folder = ENVIRONMENTS / f"new-{secrets.token_hex(4)}"
        fetch = Installer((*pip, *_PIP_INSTALL, "--retries=1", "--no-compile", "--target", str(folder)))
        if not fetch.complaint(_UV, progress):
            folder.rename(uv_folder())
    return str(program) if program.exists() else None
