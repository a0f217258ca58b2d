import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from domain.roster import Known
from store.store import Store
from tests.builders import a_status
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people, events_of, keep, statuses_of

HEADER = "email,name,externalKey,aliases,administrator,active"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a path for a list of people."""
    return tmp_path / "people.csv"


def known(store: Store, domain_id: int = 1) -> list[Known]:
    with store.reading() as transaction:
        return transaction.roster.known(domain_id)


def says(file: Path, *lines: str, encoding: str = "utf-8") -> str:
    """Write a header and these lines to the file, and return its name."""
    file.write_text("\n".join([HEADER, *lines, ""]), encoding=encoding)
    return str(file)


class TestImport:
    def test_reports_what_changed(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 4)
        name = says(
            file,
            "u1@example.com,Person 1,EMP 001,,true,",
            "kim@example.com,Kim,EMP 002,u2@example.com,,",
            "u3@example.com,Person 3,EMP 003,,,no",
            "n@example.com,이서연,E9,,,",
            "m@example.com,M,,,,no",
        )
        assert terminal.run("people", "import", name).splitlines() == [
            "added              2",
            "  + n@example.com",
            "  + m@example.com (not active)",
            "changed            1",
            "  ~ kim@example.com: email, name, aliases",
            "deactivated        1",
            "  - u3@example.com",
            "unchanged          2",
        ]
        assert [one.entry.email for one in known(store)] == [
            *("u1@example.com", "kim@example.com", "u3@example.com", "u4@example.com"),
            *("n@example.com", "m@example.com"),
        ]

    def test_names_the_first_of_many(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 1)
        name = says(file, *(f"n{number}@example.com,N,,,," for number in range(21)))
        lines = terminal.run("people", "import", name).splitlines()
        assert lines[0] == "added             21"
        assert lines[1:22] == [*(f"  + n{number}@example.com" for number in range(20)), "  …"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    def test_reads_utf_8_with_and_without_its_mark(
        self, store: Store, terminal: Terminal, file: Path, encoding: str
    ):
        add_domain_with_people(store, 1)
        terminal.run("people", "import", says(file, "n@example.com,이서연,,,,", encoding=encoding))
        assert known(store)[1].entry.name == "이서연"

    def test_names_every_bad_line_and_writes_nothing(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 2)
        add_domain_with_people(store, 1, "example.org")
        before = known(store)
        name = says(
            file,
            "new@example.com,New,,,,",
            "u1,Person 1,,,,",
            "u2@example.com,,EMP 002,,,",
            "n@example.com,N,,,perhaps,",
            "u1@example.org,N,,,,",
            "NEW@example.com,Again,,,,",
            "too,few",
        )
        line, (step, *faults) = terminal.mistake("people", "import", name)
        assert step.startswith("Comparing")
        assert line == f"{file}: 6 lines cannot be used; nothing was changed."
        assert faults == [
            "line 3: email: 'u1' is not a mail address.",
            "line 4: name: A value is required here.",
            "line 5: administrator: true or false, not 'perhaps'.",
            "line 6: The address u1@example.org belongs to somebody in another domain.",
            "line 7: The address new@example.com is already in line 2.",
            "line 8: It has 2 fields; the header has 6.",
        ]
        assert known(store) == before

    def test_ends_everything_of_whoever_leaves(self, store: Store, terminal: Terminal, file: Path):
        people = add_domain_with_people(store, 3)
        for person in people:
            keep(store, person, a_status(id=f"uprofile-{person.id}"))
        name = says(file, "u1@example.com,Person 1,EMP 001,,true,", "u2@example.com,Person 2,EMP 002,,,no")
        terminal.run("people", "import", name)
        assert [len(statuses_of(store, person)) for person in people] == [1, 0, 1]
        terminal.run("people", "import", name, "--deactivate-missing")
        assert [len(statuses_of(store, person)) for person in people] == [1, 0, 0]
        (event,) = events_of(store, people[2])
        assert (event.kind, event.actor) == ("DELETED", "./presently people import")

    def test_does_not_deactivate_everybody_by_an_empty_file(
        self, store: Store, terminal: Terminal, file: Path
    ):
        add_domain_with_people(store, 2)
        before = known(store)
        line, _ = terminal.mistake("people", "import", says(file), "--deactivate-missing")
        assert line == f"{file} names nobody, and --deactivate-missing would deactivate everybody."
        assert known(store) == before

    def test_is_of_the_domain_that_is_said(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 1)
        add_domain_with_people(store, 1, "example.org")
        terminal.run("people", "import", says(file, "n@example.com,N,EMP 009,,,"), "--domain", "2")
        assert (len(known(store, 1)), len(known(store, 2))) == (1, 2)
        assert "There is no domain 9" in terminal.mistake("people", "import", str(file), "--domain", "9")[0]

    def test_says_why_a_file_cannot_be_read(self, terminal: Terminal, file: Path):
        assert terminal.mistake("people", "import", str(file))[0] == (
            f"{file} cannot be read (No such file or directory)."
        )
        file.write_bytes(f"{HEADER}\na@b.c,Kim,,,,\nb@b.c,{'이서연'},,,,\n".encode("cp949"))
        line, _ = terminal.mistake("people", "import", str(file))
        assert line == f"{file}: line 3 is not UTF-8; save the file as “CSV UTF-8”."
        file.write_text("mail,name\n")
        assert "'mail'" in terminal.mistake("people", "import", str(file))[0]

    def test_shows_how_far_it_is_with_a_bar_at_a_terminal_and_lines_elsewhere(
        self, store: Store, store_url: str, file: Path
    ):
        add_domain_with_people(store, 1)
        name = says(file, *(f"n{number}@example.com,N,,,," for number in range(1500)))
        command = [sys.executable, "-m", "cli", "people", "import", name]
        environment = os.environ | {"PRESENTLY_DATABASE_URL": store_url, "TERM": "xterm"}
        ours, theirs = pty.openpty()
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True, check=True
        )
        os.close(theirs)
        shown = os.read(ours, 65536)
        os.close(ours)
        assert done.stdout.startswith("added           1500")
        assert b"Writing" in shown
        again = subprocess.run(command, capture_output=True, env=environment, text=True, check=True)
        assert again.stderr == "Comparing 1500 people …\n"
        assert again.stdout.endswith("unchanged       1501\n")


class TestExport:
    def test_is_a_file_whose_import_changes_nothing(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 3)
        terminal.run(
            *("person", "add", "--email", "n@example.com", "--name", '이 "서연", Lee'),
            *("--alias", "a@b.c", "--alias", "d@e.f", "--administrator"),
        )
        terminal.run("person", "deactivate", "u2@example.com")
        before = known(store)
        terminal.run("people", "export", str(file))
        report = terminal.run("people", "import", str(file), "--deactivate-missing").splitlines()
        assert report == [
            "added              0",
            "changed            0",
            "deactivated        0",
            "unchanged          4",
        ]
        assert known(store) == before

    def test_goes_to_the_terminal_where_no_file_is_named(self, store: Store, terminal: Terminal):
        add_domain_with_people(store, 2)
        assert terminal.run("people", "export") == (
            f"{HEADER}\nu1@example.com,Person 1,EMP 001,,true,true\nu2@example.com,Person 2,EMP 002,,false,true\n"
        )

    def test_is_for_its_owner_only(self, store: Store, terminal: Terminal, file: Path):
        add_domain_with_people(store, 1)
        terminal.run("people", "export", str(file))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_says_why_a_file_cannot_be_written(self, store: Store, terminal: Terminal, tmp_path: Path):
        add_domain_with_people(store, 1)
        nowhere = tmp_path / "nowhere" / "people.csv"
        line, _ = terminal.mistake("people", "export", str(nowhere))
        assert line == f"{nowhere} cannot be written (No such file or directory)."
