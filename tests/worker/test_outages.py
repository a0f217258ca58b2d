"""What a worker logs while the store cannot be used."""

from types import ModuleType
from typing import Any

import pytest
import structlog
from celery.app.trace import build_tracer

from cli import ports
from config.tasks import DISABLE_DUE, FORGET_OLD, PROMOTE_DUE
from harness import postgres
from store.store import Store
from tests.builders import HOUR, NINE, HandClock, a_reserved_status
from tests.store.builders import add_domain_with_people, keep
from tests.worker.tasks import on
from worker.outages import Outages, StoreFails

DUE = NINE.isoformat()


@pytest.fixture
def store(postgresql_url: str, clock: HandClock) -> Store:
    """Return a store on PostgreSQL in which a start is due."""
    opened = Store(postgresql_url, clock=clock)
    (person, *_) = add_domain_with_people(opened)
    keep(opened, person, a_reserved_status(starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR))
    clock.now = NINE + HOUR
    opened.close()
    return opened


@pytest.fixture
def tasks(store: Store, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module of the tasks, which has met no outage yet."""
    tasks = on(store, broker_url, monkeypatch)
    monkeypatch.setattr(tasks, "_outages", Outages())
    return tasks


def test_a_store_that_takes_no_writes_is_one_line_and_its_return_another(
    tasks: ModuleType, store: Store, postgresql_url: str
):
    with structlog.testing.capture_logs() as entries:
        with postgres.read_only(postgresql_url):
            for _ in range(3):
                with pytest.raises(StoreFails):
                    tasks.promote_due(due_at=DUE)
                assert tasks.disable_due(due_at=DUE) == {"disabled": 0}  # there is nothing to write
        store.close()
        assert tasks.promote_due(due_at=DUE)["promoted"] == 1
    store.close()
    failed, back, done = entries
    assert (failed["log_level"], failed["event"]) == (
        "error",
        "The worker cannot use the store; what is due is tried again.",
    )
    assert "read-only transaction" in failed["reason"]
    assert back["event"] == "The worker can use the store again."
    assert done["promoted"] == 1


@pytest.mark.parametrize(
    ("name", "arguments"), [(PROMOTE_DUE, {"due_at": DUE}), (DISABLE_DUE, {"due_at": DUE}), (FORGET_OLD, {})]
)
def test_celery_logs_no_traceback_of_a_store_that_is_gone(
    tasks: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    arguments: dict[str, Any],
):
    gone = Store(f"postgresql://{ports.LOOPBACK}:{ports.any_free()}/presently")
    monkeypatch.setattr(tasks, "store", lambda: gone)
    trace = build_tracer(name, tasks.app.tasks[name], app=tasks.app)
    with structlog.testing.capture_logs() as entries:
        for each in ("one", "two"):
            trace(each, [], arguments, {"id": each, "delivery_info": {}})
    assert [line["log_level"] for line in entries] == ["error"]
    assert [record.levelname for record in caplog.records if record.exc_info] == []
