from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from config.celery import make_celery
from config.settings import Settings
from config.tasks import FOLLOW_ZONES, HOUSEKEEPING
from domain import wishes
from domain.directory import Person
from domain.wishes import Times
from services import time_zones
from store.store import Store
from tests.builders import a_reserved_status
from tests.store.builders import keep
from tests.tzif import NEWER, OLDER, VANCOUVER, folder_of_rules, rules

WORKDAY: Final = Times(datetime(2027, 12, 6, 9), datetime(2027, 12, 6, 17))


@pytest.fixture
def new_rules(store: Store, people: list[Person], tmp_path: Path, tasks: ModuleType) -> Iterator[None]:
    """Let everybody have a status in Vancouver, whose rules change."""
    with rules(folder_of_rules(tmp_path / "older", OLDER)):
        starts_at, ends_at = wishes.window(WORKDAY, VANCOUVER)
        assert starts_at is not None
        status = a_reserved_status(wish=WORKDAY, zone=VANCOUVER, place=None)
        status = replace(status, starts_at=starts_at, ends_at=ends_at, in_force_at=starts_at.instant)
        for person in people:
            keep(store, person, replace(status, id=f"leave-{person.id}", works_id=f"leave-{person.id}"))
        assert tasks.follow_zones() == {"moved": 0}
    with rules(folder_of_rules(tmp_path / "newer", NEWER)):
        yield


@pytest.mark.usefixtures("new_rules")
def test_new_rules_move_everybody_once(tasks: ModuleType, people: list[Person]):
    assert tasks.follow_zones() == {"moved": len(people)}
    assert tasks.follow_zones() == {"moved": 0}


@pytest.mark.usefixtures("new_rules")
def test_what_takes_longer_than_a_turn_is_left_to_another_message(
    tasks: ModuleType, people: list[Person], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(time_zones, "PEOPLE_AT_ONCE", 3)
    monkeypatch.setattr(tasks, "_FOLLOW_FOR", timedelta(0))
    messages: list[None] = []
    monkeypatch.setattr(tasks.follow_zones, "delay", lambda: messages.append(None))
    assert tasks.follow_zones() == {"moved": 0}
    assert len(messages) == 1
    monkeypatch.setattr(tasks, "_FOLLOW_FOR", timedelta(minutes=1))
    assert tasks.follow_zones() == {"moved": len(people)}
    assert len(messages) == 1


def test_beat_sends_for_it_and_housekeeping_does_it(tasks: ModuleType):
    assert tasks.app.amqp.router.route({}, FOLLOW_ZONES)["queue"].name == HOUSEKEEPING
    scheduled = make_celery(Settings()).conf.beat_schedule.values()
    assert FOLLOW_ZONES in {entry["task"] for entry in scheduled}
