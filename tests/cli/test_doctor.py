"""`./presently doctor`, on both databases, with a real broker, beat and worker."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time
from sqlalchemy import text
from typer.testing import CliRunner

from cli import ports, preflight
from cli.app import build
from cli.examinations import store as examined_store
from cli.examinations import worker
from config.settings import ROOT
from harness import postgres
from harness.waiting import wait_until
from security import signing_keys
from store import migrate
from store.store import Store
from tests.builders import HOUR, a_reserved_status
from tests.journey.deployment import Deployment, built
from tests.store.builders import add_domain_with_people, keep

PASSWORD = "geheim"  # noqa: S105 — of nothing

Found = dict[str, tuple[str, str]]
Examine = Callable[[], Found]

#: These depend on the test's Python and its disk; `test_examinations.py` tests them.
OF_THE_MACHINE = ("sqlite", "disk")


@pytest.fixture(scope="module")
def _deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    data = tmp_path_factory.mktemp("doctor") / "data"
    with built(data, f"sqlite:///{data.parent / 'presently.db'}") as deployment:
        signing_keys.open_key_ring(deployment.settings.signing_key, deployment.settings.signing_key_file)
        deployment.start("broker", "beat", "worker")
        deployment.wait_for_heartbeat("beat", "worker")
        yield deployment


@pytest.fixture
def deployment(_deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Return a deployment in which broker, beat and worker run; restart what the last test stopped."""
    for name in ("beat", "worker"):
        if not _deployment.is_running(name):
            _deployment.start(name)
    _deployment.wait_for_heartbeat("beat", "worker")
    monkeypatch.setenv("PRESENTLY_DATA", str(_deployment.settings.data))
    return _deployment


@pytest.fixture
def examine(deployment: Deployment, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """Return a function that examines that deployment, with its store on each database in turn."""
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)
    return examined


def examined() -> Found:
    """Return verdict and text of each part; check the exit status."""
    done = CliRunner().invoke(build(["doctor"]), ["doctor", "--json"])
    found = {each["name"]: (each["verdict"], each["said"]) for each in json.loads(done.stdout)}
    assert done.exit_code == any(verdict == "failed" for verdict, _ in found.values())
    assert all("\n" not in message and PASSWORD not in message for _, message in found.values())
    return {name: finding for name, finding in found.items() if name not in OF_THE_MACHINE}


def not_ok(found: Found) -> Found:
    """Return the findings that are not ok."""
    return {name: finding for name, finding in found.items() if finding[0] != "ok"}


on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def test_of_a_deployment_that_is_well_everything_is_ok(examine: Examine, deployment: Deployment):
    found = examine()
    assert not_ok(found) == {}
    assert list(found) == [
        *("store", "migrations", "clock", "overdue"),
        *("broker", "persistence", "beat", "worker", "signing key", "time zones"),
    ]
    assert found["migrations"][1] == f"at {migrate.newest()}"
    assert found["persistence"][1] == "append-only file"
    assert found["worker"][1].startswith("celery@")


def test_at_a_terminal_each_part_has_its_line(examine: Examine):
    done = subprocess.run(
        [sys.executable, "-m", "cli", "doctor"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [line[:13].rstrip() for line in done.stdout.splitlines()]
    assert [name for name in names if name not in OF_THE_MACHINE] == list(examine())
    assert "store        ok       " in done.stdout


def test_a_store_that_is_not_migrated_has_failed(
    deployment: Deployment, blank_url: str, monkeypatch: pytest.MonkeyPatch
):
    store = Store(blank_url)
    store.engine.connect().close()  # SQLite creates its file
    store.close()
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    assert not_ok(examined()) == {
        "migrations": ("failed", f"at none, needs {migrate.newest()}: run ./presently migrate"),
        "overdue": ("unknown", "not asked: see migrations"),
    }


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("2026_11_20_first_tables", "at 2026_11_20_first_tables, needs"),
        ("2126_tomorrow", "at 2126_tomorrow, made by a newer version: run that"),
    ],
)
def test_tables_of_another_version_have_failed(
    deployment: Deployment, blank_url: str, monkeypatch: pytest.MonkeyPatch, revision: str, message: str
):
    migrate.upgrade(blank_url)
    store = Store(blank_url)
    with store.writing() as transaction:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        transaction.connection.execute(statement, {"revision": revision})
    store.close()
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", blank_url)
    verdict, why = examined()["migrations"]
    assert verdict == "failed"
    assert why.startswith(message)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"postgresql://presently:{PASSWORD}@127.0.0.1:1/presently", "the database cannot be used"),
        (f"postgresql://presently@127.0.0.1:1/presently?password={PASSWORD}", "the database cannot be used"),
        ("sqlite:////nowhere/to/be/found.db", "there is no /nowhere/to/be/found.db"),
        (f"mysql://presently:{PASSWORD}@127.0.0.1/presently", "is not a URL like"),
    ],
)
def test_a_store_that_is_not_there_has_failed(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, url: str, message: str
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", url)
    found = not_ok(examined())
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "store": "failed",
        "migrations": "unknown",
        "clock": "unknown",
        "overdue": "unknown",
    }
    assert found["store"][1].startswith("PRESENTLY_DATABASE_URL")
    assert message in found["store"][1]


