"""`docs/workarounds.md` is complete: every entry leads to code and to a test, and names the installed version."""

import re
import tomllib
from dataclasses import dataclass
from typing import Final

import pytest

from config.settings import ROOT

_PAGE: Final = (ROOT / "docs" / "workarounds.md").read_text()
_REFERENCE: Final = re.compile(r"docs/workarounds\.md#([\w-]+)")
_PINNED: Final = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
#: The folders of the code.
_ROOMS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


@dataclass(frozen=True)
class Entry:
    """One workaround of the page."""

    anchor: str
    text: str

    def line(self, name: str) -> str:
        """Return the line of that name; it is empty if there is none."""
        found = re.search(rf"^- {name}: (.+)$", self.text, re.MULTILINE)
        return found[1] if found else ""


ENTRIES = [Entry(part.split("\n")[0], part) for part in _PAGE.split("\n### ")[1:]]


@pytest.fixture(params=ENTRIES, ids=lambda entry: entry.anchor)
def entry(request: pytest.FixtureRequest) -> Entry:
    """Return each entry of the page in turn."""
    found: Entry = request.param
    return found


def test_an_entry_names_code_that_refers_to_it(entry: Entry):
    places = re.findall(r"`([\w/.]+): (\w+)`", entry.line("Where"))
    assert places
    for file, name in places:
        code = (ROOT / file).read_text()
        assert re.search(
            rf"docs/workarounds\.md#{entry.anchor}\n(\s*[@#].*\n)*\s*(async )?(def |class )?{name}\b", code
        )


def test_an_entry_names_a_test_that_is_named_after_it(entry: Entry):
    file, _, name = entry.line("Test").strip("`").partition("::")
    assert name == f"test_{entry.anchor.replace('-', '_')}"
    assert f"def {name}(" in (ROOT / file).read_text()


def test_an_entry_was_read_again_at_the_last_upgrade_of_its_library(entry: Entry):
    library, version = entry.line("Seen with").split()
    # SQLite comes with Python.
    assert library == "SQLite" or version == _PINNED[library]


def test_an_entry_says_what_upstream_says(entry: Entry):
    assert entry.line("Upstream")


def test_every_reference_in_the_code_has_its_entry():
    files = [file for room in _ROOMS for file in (ROOT / room).rglob("*.py")]
    referred = {anchor for file in files for anchor in _REFERENCE.findall(file.read_text())}
    assert referred == {entry.anchor for entry in ENTRIES}
