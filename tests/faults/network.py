"""Simulates several machines: network namespaces on one bridge, each with an address, which can be cut off."""

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

_NETWORK: Final = "10.77.0"
_CLONE_NEWNET: Final = 0x40000000  # <sched.h>
_SWITCH: Final = "switch"


class NotAllowed(Exception):
    """The kernel or this user's rights do not allow network namespaces."""


@dataclass(frozen=True)
class Network:
    """The addresses of machines, by name."""

    addresses: dict[str, str]
    prefix: str

    def on(self, machine: str) -> tuple[str, ...]:
        """Return the prefix of a command that is to run on this machine."""
        return ("ip", "netns", "exec", self.namespace(machine))

    @contextmanager
    def cut(self, machine: str, *others: str) -> Iterator[None]:
        """Drop all packets from these machines to `machine` until the block ends, as with a broken cable."""
        with ExitStack() as cuts:
            for other in others:
                route = ("blackhole", f"{self.addresses[machine]}/32")
                _ip("-n", self.namespace(other), "route", "add", *route)
                cuts.callback(_ip, "-n", self.namespace(other), "route", "del", *route)
            yield

    def from_outside(self, ask: Callable[[], Result]) -> Result:
        """Call `ask` with connections from a separate machine, and return its result."""
        with ThreadPoolExecutor(1, initializer=self._enter) as thread:
            return thread.submit(ask).result()

    def _enter(self) -> None:
        """Move this thread into the bridge's namespace; Python has a function for that only since 3.12."""
        with Path(f"/run/netns/{self.namespace(_SWITCH)}").open() as namespace:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(namespace.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def namespace(self, machine: str) -> str:
        """Return the namespace's name of this machine."""
        return f"{self.prefix}-{machine}"


@contextmanager
def connected(*machines: str) -> Iterator[Network]:
    """Make a network of these machines.

    Raises:
        NotAllowed: this machine allows none.
    """
    addresses = {machine: f"{_NETWORK}.{number}" for number, machine in enumerate(machines, start=1)}
    network = Network(addresses, f"presently-{os.getpid()}")
    with ExitStack() as added:
        try:
            for machine in (_SWITCH, *machines):
                _add(network.namespace(machine), added)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotAllowed(str(getattr(error, "stderr", None) or error).strip()) from None
        switch = network.namespace(_SWITCH)
        _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        _ip("-n", switch, "address", "add", f"{_NETWORK}.254/24", "dev", "bridge")
        _ip("-n", switch, "link", "set", "bridge", "up")
        for machine, address in addresses.items():
            namespace = network.namespace(machine)
            port = ("type", "veth", "peer", "name", machine, "netns", switch)
            _ip("-n", namespace, "link", "add", "eth0", *port)
            _ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", namespace, "link", "set", "eth0", "up")
            _ip("-n", switch, "link", "set", "dev", machine, "master", "bridge", "up")
        yield network


def _add(namespace: str, added: ExitStack) -> None:
    _ip("netns", "add", namespace)
    added.callback(_ip, "netns", "delete", namespace)
    _ip("-n", namespace, "link", "set", "lo", "up")


def _ip(*arguments: str) -> Any:
    return subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)  # noqa: S607
