"""`./presently status list`, `set`, `plan`, `cancel` and `who-is-away`."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.directory import Person
from domain.wishes import Days, days_in_words
from store.store import Store
from tests.builders import a_status
from tests.cli.terminal import Terminal
from tests.store.builders import keep

MINA = "u1@example.com"
SOON = (datetime.now(UTC) + timedelta(days=20)).date()
LATER = SOON + timedelta(days=4)

pytestmark = pytest.mark.usefixtures("people")


def listed(terminal: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(terminal.run("status", "list", MINA, "--json"))
    return found


def away(terminal: Terminal, *said: str) -> list[str]:
    return [one["person"] for one in json.loads(terminal.run("status", "who-is-away", *said, "--json"))]


def test_a_status_is_set_and_cancelled(terminal: Terminal):
    said = terminal.run("status", "set", MINA, "busy", "--until", f"{SOON}T17:00", "--message", "Deep work")
    (status,) = listed(terminal)
    assert said.endswith(f" – {SOON} 17:00+09:00: {status['id']}\n")
    assert (status["status"], status["state"], status["message"]) == ("BUSY", "shown", "Deep work")
    assert status["id"] in terminal.run("status", "list", MINA)
    assert terminal.run("status", "cancel", MINA, status["id"]) == f"Status {status['id']} is cancelled.\n"
    assert terminal.run("status", "list", MINA) == f"{MINA} has no status.\n"


def test_no_message_reaches_the_terminal_as_a_command(terminal: Terminal, store: Store, people: list[Person]):
    keep(store, people[0], a_status(profile_status_id="ABSENCE", message="\x9b31mRED\nnext \u202e"))
    for verb in (("list", MINA), ("who-is-away",)):
        said = terminal.run("status", *verb)
        assert r"\x9b31mRED\nnext \u202e" in said
        assert said.replace("\n", "").isprintable()


def test_a_plan_shows_the_timeline_and_books_whole_days(terminal: Terminal):
    terminal.run("status", "set", MINA, "BUSY")
    said = terminal.run(
        "status",
        "plan",
        MINA,
        "ABSENCE",
        "--from",
        str(SOON),
        "--to",
        str(LATER),
        "--message",
        "Lake",
        "--yes",
    ).splitlines()
    end = LATER + timedelta(days=1)
    days = days_in_words(Days(SOON, LATER))
    assert said[0] == f"{days}  ABSENCE “Lake” (new), covering BUSY"
    assert said[-1].startswith(f"ABSENCE of Person 1 is planned, {days}: uprofile-")
    assert days in terminal.run("status", "list", MINA)
    assert [one["state"] for one in listed(terminal)] == ["shown", "ahead"]
    assert away(terminal) == []
    assert away(terminal, "--from", str(LATER), "--to", str(end)) == [MINA]
    assert away(terminal, "--at", f"{LATER}T23:59") == [MINA]
    assert away(terminal, "--at", f"{end}T00:00") == []
    then = terminal.run("status", "who-is-away", "--from", str(SOON))
    assert re.search(rf"{MINA}\s+Person 1\s+Absent “Lake”, {days}\s*$", then)


def test_a_half_day_ends_when_the_domain_halves_it(terminal: Terminal):
    terminal.run("status", "plan", MINA, "ABSENCE", "--from", str(SOON), "--half", "morning", "--yes")
    (status,) = listed(terminal)
    assert status["until"] == f"{SOON} 13:00+09:00"
    assert status["when"] == f"{days_in_words(Days(SOON, SOON))}, morning"


def test_nothing_is_planned_without_an_answer(terminal: Terminal):
    with pytest.raises(AssertionError, match="add --yes to go on"):
        terminal.run("status", "plan", MINA, "ABSENCE", "--from", str(SOON))
    assert listed(terminal) == []


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (("list", "nobody@example.com"), "Nobody has the address nobody@example.com."),
        (("set", MINA, "HOLIDAY"), "use"),
        (("set", MINA, "BUSY", "--until", "tomorrow"), "--until: "),
        (("set", MINA, "BUSY", "--message", "x" * 51), "--message takes at most 50 characters on one line."),
        (("plan", MINA, "ABSENCE", "--from", str(LATER), "--to", str(SOON), "--yes"), "--to: "),
        (("plan", MINA, "ABSENCE", "--from", "2020-01-01", "--yes"), "--from: This day is over."),
        (("cancel", MINA, "uprofile-0"), "./presently status list shows which there are."),
        (("who-is-away", "--to", str(SOON)), "--to needs --from."),
        (("who-is-away", "--from", "2027-08-02T09:00"), "A moment goes into --at."),
        (
            ("plan", MINA, "ABSENCE", "--from", str(SOON), "--to", f"{SOON}T17:00", "--yes"),
            "Give --from and --to both as days, such as 2027-08-02, or both as times, such as 2027-08-02T17:00.",
        ),
        (("who-is-away", "--from", "2020-01-01"), "That is over; ./presently status history tells what was."),
    ],
)
def test_a_mistake_is_one_line(terminal: Terminal, said: tuple[str, ...], line: str):
    assert line in terminal.mistake("status", *said)[0]
