"""Two machines with a beat, a worker and an API each; one is cut off from the store, from the broker, or from both."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from cli import broker, private_file
from harness import postgres
from harness.processes import running
from harness.waiting import wait_until
from tests.faults import network
from tests.faults.audit import audit, during
from tests.faults.bookings import book
from tests.faults.conftest import everybody
from tests.faults.moments import start_and_wait, wait_for_storm
from tests.faults.network import Network
from tests.faults.test_store import connected
from tests.journey.deployment import Deployment, built
from tests.store.builders import add_domain_with_people, wipe

pytestmark = pytest.mark.whole

#: A connection that is silent for five seconds in a transaction is ended (`store/engine.py`).
_GIVEN_UP_WITHIN: Final = timedelta(seconds=10)

_HOLDS: Final = "SELECT 1 FROM pg_stat_activity WHERE client_addr = %s AND state <> 'idle'"

_PATH: Final = "/v1.0/users/u1@example.com/user-profile-statuses"


@dataclass(frozen=True)
class Machines:
    """A deployment with processes on two machines, and with store and broker on others."""

    deployment: Deployment
    network: Network

    def calls(self, machine: str) -> int:
        """Return the status code that the API on this machine answers."""
        return self.network.from_outside(partial(self._call, machine))

    def holds(self, machine: str, other: psycopg.Connection) -> bool:
        """Return whether a process on this machine is in the middle of a transaction."""
        address = self.network.addresses[machine]
        return other.execute(_HOLDS, [address]).fetchone() is not None

    def _call(self, machine: str) -> int:
        url = f"http://{self.network.addresses[machine]}:{self.deployment.settings.port}{_PATH}"
        headers = {"Authorization": self.deployment.api.headers["Authorization"]}
        return httpx.get(url, headers=headers, timeout=20).status_code


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, _count: int) -> Iterator[Machines]:
    """Make two machines, `left` and `right`, in which everything runs."""
    data = tmp_path_factory.mktemp("machines") / "data"
    with ExitStack() as ends:
        try:
            connected = ends.enter_context(network.connected("store", "broker", "left", "right"))
        except network.NotAllowed as reason:
            pytest.skip(f"Two machines were not tried, for this one makes no network namespaces: {reason}")
        address = connected.addresses
        cluster = ends.enter_context(
            postgres.cluster(f"listen_addresses={address['store']}", behind=connected.on("store"))
        )
        deployment = ends.enter_context(
            built(data, cluster.url, host="0.0.0.0", requests_per_client=1_000_000)  # noqa: S104
        )
        add_domain_with_people(deployment.store, _count)
        broker_url = ends.enter_context(broker_on(connected, data / "broker"))
        urls = {
            "PRESENTLY_DATABASE_URL": f"postgresql://presently@{address['store']}/presently",
            "PRESENTLY_BROKER_URL": broker_url,
        }
        for machine in ("left", "right"):
            names = [f"{name}-{machine}" for name in ("beat", "worker", "api")]
            start_and_wait(deployment, *names, behind=connected.on(machine), environment=urls)
        yield Machines(deployment, connected)


@contextmanager
def broker_on(connected: Network, folder: Path) -> Iterator[str]:
    """Run a broker on the machine of that name, and yield its URL."""
    address, port = connected.addresses["broker"], 6379
    password = secrets.token_urlsafe(16)
    configuration = folder / "machine.conf"
    private_file.write(configuration, f'bind {address}\nport {port}\nrequirepass {password}\nsave ""\n')
    command = [*connected.on("broker"), str(broker.find_server()), str(configuration)]
    log = folder / "log"
    with running(command, log=log, is_ready=lambda: "Ready to accept" in log.read_text(), cwd=folder):
        yield f"redis://:{password}@{address}:{port}/0"


@pytest.fixture
def deployment(machines: Machines) -> Deployment:
    """Return the deployment of the two machines, without statuses."""
    wipe(machines.deployment.store)
    return machines.deployment


@pytest.mark.parametrize("cut_from", [("store",), ("broker",), ("store", "broker")])
def test_while_one_machine_is_cut_off_the_other_does_it_all(
    deployment: Deployment, machines: Machines, cut_from: tuple[str, ...]
):
    crowd = everybody(deployment)
    bookings = book(deployment, crowd)
    wait_until(lambda: deployment.now() > bookings.begins_at)

    with connected(deployment) as other, machines.network.cut("left", *cut_from):
        # The machine that is cut off from the store keeps its locks until PostgreSQL ends its connection.
        outage = during(
            partial(wait_until, lambda: not machines.holds("left", other), patience=_GIVEN_UP_WITHIN)
        )
        wait_for_storm(deployment, bookings, (bookings.over_at - bookings.begins_at) / 2)
        answered = machines.calls("right"), machines.calls("left")
        audit(deployment, bookings, outage)

    assert answered == (200, 503 if "store" in cut_from else 200)
    wait_until(lambda: machines.calls("left") == 200)


def test_a_machine_that_was_cut_off_works_again_when_it_is_back_and_the_other_gone(
    deployment: Deployment, machines: Machines
):
    with machines.network.cut("left", "store", "broker"):
        wait_until(lambda: machines.calls("left") == 503)
    wait_until(lambda: machines.calls("left") == 200)
    crowd = everybody(deployment)
    with machines.network.cut("right", "store", "broker"):
        bookings = book(deployment, crowd)

        audit(deployment, bookings, during())
