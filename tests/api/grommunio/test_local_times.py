"""Dates of an out-of-office are times of the domain's clocks: they stay what was typed in when those clocks change."""

from datetime import UTC, datetime
from typing import Final

import pytest

from domain.wishes import Times
from services import domains
from services.domains import Changes
from store.store import Store
from tests.api.clients import Oof, Works
from tests.builders import SOMEBODY

VIENNA: Final = "Europe/Vienna"
DATES: Final = {"startTime": "2027-08-02 09:00:00", "endTime": "2027-08-06 17:00:00"}


def wishes_of(store: Store, oof: Oof) -> list[tuple[object, str | None]]:
    with store.reading() as transaction:
        return [(status.wish, status.zone) for status in transaction.statuses.of(oof.user_id)]


def move_to(zone: str, store: Store) -> int:
    return domains.change(store, 1, Changes(zone=zone), by=SOMEBODY).moved_statuses


def test_they_stay_the_same_on_the_clocks_of_another_zone(oof: Oof, works: Works, store: Store):
    oof.save(state=2, internalReply="Away", **DATES)
    before = oof.read()
    assert move_to(VIENNA, store) == 1
    assert oof.read() == before
    reserved = works.reserved()
    assert reserved is not None
    assert (reserved["startTime"], reserved["endTime"]) == (
        "2027-08-02T09:00:00+02:00",
        "2027-08-06T17:00:00+02:00",
    )


def test_what_was_skipped_when_it_was_typed_in_is_itself_where_it_is_not(oof: Oof, store: Store):
    move_to(VIENNA, store)
    oof.save(state=2, startTime="2027-03-28 02:30:00", endTime="2027-08-06 17:00:00")
    assert oof.read()["startTime"] == "2027-03-28 03:30:00"
    move_to("Asia/Seoul", store)
    assert oof.read()["startTime"] == "2027-03-28 02:30:00"


def test_saving_one_of_them_keeps_what_the_other_was(oof: Oof, store: Store):
    move_to(VIENNA, store)
    oof.save(state=2, startTime="2027-03-28 02:30:00", endTime="2027-08-06 17:00:00")
    oof.save(**(oof.read() | {"endTime": "2027-08-07 17:00:00"}))
    assert wishes_of(store, oof) == [(Times(datetime(2027, 3, 28, 2, 30), datetime(2027, 8, 7, 17)), None)]


def test_saving_the_text_only_keeps_both(oof: Oof, store: Store):
    oof.save(state=2, internalReply="Away", **DATES)
    before = wishes_of(store, oof)
    oof.save(**(oof.read() | {"internalReply": "Back soon"}))
    assert wishes_of(store, oof) == before


def test_one_that_is_on_without_dates_has_none(oof: Oof, store: Store):
    oof.save(state=1, internalReply="Away", **DATES)
    assert wishes_of(store, oof) == [(None, None)]


@pytest.mark.parametrize(
    ("end", "moved"), [("2027-08-06T17:00:00+09:00", 1), ("2027-08-06T18:00:00+09:00", 0)]
)
def test_a_program_of_naver_works_that_writes_other_moments_means_these(
    oof: Oof, works: Works, store: Store, end: str, moved: int
):
    oof.save(state=2, internalReply="Away", **DATES)
    reserved = works.reserved()
    assert reserved is not None
    answer = works.patch(reserved["userProfileStatusId"], endTime=end)
    assert answer.status_code == 200
    assert move_to(VIENNA, store) == moved
    status = works.get(reserved["userProfileStatusId"]).json()
    assert datetime.fromisoformat(status["startTime"]).astimezone(UTC).hour == (7 if moved else 0)
