"""A worker with a broker that contains foreign messages: it drops them, and goes on at once."""

import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import pytest
from celery import Celery
from redis import Redis

from broker.broker import Broker
from config.celery import make_celery
from config.settings import ROOT, Settings
from config.tasks import FORGET_EXPIRED, FORGET_OLD, HOUSEKEEPING, PROMOTE_DUE, TIMERS
from harness.processes import running
from harness.waiting import wait_until
from store import migrate

DUE: Final = {"due_at": "2026-11-21T09:00:00+00:00"}
NOTHING: Final = dict.fromkeys(("callbacks", "errbacks", "chain", "chord"))


#: The keys that Kombu needs, with the types that they must have.
KEYS: Final = {
    TIMERS: "list",
    HOUSEKEEPING: "list",
    "unacked": "hash",
    "unacked_index": "zset",
    "unacked_mutex": "string",
    "_kombu.binding.timers": "set",
    "_kombu.binding.housekeeping": "set",
    "_kombu.binding.celery.pidbox": "set",
    "_kombu.binding.reply.celery.pidbox": "set",
    "_kombu.binding_permanent.timers": "set",
    "_kombu.binding_deadlines": "zset",
}
OF_TYPE: Final[dict[str, Callable[[Redis, str], Any]]] = {
    "string": lambda broker, key: broker.set(key, "junk"),
    "list": lambda broker, key: broker.lpush(key, "junk"),
    "set": lambda broker, key: broker.sadd(key, "junk"),
    "zset": lambda broker, key: broker.zadd(key, {"junk": 1}),
    "hash": lambda broker, key: broker.hset(key, "junk", "junk"),
    "stream": lambda broker, key: broker.xadd(key, {"junk": "junk"}),
}


def put_in_place(broker: Redis, key: str, kind: str) -> None:
    """Replace what `key` holds with something of this type."""
    broker.delete(key)
    OF_TYPE[kind](broker, key)


@dataclass(frozen=True)
class Worker:
    """A worker's process, its broker, and its log."""

    process: Popen[bytes]
    broker: Redis
    celery: Celery
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """Return its log lines as dicts, without Python's own warnings at the start."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, broker_url: str) -> Iterator[Worker]:
    """Start a worker for all tests here."""
    with started(tmp_path_factory.mktemp("junk"), broker_url) as one:
        yield one


@contextmanager
def started(folder: Path, broker_url: str) -> Iterator[Worker]:
    store_url = f"sqlite:///{folder / 'presently.db'}"
    migrate.upgrade(store_url)
    environment = os.environ | {
        "PRESENTLY_BROKER_URL": broker_url,
        "PRESENTLY_DATABASE_URL": store_url,
        "PRESENTLY_DATA": str(folder),
        "PRESENTLY_WORKER_PROCESSES": "1",
    }
    command, log = (sys.executable, "-m", "worker"), folder / "log"
    with Redis.from_url(broker_url) as client:
        client.flushall()
        for key in KEYS:
            put_in_place(client, key, "stream")
        is_ready = Broker(broker_url).heartbeats.ages
        with running(command, log=log, is_ready=is_ready, environment=environment, cwd=ROOT) as process:
            wait_until(lambda: "ready." in log.read_text())
            with make_celery(Settings(broker_url=broker_url)) as celery:
                yield Worker(process, client, celery, log)


def encoded(body: Any) -> str:
    return b64encode(json.dumps(body).encode()).decode()


def message(**fields: Any) -> str:
    """Return a message of beat's with these changes; `...` removes a key."""
    headers: dict[str, Any] = {
        "task": PROMOTE_DUE,
        "id": "1",
        "root_id": "1",
        "parent_id": None,
        "group": None,
        "eta": None,
        "expires": None,
        "retries": 0,
        "timelimit": [None, None],
        "stamped_headers": None,
        "stamps": {},
    }
    properties = {"delivery_tag": "1", "delivery_info": {}, "body_encoding": "base64"}
    whole = {
        "body": encoded([[], DUE, NOTHING]),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": changed(headers, fields.pop("headers", {})),
        "properties": changed(properties, fields.pop("properties", {})),
    }
    return json.dumps(changed(whole, {name.replace("_", "-"): value for name, value in fields.items()}))


def changed(whole: dict[str, Any], by: Any) -> Any:
    if not isinstance(by, dict):
        return by
    return {name: value for name, value in (whole | by).items() if value is not ...}


