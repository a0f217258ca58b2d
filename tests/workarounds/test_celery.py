"""What Celery and Flower do by themselves."""

import inspect
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from types import SimpleNamespace

import celery.bin.celery
import pytest
from celery import Celery, platforms
from celery.apps import beat as apps
from celery.beat import ScheduleEntry, Scheduler, SchedulingError, Service
from celery.concurrency.asynpool import AsynPool
from celery.events.state import Task
from celery.schedules import schedule
from kombu.utils.objects import cached_property


@pytest.fixture
def app() -> Celery:
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"each-hour": {"task": "a.task", "schedule": schedule(timedelta(hours=1))}}
    return app


class Outage(Exception):
    """Nothing can be reached."""


class Failing(Scheduler):
    """A scheduler that cannot send."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = datetime(1970, 1, 1, tzinfo=UTC)

    def apply_async(self, entry: ScheduleEntry, **_: object) -> None:  # type: ignore[override] # called like this
        raise SchedulingError(entry.name)


class Raising(Scheduler):
    """A scheduler whose tick fails."""

    def tick(self, **_: object) -> float:  # type: ignore[override] # called like this
        raise Outage


def test_celery_pool_checks():
    timers = vars(AsynPool)["timers"].fget(SimpleNamespace(maintain_pool="maintain_pool"))
    assert timers == {"maintain_pool": 5.0}


def test_celery_beat_errors(app: Celery):
    with pytest.raises(Outage):
        Service(app, scheduler_cls=Raising).start()


def test_celery_beat_sleep():
    assert "time.sleep(interval)" in inspect.getsource(Service.start)


def test_celery_beat_negative_pause(app: Celery):
    assert Scheduler(app, lazy=True).adjust(0.005) < 0  # type: ignore[arg-type] # seconds, as everywhere


def test_celery_beat_heap(app: Celery, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise Outage

    scheduler = Failing(app)
    monkeypatch.setattr(scheduler, "apply_entry", fail)
    monkeypatch.setattr(Failing, "producer", None)
    with pytest.raises(Outage):
        scheduler.tick()
    assert vars(scheduler)["_heap"] == []


def test_celery_beat_apply_entry(app: Celery):
    scheduler = Failing(app)
    for entry in scheduler.schedule.values():
        scheduler.apply_entry(entry)


def test_celery_beat_connection():
    assert isinstance(vars(Scheduler)["connection"], cached_property)
    assert isinstance(vars(Scheduler)["producer"], cached_property)


def test_celery_beat_reconnect(app: Celery):
    asked: list[object] = []
    scheduler = Scheduler(app, lazy=True)
    scheduler.__dict__["connection"] = SimpleNamespace(ensure_connection=lambda *given: asked.extend(given))
    scheduler._ensure_connected()  # type: ignore[attr-defined] # noqa: SLF001 (it is overridden)
    assert asked[1] == app.conf.broker_connection_max_retries > 0


def test_celery_beat_signals(app: Celery, monkeypatch: pytest.MonkeyPatch):
    handlers: dict[str, object] = {}
    monkeypatch.setattr(platforms.signals, "update", handlers.update)
    done: list[str] = []
    service = SimpleNamespace(sync=lambda: done.append("sync"), stop=lambda: done.append("stop"))
    apps.Beat(app=app).install_sync_handler(service)  # type: ignore[arg-type] # as much of it as it takes
    with pytest.raises(SystemExit):
        handlers["SIGTERM"](15, None)  # type: ignore[operator] # it is the handler
    assert done == ["sync"]


def test_celery_beat_first_run(app: Celery):
    (entry,) = Scheduler(app).schedule.values()
    is_due, _ = entry.is_due()
    assert not is_due


def test_celery_command_plugins():
    assert "flower" in entry_points(group="celery.commands").names
    assert "celery.commands" in inspect.getsource(celery.bin.celery)


def test_flower_unnamed_tasks():
    assert Task(uuid="1").name is None
