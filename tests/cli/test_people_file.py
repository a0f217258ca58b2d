import pytest

from cli.mistakes import Mistake
from cli.people_file import COLUMNS, read, written
from domain.roster import Entry, Line

HEADER = ",".join(COLUMNS)


def the_line(text: str) -> Line:
    """Return the only line, which can be read."""
    (line,), faults = read(text)
    assert faults == []
    return line


def test_a_line_says_what_its_columns_say():
    line = the_line(f'{HEADER}\nu1@example.com,"Kim, Minjun",E 1,a@b.c  d@e.f,true,false\n')
    assert line == Line(
        2,
        {
            "email": "u1@example.com",
            "name": "Kim, Minjun",
            "external_key": "E 1",
            "aliases": ("a@b.c", "d@e.f"),
            "is_administrator": True,
            "is_active": False,
        },
    )


def test_an_empty_field_is_no_key_no_alias_no_administrator_and_active():
    assert the_line(f"{HEADER}\n a@b.c , Kim ,,,,\n").said == {
        "email": "a@b.c",
        "name": "Kim",
        "external_key": None,
        "aliases": (),
        "is_administrator": False,
        "is_active": True,
    }


def test_a_column_that_is_not_there_is_not_said():
    assert the_line("name,email\nKim,a@b.c\n").said == {"email": "a@b.c", "name": "Kim"}


@pytest.mark.parametrize(
    ("field", "flag"),
    [
        *((field, True) for field in ("true", "TRUE", "yes", "Y", "1")),
        *((field, False) for field in ("false", "False", "no", "n", "0")),
    ],
)
def test_yes_and_no_are_said_in_many_ways(field: str, flag: bool):
    given = the_line(f"email,name,administrator,active\na@b.c,Kim,{field},{field}\n").said
    assert (given["is_administrator"], given["is_active"]) == (flag, flag)


def test_lines_are_counted_as_an_editor_counts_them():
    lines, _ = read('email,name\n\na@b.c,"Kim\nMinjun"\n,\nd@e.f,Lee\r\ng@h.i,Park')
    assert [(line.number, line.said["email"]) for line in lines] == [(3, "a@b.c"), (6, "d@e.f"), (7, "g@h.i")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a@b.c", "It has 1 field; the header has 6."),
        ("a@b.c,Kim,,,,,", "It has 7 fields; the header has 6."),
        ("a@b.c,Kim,,,maybe,", "administrator: true or false, not 'maybe'."),
        ("a@b.c,Kim,,,,2", "active: true or false, not '2'."),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(line: str, reason: str):
    lines, faults = read(f"{HEADER}\nx@y.z,Lee,,,,\n{line}\nu@v.w,Park,,,,\n")
    assert [read_.number for read_ in lines] == [2, 4]
    assert [(fault.line, fault.reason) for fault in faults] == [(3, reason)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty"),
        ("\n\n", "The file is empty"),
        ("a@b.c,Kim\n", "Unknown columns 'a@b.c', 'Kim'"),
        ("email;name\n", "^The columns are separated by semicolons; use commas.$"),
        ("email,externalKey\n", "lacks name"),
        ("externalKey\n", "lacks email and name"),
        ("email,name,name\n", "names a column twice"),
        ("Email,Name\n", "Unknown columns 'Email', 'Name'"),
        ('email,name\na@b.c,"Kim\n', "line 2: not comma-separated values"),
        ('email,name\na@b.c,"Kim"x\n', "line 2: not comma-separated values"),
    ],
)
def test_a_file_that_is_no_list_is_a_mistake(text: str, sentence: str):
    with pytest.raises(Mistake, match=sentence):
        read(text)


def test_what_was_written_is_read_back_to_the_letter():
    people = [
        Entry(email="a@b.c", name='Kim "Min", jun', external_key="E,1", aliases=("d@e.f", "g@h.i")),
        Entry(email="이@예.kr", name="이서연", is_administrator=True, is_active=False),
    ]
    lines, faults = read(written(people))
    assert faults == []
    assert [Entry(**line.said) for line in lines] == people
