import gc

import pytest
import structlog
from celery.signals import worker_process_init, worker_process_shutdown

from cli import ports
from worker import connections

NOWHERE = f"postgresql://{ports.LOOPBACK}:{ports.any_free()}/presently"


@pytest.fixture
def _process_that_ends():
    yield
    worker_process_shutdown.send(sender=None)


@pytest.mark.usefixtures("_process_that_ends")
def test_a_worker_process_opens_its_store_before_its_first_task(
    store_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)

    gc.unfreeze()
    worker_process_init.send(sender=None)

    assert gc.get_freeze_count() > 0
    assert connections.store().engine.pool.status().startswith("Pool size: 1  Connections in pool: 1")


@pytest.mark.usefixtures("_process_that_ends")
def test_a_worker_process_starts_while_the_store_is_out_of_reach(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", NOWHERE)

    with structlog.testing.capture_logs() as entries:
        worker_process_init.send(sender=None)

    assert [line["log_level"] for line in entries] == ["warning"]
