"""`./presently feed`."""

import json

import pytest

from domain.directory import Person
from services import feeds
from store.store import Store
from tests.cli.terminal import Terminal


@pytest.mark.parametrize(
    ("said", "owner"), [(("u1@example.com",), "u1@example.com"), (("--domain", "1"), "example.com")]
)
def test_an_address_is_made_listed_and_revoked(
    terminal: Terminal, store: Store, person: Person, said: tuple[str, ...], owner: str
):
    made = json.loads(terminal.run("feed", "add", *said, "--shows", "status", "--name", "Wiki"))
    root, _, file = made["address"].rpartition("/")
    assert root.endswith("/presently/v1/calendar")
    secret = file.removesuffix(".ics")
    calendar = feeds.read(store, secret)
    assert calendar is not None
    assert calendar.feed.id == made["id"]
    (listed,) = json.loads(terminal.run("feed", "list", "--json"))
    assert (listed["id"], listed["of"], listed["shows"], listed["name"]) == (
        made["id"],
        owner,
        "status",
        "Wiki",
    )
    table = terminal.run("feed", "list")
    assert made["id"] in table
    assert secret not in table
    assert (
        terminal.run("feed", "revoke", made["id"])
        == f"Feed {made['id']} is revoked; its address is unknown.\n"
    )
    line, _ = terminal.mistake("feed", "revoke", made["id"])
    assert line == f"There is no feed {made['id']} to revoke; see ./presently feed list."


@pytest.mark.usefixtures("person")
def test_a_feed_is_of_one_person_or_one_domain(terminal: Terminal):
    for said in ((), ("u1@example.com", "--domain", "1")):
        line, _ = terminal.mistake("feed", "add", *said)
        assert line == "Name one person by mail address, or one domain: --domain NUMBER."
    line, _ = terminal.mistake("feed", "add", "nobody@example.com")
    assert line == "Nobody has the address nobody@example.com."
