"""`./presently status history`."""

import pytest

from domain.directory import Person
from store.store import Store
from tests.builders import HOUR, NINE, SOMEBODY, HandClock, a_draft
from tests.cli.terminal import Terminal
from tests.store.builders import change, drain
from tests.writes import post


@pytest.fixture
def lived(store: Store, clock: HandClock, person: Person) -> None:
    """Book a leave of the first person from ten to eleven, which begins on time."""
    draft = a_draft("ABSENCE", starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR)
    with store.writing() as transaction:
        change(transaction, person.id, lambda statuses, now: post(statuses, draft, now)[0], by=SOMEBODY)
    clock.advance(HOUR)
    drain(store)


@pytest.mark.usefixtures("lived")
def test_tells_each_change_newest_first(terminal: Terminal):
    leave = "Person 1's status “Absent” on 16 March from 19:00 to 20:00"
    assert terminal.run("status", "history", "u1@example.com") == (
        f"2026-03-16 19:00:00+09:00  {leave} began.\n"
        f"2026-03-16 18:00:00+09:00  {leave} was booked by somebody.\n"
    )


@pytest.mark.usefixtures("lived")
def test_says_where_it_ends(terminal: Terminal):
    *_, last = terminal.run("status", "history", "u1@example.com", "--limit", "1").splitlines()
    assert last == "These are the last 1; --limit shows more."


@pytest.mark.usefixtures("person")
def test_of_nobody_is_a_mistake_and_without_changes_it_says_so(terminal: Terminal):
    line, _ = terminal.mistake("status", "history", "nobody@example.com")
    assert line == "Nobody has the address nobody@example.com."
    assert terminal.run("status", "history", "u1@example.com") == "No change is known.\n"