JUNK: Final = {
    "no JSON": "junk",
    "no text": b"\xff\xfe",
    "nothing": "",
    "not one object": "[]",
    "null": "null",
    "deep": "[" * 100_000,
    "huge": "x" * 20_000_000,
    "an empty object": "{}",
    "a date that is none": '{"__type__": "datetime", "__value__": "soon"}',
    "no headers": message(headers=...),
    "headers of another kind": message(headers=["task"]),
    "no properties": message(properties=...),
    "properties of another kind": message(properties=[]),
    "a tag of another kind": message(properties={"delivery_tag": ["1"]}),
    "another encoding": message(properties={"body_encoding": "rot13"}),
    "routed by something else": message(properties={"delivery_info": "here"}),
    "no body": message(body=...),
    "a body of another kind": message(body=5),
    "a body that is not encoded": message(body="%"),
    "a body that is no JSON": message(body=b64encode(b"\xff").decode()),
    "a body without a task's shape": message(body=encoded({"a": 1})),
    "pickle": message(content_type="application/x-python-serialize"),
    "compressed": message(headers={"compression": "gzip"}),
    "no task": message(headers={"task": ...}),
    "no name of a task": message(headers={"task": ["a"]}),
    "an unknown task": message(headers={"task": "no.such"}),
    "no id": message(headers={"id": ...}),
    "an id of another kind": message(headers={"id": ["a"]}),
    "a limit that is none": message(headers={"timelimit": "long"}),
    "stamps that are none": message(headers={"stamps": 5}),
    "far ahead": message(headers={"eta": "9999-12-31T23:59:59+00:00"}),
    "arguments that are none": message(body=encoded([5, 5, 5])),
    "an argument too many": message(body=encoded([[1], DUE, NOTHING])),
    "another argument": message(body=encoded([[], {"at": 1}, NOTHING])),
    "a moment that is none": message(body=encoded([[], {"due_at": "soon"}, NOTHING])),
    "a moment of nowhere": message(body=encoded([[], {"due_at": "2026-11-21T09:00:00"}, NOTHING])),
    "something to follow": message(body=encoded([[], DUE, NOTHING | {"chain": 5}])),
    "no task of today's protocol": message(headers={}, body=encoded({"task": PROMOTE_DUE})),
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_what_is_no_message_of_ours_is_dropped_with_one_line(worker: Worker, junk: str | bytes):
    before = len(worker.lines())

    worker.broker.lpush(TIMERS, junk)
    wait_until(lambda: len(worker.lines()) > before)
    do_a_task(worker)

    (line,) = worker.lines()[before:]
    assert line["level"] in {"warning", "error"}
    assert "message" in line["event"]
    assert worker.process.poll() is None
    wait_until(lambda: not worker.broker.hlen("unacked"))


def test_a_worker_starts_with_keys_of_other_types(worker: Worker):
    wait_until(lambda: not any(worker.broker.type(key) == b"stream" for key in KEYS))
    do_a_task(worker)
    assert {line.get("key") for line in worker.lines()} >= {TIMERS, HOUSEKEEPING, "unacked", "unacked_index"}


@pytest.mark.parametrize("kind", OF_TYPE)
def test_keys_of_another_type_are_deleted_with_one_line_each(worker: Worker, kind: str):
    before = len(worker.lines())
    keys = {key for key, right in KEYS.items() if right != kind}

    for key in keys:
        put_in_place(worker.broker, key, kind)
    wait_until(lambda: not any(worker.broker.type(key) == kind.encode() for key in keys))
    do_a_task(worker)

    deleted = [line["key"] for line in worker.lines()[before:] if line["level"] != "info"]
    assert len(deleted) == len(set(deleted))
    assert set(deleted) == keys
    assert worker.process.poll() is None


@pytest.mark.parametrize("key", ["unacked", "unacked_index"])
def test_a_message_survives_a_key_of_another_type(worker: Worker, key: str):
    before = len(worker.lines())
    put_in_place(worker.broker, key, "string")
    do_a_task(worker)
    assert [line["key"] for line in worker.lines()[before:] if line["level"] != "info"] == [key]


@pytest.mark.parametrize("task", [PROMOTE_DUE, FORGET_OLD, FORGET_EXPIRED])
def test_what_beat_sends_is_no_junk(worker: Worker, task: str):
    before = len(worker.lines())
    do_a_task(worker, task)
    assert worker.lines()[before:] == []


def do_a_task(worker: Worker, task: str = PROMOTE_DUE) -> None:
    """Send a task as beat does, and wait until the worker has received it."""
    before = taken(worker, task)
    worker.celery.send_task(task, kwargs=DUE if task == PROMOTE_DUE else {}, expires=60)
    wait_until(lambda: taken(worker, task) > before)


def taken(worker: Worker, task: str) -> int:
    """Count the tasks of this name that the worker has received."""
    stats = worker.celery.control.inspect(limit=1).stats() or {}
    return sum(counts["total"].get(task, 0) for counts in stats.values())
