"""The output of `run`, `demo` and `token` fits the store: the demo, own domains, or nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli import demo, welcome
from config.settings import ROOT, Settings
from store.store import Store
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=store_url, data=tmp_path / "data")


def test_with_the_demo_it_says_how_to_try_that(settings: Settings):
    demo.prepare(settings)
    output = welcome.block(settings)
    assert "./presently demo " in output
    assert "/v1.0/users/u1@example.com/user-profile-statuses" in output
    assert '$(./presently token --scope user --person u1@example.com)"' in output


def test_with_a_domain_of_ones_own_it_is_about_that(settings: Settings, store: Store):
    add_domain_with_people(store, 2, "ours.example")
    output = welcome.block(settings)
    assert "/v1.0/users/u1@ours.example/user-profile-statuses" in output
    assert "example.com" not in output
    assert "./presently demo" not in output


def test_beside_the_demo_ones_own_domain_comes_first(settings: Settings, store: Store):
    demo.prepare(settings)
    add_domain_with_people(store, 1, "ours.example")
    output = welcome.block(settings)
    assert '$(./presently token --domain 2 --scope user --person u1@ours.example)"' in output
    assert "example.com" not in output
    assert "./presently demo " in output


def test_with_nobody_in_ones_domain_it_says_how_to_add_people(
    settings: Settings, store: Store, terminal: Terminal
):
    terminal.run("domain", "add", "ours.example", "--zone", "UTC")
    output = welcome.block(settings)
    assert "./presently person add --domain 1 --email NAME@ours.example" in output
    assert "curl" not in output
    assert "example.com" not in output


def test_with_nothing_it_says_how_to_add_a_domain(settings: Settings):
    output = welcome.block(settings)
    assert "./presently domain add YOUR.DOMAIN --zone AREA/CITY" in output
    assert "curl" not in output
    assert "example.com" not in output


def test_an_address_that_a_shell_would_read_is_quoted(settings: Settings, terminal: Terminal):
    terminal.run("domain", "add", "ours.example", "--zone", "UTC")
    terminal.run("person", "add", "--email", "o'neil;$x@ours.example", "--name", "O'Neil")
    command = re.search(r"\ncurl.*?\n\n", welcome.block(settings), re.DOTALL)
    assert command
    printed = subprocess.run(
        ["/bin/sh", "-c", command[0].replace("\ncurl", "printf '%s\\n'").replace("./presently", "echo ./presently")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout  # fmt: skip
    assert "/v1.0/users/o%27neil%3B%24x@ours.example/user-profile-statuses" in printed
    assert "token --scope user --person o'neil;$x@ours.example" in printed


def test_the_demo_is_printed_where_it_is_only(settings: Settings, store: Store, terminal: Terminal):
    assert terminal.mistake("demo")[0].startswith("There is no demo yet: ./presently run makes one")
    add_domain_with_people(store, 1, "ours.example")
    assert terminal.mistake("demo")[0].startswith("There is no demo in this store: none is made beside")


def test_a_token_of_an_empty_store_is_advised_to_have_a_domain_and_no_demo(store: Store, terminal: Terminal):
    line = "There is no domain 1; add one: ./presently domain add NAME --zone AREA/CITY."
    assert terminal.mistake("token")[0] == line
    add_domain_with_people(store, 1, "ours.example")
    line = "There is no domain 7; ./presently domain list shows which there are."
    assert terminal.mistake("token", "--domain", "7")[0] == line


def test_run_has_an_option_for_no_demo():
    shown = subprocess.run(
        [sys.executable, "-m", "cli", "run", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "--no-demo" in shown.stdout
