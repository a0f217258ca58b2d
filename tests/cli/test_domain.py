import os
import pty
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest

from config.settings import ROOT
from domain.directory import Domain
from domain.moments import Moment
from domain.wishes import Days, Half
from store.store import Store
from tests.builders import HOUR, a_reserved_status, a_status
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people, events_of, keep, statuses_of


def domains(store: Store) -> list[Domain]:
    with store.reading() as transaction:
        return transaction.directory.domains()


def test_a_domain_is_added_with_the_built_in_statuses_and_its_number_is_printed(
    store: Store, terminal: Terminal
):
    assert terminal.run("domain", "add", "Example.com", "--zone", "Asia/Seoul") == "1\n"
    assert (
        terminal.run(
            "domain", "add", "example.org", "--zone", "UTC", "--organisation", "7", "--day-halves", "12:00"
        )
        == "2\n"
    )
    assert domains(store) == [
        Domain(id=1, name="example.com", zone="Asia/Seoul"),
        Domain(id=2, name="example.org", zone="UTC", organisation_id=7, day_halves=time(12)),
    ]
    with store.reading() as transaction:
        assert set(transaction.definitions.of(2)) == {"ABSENCE", "AWAY", "BUSY", "LEAVE_OFFICE"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("add", "a.example", "--zone", "Asia/Soul"), "--zone: There is no such time zone. Did you mean Asia/Seoul?"),
        (("set", "1", "--zone", "Asia/Soul"), "--zone: There is no such time zone. Did you mean Asia/Seoul?"),
        (("add", "EXAMPLE.com", "--zone", "UTC"), "There is a domain example.com already."),
        (("add", "a b", "--zone", "UTC"), "'a b' is not a domain name. Example: example.com"),
        (("add", "u1@example.com", "--zone", "UTC"), "'u1@example.com' is not a domain name. Example: example.com"),
        (("add", "", "--zone", "UTC"), "'' is not a domain name. Example: example.com"),
        (("set", "1", "--name", "EXAMPLE.org"), "There is a domain example.org already."),
        (("set", "1", "--name", "a b"), "'a b' is not a domain name. Example: example.com"),
        (("remove", "9", "--yes"), "There is no domain 9; ./presently domain list shows which there are."),
        (
            ("remove", "1"),
            (
                "Remove domain 1, example.com, with 1 person, 0 statuses, 0 clients and 0 events, for good? "
                "There is no terminal to ask at; add --yes to go on."
            ),
        ),
        (
            ("set", "1", "--day-halves", "00:00"),
            "--day-halves: A time between 00:01 and 23:59, such as 12:30.",
        ),
        (("set", "9", "--zone", "UTC"), "There is no domain 9; ./presently domain list shows which there are."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_changes_nothing(
    store: Store, terminal: Terminal, arguments: tuple[str, ...], line: str
):
    add_domain_with_people(store, 1)
    add_domain_with_people(store, 1, "example.org")
    before = domains(store)
    assert terminal.mistake("domain", *arguments)[0] == line
    assert domains(store) == before


def test_what_is_given_of_a_domain_changes_and_nothing_else(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1)
    terminal.run("domain", "set", "1", "--zone", "Europe/Berlin")
    assert domains(store) == [Domain(id=1, name="example.com", zone="Europe/Berlin")]
    terminal.run("domain", "set", "1", "--organisation", "3")
    assert domains(store) == [Domain(id=1, name="example.com", zone="Europe/Berlin", organisation_id=3)]
    terminal.run("domain", "set", "1", "--name", "Example.net")
    assert domains(store) == [Domain(id=1, name="example.net", zone="Europe/Berlin", organisation_id=3)]
    terminal.run("domain", "set", "1", "--name", "example.com")
    terminal.run("domain", "set", "1")
    assert domains(store) == [Domain(id=1, name="example.com", zone="Europe/Berlin", organisation_id=3)]


def test_what_was_wished_in_days_moves_with_the_domains_clocks(store: Store, terminal: Terminal):
    (person,) = add_domain_with_people(store, 1)
    day = date(2027, 8, 4)
    starts_at = datetime(2027, 8, 3, 15, tzinfo=UTC)
    morning = Days(day, day, Half.MORNING, Half.MORNING)
    keep(store, person, a_reserved_status(wish=morning, starts_at=starts_at, ends_at=starts_at + 13 * HOUR))
    printed = terminal.run("domain", "set", "1", "--day-halves", "12:30").splitlines()
    assert printed[0].split() == ["1", "example.com", "Asia/Seoul", "12:30", "0", "on"]
    assert printed[1:] == ["1 status moved."]
    assert [status.ends_at for status in statuses_of(store, person)] == [
        Moment(starts_at + 12.5 * HOUR, timedelta(hours=9))
    ]


def test_statuses_are_switched_off_and_on_as_through_the_api(store: Store, terminal: Terminal):
    (person,) = add_domain_with_people(store, 1)
    keep(store, person, a_status())
    printed = terminal.run("domain", "set", "1", "--statuses", "off").splitlines()
    assert printed[0].split() == ["1", "example.com", "Asia/Seoul", "13:00", "0", "off"]
    assert printed[1:] == ["1 status ended."]
    assert not domains(store)[0].statuses_are_on
    assert statuses_of(store, person) == []
    assert [(event.kind, event.actor) for event in events_of(store, person)] == [
        ("DELETED", "./presently domain set")
    ]
    terminal.run("domain", "set", "1", "--statuses", "on")
    assert domains(store)[0].statuses_are_on


def test_domains_are_listed_with_all_that_is_known(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1)
    terminal.run("domain", "add", "example.org", "--zone", "UTC", "--organisation", "7")
    terminal.run("domain", "set", "2", "--statuses", "off")
    assert [line.split() for line in terminal.run("domain", "list").splitlines()] == [
        ["id", "name", "zone", "halves", "company", "statuses"],
        ["1", "example.com", "Asia/Seoul", "13:00", "0", "on"],
        ["2", "example.org", "UTC", "13:00", "7", "off"],
    ]


def test_a_domain_is_removed_with_a_count_of_what_went(store: Store, terminal: Terminal):
    people = add_domain_with_people(store, 2)
    add_domain_with_people(store, 1, "example.org")
    keep(store, people[0], a_status())
    printed = terminal.run("domain", "remove", "1", "--yes")
    went = "2 people, 1 status, 0 clients and 0 events"
    assert printed == f"Domain 1, example.com, is removed, with {went}.\n"
    assert [domain.name for domain in domains(store)] == ["example.org"]


@pytest.mark.parametrize(("answer", "left"), [("n", 1), ("y", 0)])
def test_who_sits_at_the_terminal_is_asked(store: Store, store_url: str, answer: str, left: int):
    add_domain_with_people(store, 1)
    own, other = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "domain", "remove", "1"],
        cwd=ROOT,
        env={**os.environ, "PRESENTLY_DATABASE_URL": store_url},
        stdin=other,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(own, f"{answer}\n".encode())
        _, output = process.communicate()
    os.close(own)
    os.close(other)
    assert "Remove domain 1, example.com, with 1 person" in output
    assert len(domains(store)) == left
    assert process.returncode == left
