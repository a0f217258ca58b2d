import json
from pathlib import Path

import pytest

from domain.directory import Person
from store.store import Store
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people, statuses_of

FILE = """person,externalId,status,message,from,to
u1@example.com,a,ABSENCE,Lake,2027-08-02,2027-08-06
u2@example.com,b,,,2027-08-09,
"""


@pytest.fixture
def people(store: Store) -> list[Person]:
    """Return three people of a domain."""
    return add_domain_with_people(store, 3)


def written(folder: Path, text: str, name: str = "year.csv") -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_file_is_planned_applied_and_undone(
    store: Store, people: list[Person], terminal: Terminal, tmp_path: Path
):
    first, *rest = terminal.run("change", "plan", written(tmp_path, FILE)).splitlines()
    change_id = first.split()[0]
    assert first == f"{change_id}  planned  2 new"
    assert rest[0].split() == [
        "1",
        "new",
        "u1@example.com",
        "a",
        "2",
        "to",
        "6",
        "August",
        "2027,",
        "whole",
        "days",
    ]
    assert statuses_of(store, people[0]) == []
    assert terminal.run("change", "apply", change_id).strip() == f"{change_id}  applied  2 new"
    assert [one.message for one in statuses_of(store, people[0])] == ["Lake"]
    assert change_id in terminal.run("change", "list")
    assert "applied" in terminal.run("change", "show", change_id)
    assert (
        terminal.run("change", "undo", change_id).strip()
        == f"{change_id}  undone  2 taken back, 0 left as somebody changed them since"
    )
    assert statuses_of(store, people[0]) == []
    terminal.run("change", "delete", change_id)


@pytest.mark.usefixtures("people")
def test_what_is_missing_is_cancelled_with_all_of(terminal: Terminal, tmp_path: Path):
    change_id = terminal.run("change", "plan", written(tmp_path, FILE)).split()[0]
    terminal.run("change", "apply", change_id)
    entry = {"person": "u1@example.com", "externalId": "a", "message": "Lake"}
    lines = json.dumps(entry | {"from": "2027-08-02", "to": "2027-08-06"})
    file = written(tmp_path, lines, "year.ndjson")
    said = terminal.run("change", "plan", file, "--all-of", "2027-01-01", "2028-01-01", "--everybody")
    assert said.splitlines()[0].endswith("planned  1 cancelled, 1 unchanged")


@pytest.mark.usefixtures("people")
def test_what_is_refused_cannot_be_skipped_with_all_of(terminal: Terminal, tmp_path: Path):
    file = written(tmp_path, FILE.replace("u2@", "nobody@"))
    change_id = terminal.run("change", "plan", file, "--all-of", "2027-01-01", "2028-01-01").split()[0]
    line, _ = terminal.mistake("change", "apply", change_id, "--skip-refused")
    assert "1 entry is refused, so nothing is applied" in line
    assert "--skip-refused cannot be used with --all-of: " in line


@pytest.mark.usefixtures("people")
def test_a_line_that_cannot_be_used_is_named(terminal: Terminal, tmp_path: Path):
    said = terminal.run("change", "plan", written(tmp_path, FILE.replace("u2@", "nobody@")))
    assert "There is no such person in this domain." in said
    refused, _ = terminal.mistake("change", "apply", said.split()[0])
    assert "1 entry is refused, so nothing is applied" in refused


@pytest.mark.usefixtures("people")
def test_both_days_of_all_of_are_included(terminal: Terminal, tmp_path: Path):
    terminal.run("change", "apply", terminal.run("change", "plan", written(tmp_path, FILE)).split()[0])
    file = written(tmp_path, '{"person": "u2@example.com"}', "none.ndjson")
    for first, last, told in (
        ("08-10", "08-31", "–"),
        ("08-03", "08-09", "1 cancelled"),
        ("08-09", "08-09", "1 cancelled"),
    ):
        said = terminal.run("change", "plan", file, "--all-of", f"2027-{first}", f"2027-{last}")
        assert said.splitlines()[0].endswith(f"planned  {told}")


@pytest.mark.usefixtures("people")
def test_what_changes_is_told_with_what_was_before(terminal: Terminal, tmp_path: Path):
    terminal.run("change", "apply", terminal.run("change", "plan", written(tmp_path, FILE)).split()[0])
    said = terminal.run("change", "plan", written(tmp_path, FILE.replace("Lake,2027-08-02", ",2027-08-04")))
    assert said.splitlines()[1].endswith(
        "4 to 6 August 2027, whole days  (was 2 to 6 August 2027, whole days; message “Lake” → none)"
    )


@pytest.mark.usefixtures("people")
def test_more_entries_are_shown_on_request(terminal: Terminal, tmp_path: Path):
    rows = "".join(f"u1@example.com,{day},,,2027-01-{day},\n" for day in range(10, 31))
    said = terminal.run(
        "change", "plan", written(tmp_path, f"person,externalId,status,message,from,to\n{rows}")
    )
    assert said.splitlines()[-1] == f"  …  ./presently change show {said.split()[0]} --limit 1000 shows more."
    assert len(terminal.run("change", "show", said.split()[0], "--limit", "1000").splitlines()) == 22
    assert len(terminal.run("change", "show", said.split()[0], "--limit", "1").splitlines()) == 3
