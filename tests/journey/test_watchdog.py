"""Beat and worker report to systemd's watchdog while they run, also without a broker, and not while they are frozen."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journey.deployment import Deployment, built

#: The services are restarted after thirty seconds without a report.
_SILENCE_SECONDS: Final = 4


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """Make a deployment with a broker, in which neither beat nor worker runs yet."""
    with built(tmp_path / "data", f"sqlite:///{tmp_path / 'presently.db'}") as deployment:
        deployment.start("broker")
        yield deployment


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """Open a socket in place of systemd's."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        yield listening


@pytest.mark.parametrize("name", ["beat", "worker"])
def test_systemd_hears_of_a_process_as_long_as_it_goes_on(
    deployment: Deployment, systemd: socket.socket, name: str
):
    deployment.start(name, environment={"NOTIFY_SOCKET": systemd.getsockname()})
    heard(systemd)
    deployment.wait_for_heartbeat(name)

    deployment.kill("broker")
    silence(systemd)
    assert heard(systemd) == heard(systemd) == b"WATCHDOG=1"

    os.kill(deployment.pid(name), signal.SIGSTOP)
    silence(systemd)
    systemd.settimeout(_SILENCE_SECONDS)
    with pytest.raises(TimeoutError):
        heard(systemd)


def test_a_worker_that_waits_for_a_frozen_broker_is_not_taken_for_frozen(
    deployment: Deployment, systemd: socket.socket
):
    deployment.start("worker", environment={"NOTIFY_SOCKET": systemd.getsockname()})
    deployment.wait_for_heartbeat("worker")

    os.kill(deployment.pid("broker"), signal.SIGSTOP)
    silence(systemd)
    for _ in range(5):  # reports that were sent before, and some more
        heard(systemd)


def heard(systemd: socket.socket) -> bytes:
    """Wait for the next report, and return it."""
    return systemd.recv(100)


def silence(systemd: socket.socket) -> None:
    """Discard the reports so far."""
    patience = systemd.gettimeout()
    systemd.settimeout(0)
    while True:
        try:
            heard(systemd)
        except BlockingIOError:
            break
    systemd.settimeout(patience)
