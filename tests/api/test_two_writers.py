"""Many concurrent writers of one person, over real connections: all are answered, in one order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, Works, naive, written
from tests.api.conftest import TokenFor
from tests.builders import HOUR, NINE
from tests.store.builders import events_of, statuses_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

Step = Callable[[int], httpx.Response]

WRITERS: Final = 6
ROUNDS: Final = 5
TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR


def test_of_many_who_post_at_once_each_replaces_the_one_before(
    url: str, token_for: TokenFor, store: Store, person: Person
):
    with httpx.Client(base_url=url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {token_for('directory')}"
        works = Works(client, person.email)

        def write(writer: int) -> list[int]:
            return [works.post(statusMessage=f"{writer} {turn}").status_code for turn in range(ROUNDS)]

        with ThreadPoolExecutor(WRITERS) as writers:
            codes = list(chain.from_iterable(writers.map(write, range(WRITERS))))
    assert codes == [201] * (WRITERS * ROUNDS)
    events = events_of(store, person)
    came = [event.status_id for event in events if event.kind == "PRESENTED"]
    gone = [event.status_id for event in events if event.kind == "REPLACED"]
    assert len(came) == WRITERS * ROUNDS
    assert gone == came[:-1]
    assert [status.id for status in statuses_of(store, person)] == came[-1:]


def test_writers_of_both_dialects_at_once_are_all_answered(
    url: str, token_for: TokenFor, store: Store, person: Person
):
    with httpx.Client(base_url=url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {token_for('directory')}"
        works, oof = Works(client, person.email), Oof(client, person.id)
        reserve = {"startTime": written(TEN), "endTime": written(ELEVEN)}
        steps: list[Step] = [
            lambda turn: works.post(statusMessage=f"{turn}"),
            lambda turn: works.post("ABSENCE", statusMessage=f"{turn}", **reserve),
            lambda turn: oof.put(
                state=2, internalReply=f"{turn}", startTime=naive(TEN), endTime=naive(ELEVEN)
            ),
            lambda turn: oof.put(state=1, internalReply=f"{turn}"),
            lambda _: oof.put(state=0),
            lambda _: works.delete(
                next(iter(works.list()), {"userProfileStatusId": "x"})["userProfileStatusId"]
            ),
        ]

        def write(writer: int) -> list[int]:
            return [steps[(writer + turn) % len(steps)](turn).status_code for turn in range(2 * len(steps))]

        with ThreadPoolExecutor(WRITERS) as writers:
            codes = set(chain.from_iterable(writers.map(write, range(WRITERS))))
        assert codes <= {200, 201, 204, 404}
        schedule_types = [status["scheduleType"] for status in works.list()]
    assert schedule_types in ([], ["PRESENT"], ["RESERVED"], ["PRESENT", "RESERVED"])
    came = {"RESERVED", "PRESENTED"}
    there: set[str] = set()
    for event in events_of(store, person):
        if event.kind in came:
            assert event.status_id not in there
            there.add(event.status_id)
        elif event.kind != "REMEMBERED":
            assert event.status_id in there
            if event.kind != "CHANGED":
                there.remove(event.status_id)
    assert {status.id for status in statuses_of(store, person)} == there
