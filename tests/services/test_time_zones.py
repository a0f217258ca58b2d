"""Statuses follow the new rules of their zones: all of them, once, in batches that anybody can go on with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest

from domain import wishes
from domain.directory import Person
from domain.status import ScheduleType, Status
from domain.wishes import NOON, Days, Half, Times, Wish
from services import domains, time_zones
from services.domains import Changes
from store.store import Store
from tests.builders import DAY, NINE, SOMEBODY, HandClock, a_reserved_status
from tests.store.builders import add_domain_with_people, change, drain, events_of, keep, retold, statuses_of
from tests.tzif import NEWER, OLDER, VANCOUVER, folder_of_rules, rules

SEOUL: Final = "Asia/Seoul"
WORKDAY: Final = Times(datetime(2027, 12, 6, 9), datetime(2027, 12, 6, 17))
HALF_DAY: Final = Days(date(2027, 12, 6), date(2027, 12, 6), Half.MORNING, Half.MORNING)


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return folder_of_rules(tmp_path / "older", OLDER)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return folder_of_rules(tmp_path / "newer", NEWER)


@pytest.fixture
def by_older(older: Path) -> Iterator[None]:
    with rules(older):
        yield


def wished(wish: Wish, zone: str | None, *, of_domain: str = SEOUL, status_id: str = "leave") -> Status:
    planned = wishes.planned(wish, zone, domain_zone=of_domain, day_halves=NOON)
    assert planned.starts_at is not None
    status = a_reserved_status(id=status_id, place=None)
    return replace(
        status,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        in_force_at=planned.starts_at.instant,
        wish=planned.wish,
        zone=planned.zone,
    )


def follow(store: Store) -> int:
    return time_zones.follow_all(store, time_zones.outdated(store))


def windows(store: Store, person: Person) -> list[str]:
    return [
        f"{status.starts_at.written:%d %H:%M%z} {status.ends_at.written:%d %H:%M%z}"
        for status in statuses_of(store, person)
        if status.starts_at and status.ends_at
    ]


def test_those_that_name_the_zone_move_once_each_with_an_event(
    store: Store, people: list[Person], older: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(time_zones, "PEOPLE_AT_ONCE", 2)
    with rules(older):
        status = wished(WORKDAY, VANCOUVER)
        for person in people[:7]:
            keep(store, person, replace(status, id=f"leave-{person.id}", works_id=f"leave-{person.id}"))
        assert follow(store) == 0
    assert windows(store, people[0]) == ["06 09:00-0800 06 17:00-0800"]

    with rules(newer):
        assert follow(store) == 7
        assert time_zones.outdated(store) == []
        assert follow(store) == 0

    for person in people[:7]:
        assert windows(store, person) == ["06 09:00-0700 06 17:00-0700"]
        (event,) = events_of(store, person)
        assert (event.kind, event.actor, event.starts_at) == (
            "CHANGED",
            "time zones",
            datetime(2027, 12, 6, 16, tzinfo=UTC),
        )
    assert events_of(store, people[7]) == []


def test_those_of_a_domain_move_with_its_zone_and_others_stay(
    store: Store, people: list[Person], older: Path, newer: Path
):
    with rules(older):
        (other,) = add_domain_with_people(store, 1, "example.ca")
        domains.change(store, other.domain.id, Changes(zone=VANCOUVER), by=SOMEBODY)
        keep(store, people[0], wished(WORKDAY, None))
        keep(store, other, wished(WORKDAY, None, of_domain=VANCOUVER, status_id="other"))
        follow(store)
    with rules(newer):
        assert follow(store) == 1
    assert windows(store, people[0]) == ["06 09:00+0900 06 17:00+0900"]
    assert windows(store, other) == ["06 09:00-0700 06 17:00-0700"]


def test_what_another_process_has_begun_is_gone_on_with(
    store: Store, people: list[Person], older: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(time_zones, "PEOPLE_AT_ONCE", 2)
    with rules(older):
        for person in people:
            keep(store, person, wished(WORKDAY, VANCOUVER, status_id=f"leave-{person.id}"))
        follow(store)
    with rules(newer):
        named = [(scope, mark) for scope, mark in time_zones.outdated(store) if scope.zone == VANCOUVER]
        assert [time_zones.follow(store, *named[0]) for _ in range(2)] == [2, 2]
        assert time_zones.outdated(store) == named
        assert follow(store) == len(people) - 4
    assert all(windows(store, person) == ["06 09:00-0700 06 17:00-0700"] for person in people)


@pytest.mark.usefixtures("by_older")
def test_a_start_that_should_have_come_is_made_at_once_and_the_events_agree(
    store: Store, person: Person, newer: Path, clock: HandClock
):
    keep(store, person, wished(WORKDAY, VANCOUVER))
    follow(store)
    clock.now = datetime(2027, 12, 6, 16, 30, tzinfo=UTC)
    with rules(newer):
        assert follow(store) == 1
        (transition,) = drain(store)
    assert transition.lateness == timedelta(0)
    assert [status.schedule_type for status in statuses_of(store, person)] == [ScheduleType.PRESENT]
    changed, promoted = events_of(store, person)
    assert (changed.kind, changed.shown_status_id, promoted.kind) == ("CHANGED", "leave", "PROMOTED")


@pytest.mark.usefixtures("by_older")
def test_what_is_shown_stays_shown_and_ends_at_once_if_it_should_have(
    store: Store, person: Person, newer: Path, clock: HandClock
):
    keep(store, person, wished(WORKDAY, VANCOUVER))
    follow(store)
    clock.now = datetime(2027, 12, 6, 17, tzinfo=UTC)
    drain(store)
    clock.now = datetime(2027, 12, 7, 0, 30, tzinfo=UTC)
    with rules(newer):
        follow(store)
        assert [status.schedule_type for status in statuses_of(store, person)] == [ScheduleType.PRESENT]
        drain(store)
    assert [event.kind for event in events_of(store, person)] == ["PROMOTED", "CHANGED", "DISABLED"]


def test_a_change_of_the_domains_zone_moves_what_goes_by_it(store: Store, people: list[Person]):
    keep(store, people[0], wished(WORKDAY, None, status_id="of the domain"))
    keep(store, people[1], wished(WORKDAY, "Europe/Vienna", status_id="of its own"))
    keep(store, people[2], a_reserved_status(starts_at=NINE + DAY, ends_at=NINE + 2 * DAY))
    changed = domains.change(store, 1, Changes(zone="Europe/Berlin"), by=SOMEBODY)
    assert changed.moved_statuses == 1
    assert windows(store, people[0]) == ["06 09:00+0100 06 17:00+0100"]
    assert windows(store, people[1]) == ["06 09:00+0100 06 17:00+0100"]
    assert events_of(store, people[1]) == events_of(store, people[2]) == []
    assert [scope.domain_id for scope, _ in time_zones.outdated(store)] == [None]


def test_a_change_of_where_days_are_halved_moves_halves_in_every_zone(store: Store, people: list[Person]):
    keep(store, people[0], wished(HALF_DAY, None, status_id="of the domain"))
    keep(store, people[1], wished(HALF_DAY, "Europe/Vienna", status_id="of its own"))
    keep(store, people[2], wished(WORKDAY, None, status_id="whole"))
    changed = domains.change(store, 1, Changes(day_halves=time(12, 30)), by=SOMEBODY)
    assert (changed.domain.day_halves, changed.moved_statuses) == (time(12, 30), 2)
    assert windows(store, people[0]) == ["06 00:00+0900 06 12:30+0900"]
    assert windows(store, people[1]) == ["06 00:00+0100 06 12:30+0100"]


@pytest.mark.usefixtures("by_older")
def test_the_events_tell_every_status_there_is(store: Store, people: list[Person], newer: Path):
    person = people[0]
    with store.writing() as transaction:
        change(transaction, person.id, lambda *_: (wished(WORKDAY, VANCOUVER),), by=SOMEBODY)
    with rules(newer):
        follow(store)
    assert retold(events_of(store, person)) == {"leave": "RESERVED"}
