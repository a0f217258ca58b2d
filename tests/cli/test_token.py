"""`./presently token`: a long lifetime needs confirmation."""

import base64
import json
from pathlib import Path

import pytest

from store.store import Store
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people

YEAR = 365 * 86400


@pytest.fixture(autouse=True)
def _domain(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    add_domain_with_people(store, 1)


def lifetime(token: str) -> int:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return int(claims["exp"] - claims["iat"])


def test_a_year_is_given_without_asking(terminal: Terminal):
    assert lifetime(terminal.run("token", "--lifetime", str(YEAR))) == YEAR


def test_beyond_a_year_it_is_to_be_confirmed(terminal: Terminal):
    line, _ = terminal.mistake("token", "--lifetime", str(2 * YEAR))
    assert line == (
        "The token would be valid for 730 days; only a new signing key ends it earlier. Issue it? "
        "There is no terminal to ask at; add --yes to go on."
    )
    assert lifetime(terminal.run("token", "--lifetime", str(2 * YEAR), "--yes")) == 2 * YEAR


def test_beyond_a_hundred_years_there_is_none(terminal: Terminal):
    line, _ = terminal.mistake("token", "--lifetime", str(101 * YEAR), "--yes")
    assert line.startswith("--lifetime: at most ")
