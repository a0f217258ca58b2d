"""During a deployment, the old version and the new one run at the same time for some minutes."""

import io
import subprocess
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT
from domain.directory import Person
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.journey.deployment import Deployment

#: The last version in which a person had one status ahead: without plans and their tables. Those of release 0.1.0 do
#: not know the columns that were renamed since.
_BEFORE: Final = "c1931f8f3e3c9ba534063abd409195e4268e03ad"


@pytest.fixture(scope="package")
def old_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source of that version, taken from the history."""
    archive = subprocess.run(
        ["git", "archive", _BEFORE],  # noqa: S607
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if archive.returncode:
        pytest.skip(f"Two versions at once were not tried: this clone's history lacks {_BEFORE[:7]}.")
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.mark.whole
@pytest.mark.parametrize("name", ["worker", "beat"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_process_of_the_version_before_works_with_those_of_this_one(
    deployment: Deployment, crowd: list[Person], old_source: Path, name: str, alone: bool
):
    """The store has this version's tables, as in a deployment: it is migrated first."""
    old = f"{name}-old"
    start_and_wait(deployment, old, source=old_source)
    if alone:
        deployment.kill(name)
    bookings = book(deployment, crowd)

    audit(deployment, bookings, during())

    if alone and name == "worker":
        assert "Carried out what was due." in deployment.log(old)


def unknown_task(deployment: Deployment) -> object:
    """Send a task that only a later version has."""
    return deployment.celery.send_task(
        "statuses.of_a_later_version", kwargs={"due_at": deployment.now().isoformat()}
    )


def unknown_argument(deployment: Deployment) -> object:
    """Send a task of this version with an argument that only a later one has."""
    due_at = deployment.now().isoformat()
    return deployment.celery.send_task("statuses.promote_due", kwargs={"due_at": due_at, "shard": 7})


@pytest.mark.whole
@pytest.mark.parametrize("send", [unknown_task, unknown_argument])
def test_messages_of_a_later_version_block_nothing(
    deployment: Deployment, crowd: list[Person], send: Callable[[Deployment], object]
):
    pid = deployment.pid("worker")
    bookings = book(deployment, crowd)
    wait_for_storm(deployment, bookings, timedelta(seconds=-0.5))

    for _ in range(200):
        send(deployment)

    audit(deployment, bookings, during())
    assert deployment.is_running("worker")
    assert deployment.pid("worker") == pid
