"""The API of `./presently run`, with two processes, as a target for requests."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from subprocess import Popen
from typing import Final

from bench.systems import presently
from bench.workspace import Workspace
from cli import ports
from config.settings import Settings
from harness.waiting import wait_until

_PROCESSES: Final = 2


@dataclass(frozen=True)
class Api:
    """A running API."""

    address: str
    process: Popen[bytes]
    settings: Settings


@contextmanager
def running(workspace: Workspace, *, requests_per_client: int | None = None) -> Iterator[Api]:
    """Run it until the block ends; `requests_per_client` is its rate limit, if not the default one."""
    chosen = {"requests_per_client": requests_per_client} if requests_per_client else {}
    settings = presently.settings_at(workspace).model_copy(
        update={"api_processes": _PROCESSES, "port": ports.any_free(), **chosen}
    )
    address = f"{settings.host}:{settings.port}"
    with presently.process(workspace, settings, "api") as process:
        wait_until(lambda: _is_alive(address))
        yield Api(address, process, settings)


def _is_alive(address: str) -> bool:
    with closing(HTTPConnection(address)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
