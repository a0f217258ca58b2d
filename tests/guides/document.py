"""Reads the commands of a document, the programs that they start, and the output that it shows; and runs them."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.settings import ROOT

#: A block of code, with the name of its language.
_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: A block that is not run, and why.
_NOT_RUN: Final = re.compile(r"^<!-- not run: .+ -->\n+```\w*\n(?s:.*?)^```$", re.MULTILINE)
#: The first line of a program says where to save it.
_FILE: Final = re.compile(r"# ([\w.]+)\n")
#: Where documents have the API.
_URL: Final = "http://127.0.0.1:8000"
_MARK: Final = "@@@"
_LONGEST_SECONDS: Final = 60


@dataclass(frozen=True)
class Step:
    """Commands, and the output that the document shows below them, if it does."""

    commands: str
    shown: str | None


def section(text: str, heading: str) -> str:
    """Return the section of a document that has this heading."""
    _, _, rest = text.partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


def run(text: str, folder: Path, environment: Mapping[str, str], *, url: str) -> list[tuple[Step, str]]:
    """Run the commands of a document in this folder, in one shell; return each step with what it printed.

    `url` is where the API listens here.
    """
    text = text.replace(_URL, url)
    _make_checkout(folder)
    for name, code in _programs(text):
        (folder / name).write_text(code)
    listed = _steps(text)
    done = subprocess.run(
        [
            "/bin/bash",
            "-eu",
            "-o",
            "pipefail",
            "-c",
            f"echo '{_MARK}'\n".join(step.commands for step in listed),
        ],
        cwd=folder,
        env={
            **environment,
            "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'clients' / 'python'}",
        },
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return list(zip(listed, done.stdout.split(f"{_MARK}\n"), strict=True))


def is_as_shown(printed: str, shown: str) -> bool:
    """Compare an output with the one in a document, where `…` stands for anything, and lines are broken anywhere."""
    first, *others = (r"\s*".join(map(re.escape, part.split())) for part in shown.split("…"))
    found = re.match(rf"\s*{first}" + ("" if others else r"\s*\Z"), printed)
    # Each part where it comes first: one expression for all of them would try every combination of places.
    for number, part in enumerate(others, 1):
        end = r"\s*\Z" if number == len(others) else ""
        found = found and re.compile(part + end).search(printed, found.end())
    return found is not None


def _make_checkout(folder: Path) -> None:
    """Make the folder look like a checkout whose environment is the one of the tests."""
    launcher = folder / "presently"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    launcher.chmod(0o755)
    (folder / "clients").symlink_to(ROOT / "clients")


def _programs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the code of each program."""
    for language, code in _blocks(text):
        if language == "python" and (named := _FILE.match(code)):
            yield named[1], code


def _steps(text: str) -> list[Step]:
    blocks = _blocks(text)
    followed = zip(blocks, [*blocks[1:], ("end", "")], strict=True)
    return [
        Step(commands, output if following == "" else None)
        for (language, commands), (following, output) in followed
        if language == "sh"
    ]


def _blocks(text: str) -> list[tuple[str, str]]:
    return _BLOCK.findall(_NOT_RUN.sub("", text))
