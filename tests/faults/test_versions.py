"""During a deployment, the old version and the new one run at the same time for some minutes."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT
from domain.directory import Person
from tests.faults.audit import audit, during
from tests.faults.course import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.journey.house import House

#: Release 0.1.0: without definitions, logins, clients and their tables.
_BEFORE: Final = "d28cc6800cd219ba308a85eebae6243bff51f2a4"
#: The commands of its processes.
_COMMANDS_BEFORE: Final = {
    "beat": "celery -A scheduler.app beat --pidfile=",
    "worker": (
        "celery -A worker.app worker --queues=timers,housekeeping --concurrency=2 --without-gossip --without-mingle"
    ),
}


@pytest.fixture(scope="package")
def old_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source of release 0.1.0, taken from the history."""
    archive = subprocess.run(
        ["git", "archive", _BEFORE, "api", "config", "domain", "scheduler", "store", "worker"],  # noqa: S607
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if archive.returncode:
        pytest.skip(f"Two versions at once were not tried: this clone's history lacks 0.1.0 ({_BEFORE[:7]}).")
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.mark.whole
@pytest.mark.parametrize("name", ["worker", "beat"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_process_of_the_release_before_works_with_those_of_this_one(
    house: House, crowd: list[Person], old_source: Path, name: str, alone: bool
):
    """The store has this version's tables, as in a deployment: it is migrated first."""
    old = f"{name}-old"
    command = (sys.executable, "-m", *_COMMANDS_BEFORE[name].split())
    start_and_wait(house, old, source=old_source, command=command)
    if alone:
        house.kill(name)
    course = book(house, crowd)

    audit(house, course, during())

    if alone and name == "worker":
        assert "Carried out what was due." in house.log(old)


def unknown_task(house: House) -> object:
    """Send a task that only a later version has."""
    return house.celery.send_task("statuses.of_a_later_version", kwargs={"due_at": house.now().isoformat()})


def unknown_argument(house: House) -> object:
    """Send a task of this version with an argument that only a later one has."""
    due_at = house.now().isoformat()
    return house.celery.send_task("statuses.promote_due", kwargs={"due_at": due_at, "shard": 7})


@pytest.mark.whole
@pytest.mark.parametrize("send", [unknown_task, unknown_argument])
def test_messages_of_a_later_version_block_nothing(
    house: House, crowd: list[Person], send: Callable[[House], object]
):
    pid = house.pid("worker")
    course = book(house, crowd)
    wait_for_storm(house, course, timedelta(seconds=-0.5))

    for _ in range(200):
        send(house)

    audit(house, course, during())
    assert house.is_running("worker")
    assert house.pid("worker") == pid