def test_a_store_that_is_not_there_is_not_made(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", f"sqlite:///{tmp_path / 'presently.db'}")
    assert examined()["store"][0] == "failed"
    assert list(tmp_path.iterdir()) == []


def test_the_place_of_the_store_is_shown_without_its_password(
    deployment: Deployment, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", f"{postgresql_url}&password={PASSWORD}")
    verdict, message = examined()["store"]
    assert verdict == "ok"
    assert message.startswith("PostgreSQL ")


def test_a_pooler_has_its_line_where_it_is_set(
    deployment: Deployment, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", postgresql_url)
    assert "pooler" not in examined()
    monkeypatch.setenv("PRESENTLY_POOLED_DATABASE_URL", f"{postgresql_url}&password={PASSWORD}")
    verdict, message = examined()["pooler"]
    assert verdict == "ok"
    assert message.startswith("PostgreSQL ")


def test_a_pooler_that_is_down_has_failed(
    deployment: Deployment, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    pooled = f"postgresql://presently:{PASSWORD}@127.0.0.1:1/presently"
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", postgresql_url)
    monkeypatch.setenv("PRESENTLY_POOLED_DATABASE_URL", pooled)
    (name, (verdict, message)) = next(iter(not_ok(examined()).items()))
    assert (name, verdict) == ("pooler", "failed")
    assert message.startswith("PRESENTLY_POOLED_DATABASE_URL: the database cannot be used: ")


def test_a_database_that_is_too_old_has_failed(
    deployment: Deployment, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", postgresql_url)
    monkeypatch.setattr(examined_store, "_OLDEST_POSTGRESQL", (99,))
    assert examined()["store"][0] == "failed"


def test_a_machine_whose_clock_is_ahead_of_the_database_has_failed(
    deployment: Deployment, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", postgresql_url)
    with freeze_time(datetime.now(UTC) + timedelta(minutes=2), tick=True):
        verdict, message = examined()["clock"]
    assert verdict == "failed"
    assert message.startswith("this machine is 1")
    assert message.endswith("s ahead of the database: put both on NTP")


def test_what_has_been_due_for_minutes_has_failed(examine: Examine, store_url: str):
    store = Store(store_url)
    with store.reading() as transaction:
        now = transaction.now()
    two_minutes_ago = now - timedelta(minutes=2)
    overdue = a_reserved_status(
        starts_at=two_minutes_ago, in_force_at=two_minutes_ago, ends_at=two_minutes_ago + HOUR
    )
    keep(store, add_domain_with_people(store, 1)[0], overdue)
    store.close()
    verdict, message = examine()["overdue"]
    assert verdict == "failed"
    assert message.startswith("the oldest start has waited for 12")


@pytest.mark.parametrize(
    "url",
    [f"redis://:{PASSWORD}@127.0.0.1:1/0", f"amqp://:{PASSWORD}@127.0.0.1/", PASSWORD],
)
@on_sqlite
def test_a_broker_that_is_not_there_has_failed(examine: Examine, monkeypatch: pytest.MonkeyPatch, url: str):
    monkeypatch.setenv("PRESENTLY_BROKER_URL", url)
    found = not_ok(examine())
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "broker": "failed",
        "persistence": "unknown",
        "beat": "unknown",
        "worker": "unknown",
    }
    assert found["broker"][1].startswith("PRESENTLY_BROKER_URL")


def test_with_nothing_started_it_blames_no_variable_that_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    found = examined()
    assert found["store"][1].startswith(f"PRESENTLY_DATA: there is no {tmp_path}/presently.db; ")
    assert found["broker"] == (
        "failed",
        "Presently is not running: ./presently run starts it, with a broker of its own.",
    )


@on_sqlite
def test_a_broker_that_is_too_old_has_failed(examine: Examine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preflight, "_OLDEST_BROKER", (99, 0))
    verdict, message = examine()["broker"]
    assert verdict == "failed"
    assert message.endswith("it takes Redis 6.2 or newer, or Valkey.")


@on_sqlite
def test_a_broker_without_persistence_is_reported_and_ok(examine: Examine, deployment: Deployment):
    with deployment.redis() as client:
        client.config_set("appendonly", "no")
        try:
            verdict, message = examine()["persistence"]
        finally:
            client.config_set("appendonly", "yes")
    assert verdict == "ok"
    assert message.startswith("no append-only file")


@on_sqlite
def test_without_a_beat_it_has_failed(examine: Examine, deployment: Deployment):
    deployment.kill("beat")
    deployment.forget_heartbeats()
    deployment.wait_for_heartbeat("worker")
    assert not_ok(examine()) == {
        "beat": (
            "failed",
            "not seen for ten minutes: start it, or read in its log why it cannot reach the store",
        )
    }


@on_sqlite
def test_without_a_worker_it_has_failed(examine: Examine, deployment: Deployment):
    deployment.kill("worker")
    deployment.forget_heartbeats()
    deployment.wait_for_heartbeat("beat")
    assert not_ok(examine()) == {"worker": ("failed", "not seen for ten minutes: start one")}


@on_sqlite
def test_a_worker_that_stands_still_has_failed(examine: Examine, deployment: Deployment):
    os.kill(deployment.pid("worker"), signal.SIGSTOP)
    try:
        verdict, message = examine()["worker"]
    finally:
        os.kill(deployment.pid("worker"), signal.SIGCONT)
    assert verdict == "failed"
    assert message.endswith("did not answer within 3 s: read its log")


@on_sqlite
def test_one_of_two_workers_that_was_killed_is_a_warning(examine: Examine, deployment: Deployment):
    deployment.start("worker-2")
    deployment.wait_for_heartbeat("worker:worker-2")
    deployment.kill("worker-2")
    assert examine()["worker"][0] == "warning", "it does not answer"
    (name,) = (each for each in deployment.heartbeats() if each.startswith("worker:worker-2"))
    with deployment.redis() as client:
        client.pexpire(f"presently:alive:{name}", timedelta(minutes=10) - timedelta(seconds=15))
    try:
        verdict, message = examine()["worker"]
    finally:
        deployment.forget_heartbeats()
    assert verdict == "warning"
    assert re.fullmatch(
        r"celery@\S+ answered; worker-2@\S+ was last seen 1[567] s ago: start it, or read its log; if it was removed "
        "on purpose, this line goes away ten minutes after it was last seen",
        message,
    )


@contextmanager
def memory_is_full(deployment: Deployment) -> Iterator[None]:
    """Make the broker refuse writes for lack of memory."""
    with deployment.redis() as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


@contextmanager
def disk_is_full(deployment: Deployment) -> Iterator[None]:
    """Prevent the broker's files from growing, and wait until it has noticed."""
    files = (deployment.settings.data / "broker" / "appendonlydir").glob("*.incr.aof")
    size = max(file.stat().st_size for file in files)
    unlimited = resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE)
    with deployment.redis() as client:
        resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE, (size, unlimited[1]))
        try:
            wait_until(lambda: client.info("persistence")["aof_last_write_status"] == "err")
            yield
        finally:
            resource.prlimit(deployment.pid("broker"), resource.RLIMIT_FSIZE, unlimited)
            wait_until(lambda: client.info("persistence")["aof_last_write_status"] == "ok")


@pytest.mark.parametrize(
    ("full", "advice"),
    [(memory_is_full, "Raise its maxmemory."), (disk_is_full, "Make room on its disk; its log says more.")],
)
@on_sqlite
def test_a_broker_that_takes_nothing_has_failed(
    examine: Examine,
    deployment: Deployment,
    full: Callable[[Deployment], AbstractContextManager[None]],
    advice: str,
):
    with full(deployment):
        found = not_ok(examine())
        # It may begin to refuse between two examinations.
        asked = worker.examine(deployment.settings, {"worker:celery@there": timedelta(0)})
    assert asked.said.startswith("the broker does not pass on the question: ")
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "broker": "failed",
        "persistence": "unknown",
        "beat": "unknown",
        "worker": "unknown",
    }
    assert f". {advice}" in found["broker"][1]
    assert " answers, but refuses writes: " in found["broker"][1]
    assert found["broker"][1].endswith(advice)


@pytest.mark.parametrize(("part", "seconds", "verdict"), [("beat", 3, "ok"), ("beat", 7, "failed")])
@on_sqlite
def test_a_beat_may_be_silent_for_some_seconds(
    examine: Examine, deployment: Deployment, part: str, seconds: int, verdict: str
):
    deployment.kill("beat")
    with deployment.redis() as client:
        client.pexpire("presently:alive:beat", timedelta(minutes=10) - timedelta(seconds=seconds))
    assert examine()["beat"][0] == verdict


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
@on_sqlite
def test_a_signing_key_that_others_can_read_has_failed(examine: Examine, deployment: Deployment, mode: int):
    file = deployment.settings.signing_key_file
    file.chmod(mode)
    try:
        verdict, message = examine()["signing key"]
    finally:
        file.chmod(0o600)
    assert verdict == "failed"
    assert message.endswith(f"is of mode {mode:o}; whoever reads it can sign tokens: chmod 600 {file}")


def test_a_signing_key_that_is_missing_has_failed_and_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    verdict, message = examined()["signing key"]
    assert verdict == "failed"
    assert message.startswith(f"there is no {tmp_path / 'signing-key.json'}: ")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_takes_no_writes_has_failed(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", postgresql_url)
    with postgres.read_only(postgresql_url):
        found = examined()
    assert found["store"][0] == "failed"
    assert ", accepts no writes: read-only, " in found["store"][1]
    assert found["migrations"][0] == "ok"


@pytest.mark.parametrize("content", [b"{}", b"\xff", b'{"kty": "EC", "d": "geheim"}'])
def test_a_signing_key_that_cannot_sign_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
):
    file = tmp_path / "signing-key.json"
    file.touch(0o600)
    file.write_bytes(content)
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    assert examined()["signing key"][0] == "failed"


def test_a_signing_key_of_the_environment_is_as_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    keys = (signing_keys.generate(), signing_keys.generate())
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    monkeypatch.setenv("PRESENTLY_SIGNING_KEY", signing_keys.dump(keys))
    assert examined()["signing key"] == (
        "ok",
        "one to sign with, and 1 older to verify with, in PRESENTLY_SIGNING_KEY",
    )


def test_where_nobody_answers_it_ends_within_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server((ports.LOOPBACK, 0)) as silent:
        there = f"{ports.LOOPBACK}:{silent.getsockname()[1]}"
        monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
        monkeypatch.setenv("PRESENTLY_DATABASE_URL", f"postgresql://presently:{PASSWORD}@{there}/presently")
        monkeypatch.setenv(
            "PRESENTLY_POOLED_DATABASE_URL", f"postgresql://presently:{PASSWORD}@{there}/pooled"
        )
        monkeypatch.setenv("PRESENTLY_BROKER_URL", f"redis://:{PASSWORD}@{there}/0")
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "doctor"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        wait_until(lambda: process.poll() is not None, patience=timedelta(seconds=40))
        output, _ = process.communicate()
    assert process.returncode == 1
    assert PASSWORD not in output
    assert [line.split()[:2] for line in output.splitlines() if "not asked" not in line][:3] == [
        ["store", "failed"],
        ["pooler", "failed"],
        ["broker", "failed"],
    ]
