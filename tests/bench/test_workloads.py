import re
from datetime import UTC, date, datetime, timedelta

import pytest

from bench import leaves
from bench.entry import floored
from bench.posting import statements
from bench.workloads import USUAL, parse
from cli.mistakes import Mistake


@pytest.mark.parametrize("name", USUAL)
def test_a_workload_is_called_what_it_was_asked_for_by(name):
    assert parse(name).name == name


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("idle", 200),
        ("idle-7", 7),
        ("away", 10_000),
        ("bulk", 100_000),
        ("spread", 10_000),
        ("storm-7", 7),
        ("storm-100000", 100_000),
    ],
)
def test_its_name_says_how_many_entries_it_has_unless_it_is_the_usual_number(name, count):
    assert parse(name).count == count


@pytest.mark.parametrize("name", ["", "gale", "storm-", "storm-0", "storm-1e3", "post-10-sqlite", "Storm-1"])
def test_a_name_that_is_none_is_a_mistake(name):
    with pytest.raises(Mistake, match=re.escape(f"--workloads: there is no workload {name};")):
        parse(name)


def test_on_sqlite_presently_is_alone():
    workload = parse("storm-10-sqlite")

    assert (workload.takes("presently"), workload.takes("floor")) == (True, False)


def test_a_system_that_knows_whole_seconds_is_given_whole_seconds():
    second = datetime(2026, 11, 20, 9, tzinfo=UTC)
    later = second + timedelta(milliseconds=999)

    assert floored(later, timedelta(seconds=1)) == second
    assert floored(later, timedelta(microseconds=1)) == later


def test_a_year_of_leaves_is_always_the_same_and_has_one_in_each_part_of_it():
    some = list(leaves.entries(2, 4, date(2027, 1, 1)))

    assert some == list(leaves.entries(2, 4, date(2027, 1, 1)))
    assert [each["externalId"] for each in some[:5]] == ["1/0", "1/1", "1/2", "1/3", "2/0"]
    assert [(date.fromisoformat(each["from"]) - date(2027, 1, 1)).days // 91 for each in some] == [
        0,
        1,
        2,
        3,
    ] * 2
    assert all(each["from"] <= each["to"] for each in some)


@pytest.mark.parametrize(
    ("heard", "script"),
    [
        ("SELECT 1 WHERE id = 77::INTEGER", "SELECT 1 WHERE id = :person::INTEGER"),
        ("SELECT 'u77@bench.example'::VARCHAR", "SELECT ('u' || :person || '@bench.example')::VARCHAR"),
        ("SELECT 'uprofile-0a1b-77cd', 177, 'a77'", "SELECT ('uprofile-' || :person || ''), 177, 'a77'"),
        # A moment is none of the person's.
        ("SELECT '2100-01-01 09:00:77+00'", "SELECT '2100-01-01 09:00:77+00'"),
    ],
)
def test_what_one_persons_booking_takes_is_made_a_script_for_anybody(heard, script):
    assert statements.for_anybody(heard, 77) == script
