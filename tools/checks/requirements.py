"""Checks that the pinned requirements satisfy `pyproject.toml`."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.settings import ROOT


@dataclass(frozen=True)
class Pin:
    """One requirement in a requirements file."""

    name: str
    version: str | None
    is_hashed: bool


def complaint() -> str:
    """List the requirements that are missing, pinned to a wrong version, or pinned without a hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    running = project["dependencies"]
    benching = running + project["optional-dependencies"]["bench"]
    developing = running + project["optional-dependencies"]["dev"]
    return "\n".join(
        [
            *compare(running, ROOT / "requirements.txt"),
            *compare(benching, ROOT / "requirements-bench.txt"),
            *compare(developing, ROOT / "requirements-dev.txt"),
            *compare(["uv"], ROOT / "requirements-uv.txt"),
            *_pinned_otherwise(ROOT / "requirements.txt", ROOT / "requirements-bench.txt"),
            *_pinned_otherwise(ROOT / "requirements.txt", ROOT / "requirements-dev.txt"),
        ]
    )


def compare(dependencies: Iterable[str], file: Path) -> Iterator[str]:
    """Yield a sentence for each of `dependencies` that `file` does not pin as asked, and for each loose pin."""
    pins = {pin.name: pin for pin in read(file)}
    for pin in pins.values():
        if pin.version is None or not pin.is_hashed:
            yield f"{file.name}: {pin.name} is not pinned to one version with its hashes."
    for wanted in map(Requirement, dependencies):
        found = pins.get(canonicalize_name(wanted.name))
        if found is None:
            yield f"{file.name}: {wanted} is missing."
        elif found.version is not None and not wanted.specifier.contains(found.version, prereleases=True):
            yield f"{file.name}: {found.name} {found.version} is not what {wanted} asks for."


def read(file: Path) -> Iterator[Pin]:
    """Yield every requirement of `file`, which is in pip's format with `--hash` options."""
    lines = (line for line in file.read_text().splitlines() if not line.lstrip().startswith("#"))
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        requirement, *hashes = line.split(" --hash=")
        if requirement.strip():
            yield _pin(Requirement(requirement), is_hashed=bool(hashes))


def _pin(requirement: Requirement, *, is_hashed: bool) -> Pin:
    exact = [specifier.version for specifier in requirement.specifier if specifier.operator == "=="]
    return Pin(canonicalize_name(requirement.name), exact[0] if exact else None, is_hashed)


def _pinned_otherwise(smaller: Path, larger: Path) -> Iterator[str]:
    """Yield a sentence for each pin of `smaller` that `larger` does not have at the same version.

    Otherwise tests and benchmarks would use other versions than production.
    """
    versions = {(pin.name, pin.version) for pin in read(larger)}
    for pin in read(smaller):
        if (pin.name, pin.version) not in versions:
            yield f"{larger.name}: {pin.name} is not at {pin.version}, as in {smaller.name}."
