"""What the documents refer to exists: files, names in files, links and their anchors."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT

_CONTRACTS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
_FOLDERS: Final = {*_CONTRACTS["root_packages"], "docs", "ops"}
DOCUMENTS: Final = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)
#: The changelog also tells of what was.
PRESENT_DOCUMENTS: Final = [document for document in DOCUMENTS if document != "CHANGELOG.md"]

#: Blocks may show another day's code.
_BLOCK: Final = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
#: `folder/file.py`, `folder/file.py: name`, `folder/file.py: Class.name` or `folder/file.py::name`.
_PATH: Final = re.compile(r"`([\w.*-]+/[\w./*-]*)(?:::? ?([\w.]+))?`")
_LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


@pytest.mark.parametrize("document", PRESENT_DOCUMENTS)
def test_every_file_that_a_document_names_exists(document: str):
    assert [reference for reference in _references(document) if not _exists(*reference)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(document: str):
    assert [link for link in _LINK.findall(_prose(document)) if not _leads(document, *link)] == []


def _prose(document: str) -> str:
    return _BLOCK.sub("", (ROOT / document).read_text())


def _references(document: str) -> Iterator[tuple[str, str]]:
    """Find the paths that begin with a folder of ours, each with the name behind its colon."""
    return ((path, name) for path, name in _PATH.findall(_prose(document)) if path.split("/")[0] in _FOLDERS)


def _exists(path: str, name: str) -> bool:
    """Check whether there is such a file or folder. `folder/file` is enough for a Python file; `*` stands for any."""
    found = [*ROOT.glob(path), *ROOT.glob(f"{path}.py")]
    code = "\n".join(file.read_text() for file in found if file.is_file())
    return bool(found) and all(_is_defined(part, code) for part in name.split(".") if part)


def _is_defined(name: str, code: str) -> bool:
    definition = rf"^ *(?:(?:async )?def|class) {name}\b|^ *{name}\b *[:=]"
    return re.search(definition, code, re.MULTILINE) is not None


def _leads(document: str, path: str, anchor: str) -> bool:
    target = (ROOT / document).parent / path if path else ROOT / document
    if not anchor or target.suffix != ".md":
        return target.exists()
    return target.exists() and anchor in _anchors(target)


def _anchors(document: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
