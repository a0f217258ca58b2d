from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from domain.auto_reply import Audience, AutoReply, Reply
from domain.directory import Person
from domain.moments import Moment
from domain.status import Place, Status, draft_of
from store import tables
from store.statuses import next_due
from store.store import Store
from tests.builders import (
    HOUR,
    INSTANT,
    NINE,
    SEOUL,
    a_reserved_status,
    a_status,
    a_whole_status,
    an_auto_reply,
)
from tests.store.builders import add_domain_with_people, keep, reserve_for_all, statuses_of

KATHMANDU = timezone(timedelta(hours=5, minutes=45))
NEWFOUNDLAND = timezone(-timedelta(hours=3, minutes=30))


@pytest.mark.parametrize(
    "status",
    [
        a_status(),
        a_whole_status(),
        a_status(message="", place=Place.OOF, auto_reply=AutoReply()),
        a_status(message="부재중 🏖", ends_at=NINE + INSTANT),
        a_reserved_status(auto_reply=an_auto_reply("x" * 1_000_000)),
        a_reserved_status(
            auto_reply=AutoReply(
                internal=Reply(body=None, sent_directly_to_me=True),
                external=Reply(body="<p>Zurück am 16.</p>", is_html=True, subject="Abwesend"),
                audience=Audience.KNOWN,
            )
        ),
    ],
)
def test_a_status_is_read_as_it_was_written(store: Store, person: Person, status: Status):
    keep(store, person, status)
    assert statuses_of(store, person) == [status]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(0)), SEOUL, KATHMANDU, NEWFOUNDLAND])
def test_times_are_given_back_with_the_offset_they_were_written_with(
    store: Store, person: Person, zone: timezone
):
    status = a_reserved_status(starts_at=(NINE + HOUR).astimezone(zone), ends_at=NINE + 2 * HOUR)
    keep(store, person, status)
    (kept,) = statuses_of(store, person)
    assert kept.says(draft_of(status))
    assert kept.starts_at is not None
    assert kept.starts_at.written.isoformat() == (NINE + HOUR).astimezone(zone).isoformat()
    assert (kept.in_force_at.tzinfo, kept.ends_at) == (UTC, Moment(NINE + 2 * HOUR))


@pytest.mark.parametrize(
    "ends_at",
    [
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=SEOUL),
        datetime(9999, 12, 31, 18, 59, 59, tzinfo=timezone(-timedelta(hours=5))),
    ],
)
def test_an_end_may_be_as_far_off_as_the_calendar_goes(store: Store, person: Person, ends_at: datetime):
    keep(store, person, a_status(ends_at=ends_at))
    (kept,) = statuses_of(store, person)
    assert kept.ends_at is not None
    assert kept.ends_at.written.isoformat() == ends_at.isoformat()


def test_only_the_persons_own_are_read(store: Store, people: list[Person]):
    keep(store, people[0], a_status(id="own"))
    keep(store, people[1], a_status(id="another's"))
    assert [status.id for status in statuses_of(store, people[0])] == ["own"]


class TestTheDatabase:
    def test_lets_nobody_have_two_reserved_ones(self, store: Store, person: Person):
        with pytest.raises(IntegrityError):
            keep(store, person, a_reserved_status(id="one"), a_reserved_status(id="two"))

    def test_lets_a_person_have_several_in_force(self, store: Store, person: Person):
        layers = [a_status(id=str(sequence), sequence=sequence) for sequence in range(3)]
        keep(store, person, *layers)
        assert len(statuses_of(store, person)) == len(layers)

    @pytest.mark.parametrize("ends_at", [NINE, NINE - INSTANT])
    def test_keeps_no_window_that_is_empty(self, store: Store, person: Person, ends_at: datetime):
        with pytest.raises(IntegrityError):
            keep(store, person, a_status(ends_at=ends_at))

    def test_keeps_no_status_of_an_unknown_person(self, store: Store, person: Person):
        nobody = Person(
            id=person.id + 999, user_id="", domain=person.domain, email="", external_key=None, name=""
        )
        with pytest.raises(IntegrityError):
            keep(store, nobody, a_status())

    def test_keeps_no_moment_without_a_zone(self, store: Store, person: Person):
        naive = NINE.replace(tzinfo=None)
        with pytest.raises(StatementError, match="needs a zone"):
            keep(store, person, a_status(in_force_at=naive))

    def test_compares_with_no_moment_without_a_zone(self, store: Store):
        query = select(tables.status).where(tables.status.c.ends_at < NINE.replace(tzinfo=None))
        with store.reading() as transaction, pytest.raises(StatementError, match="needs a zone"):
            transaction.connection.execute(query)

    def test_keeps_a_moment_in_utc_whatever_its_offset(self, store: Store, person: Person):
        columns = tables.event.c
        with store.writing() as transaction:
            row = {
                "kind": "DELETED",
                "person_id": person.id,
                "committed_at": NINE.astimezone(SEOUL),
                "actor": "",
            }
            transaction.connection.execute(insert(tables.event).values(row))
            kept = transaction.connection.execute(select(columns.committed_at)).scalar_one()
        assert (kept, kept.tzinfo) == (NINE, UTC)


@pytest.mark.parametrize(
    ("statuses", "due"),
    [
        ([], None),
        ([a_status()], None),
        ([a_reserved_status()], NINE + HOUR),
        ([a_status(ends_at=NINE + INSTANT), a_reserved_status()], NINE + INSTANT),
        ([a_status(), a_status(ends_at=NINE + 3 * HOUR)], NINE + 3 * HOUR),
    ],
)
def test_what_is_due_next_is_the_earliest_start_or_end(statuses: list[Status], due: datetime | None):
    assert next_due(statuses) == due


def test_statuses_are_counted_by_what_they_wait_for(store: Store, people: list[Person]):
    keep(store, people[0], a_status(id="1"), a_status(id="2"), a_reserved_status(id="3"))
    with store.reading() as transaction:
        assert transaction.statuses.counts() == {"PRESENT": 2, "RESERVED": 1}


def test_nothing_is_counted_as_nothing(store: Store):
    with store.reading() as transaction:
        assert transaction.statuses.counts() == {"PRESENT": 0, "RESERVED": 0}


def test_of_many_statuses_postgresql_tells_what_it_noted_last(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("store.statuses.COUNTED", 2)
    store = Store(postgresql_url)
    people = add_domain_with_people(store)
    reserve_for_all(store, people)
    with store.writing() as transaction:
        transaction.connection.execute(text("ANALYZE status"))
    keep(store, people[0], a_status(id="uprofile-present"))
    with store.reading() as transaction:
        assert transaction.statuses.counts() == {"PRESENT": 1, "RESERVED": len(people)}
    store.close()
