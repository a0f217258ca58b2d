from datetime import timedelta
from types import ModuleType

import pytest

from config.celery import make_celery
from config.settings import Settings
from config.tasks import FORGET_EXPIRED, HOUSEKEEPING
from store.store import Store
from tests.builders import HOUR, INSTANT, NINE, HandClock


@pytest.mark.parametrize(("later", "forgotten"), [(HOUR, 0), (HOUR + INSTANT, 5)])
def test_what_was_revoked_is_forgotten_once_nothing_is_left_of_it(
    tasks: ModuleType,
    store: Store,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    later: timedelta,
    forgotten: int,
):
    monkeypatch.setattr(tasks, "_FORGET_AT_ONCE", 2)
    with store.writing() as transaction:
        for number in range(5):
            transaction.clients.revoke_token(f"t{number}", expires_at=NINE)
    clock.advance(later)

    assert tasks.forget_expired() == {"forgotten": forgotten}


def test_beat_sends_for_it_and_housekeeping_does_it(tasks: ModuleType):
    assert tasks.app.amqp.router.route({}, FORGET_EXPIRED)["queue"].name == HOUSEKEEPING
    scheduled = make_celery(Settings()).conf.beat_schedule.values()
    assert FORGET_EXPIRED in {entry["task"] for entry in scheduled}
