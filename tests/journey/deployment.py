"""A deployment for tests: its real processes, each of which can be killed and restarted separately."""

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import httpx
from celery import Celery
from redis import Redis, RedisError

from broker.broker import Broker
from cli import broker, ports, processes, token
from config.celery import make_celery
from config.settings import ROOT, Settings
from domain.credentials import Bearer, Scope
from harness.processes import running
from harness.waiting import PATIENCE, wait_until
from store import migrate
from store.store import Store

#: The processes that need the broker, which is started first.
SERVICES: Final = ("api", "worker", "beat", "flower")

FLOWER_LOGIN: Final = ("operator", "a password")

_SECOND: Final = timedelta(seconds=1)


@dataclass
class Deployment:
    """One deployment: a store, a data folder, free ports, and the processes of `./presently run`."""

    settings: Settings
    _running: dict[str, Popen[bytes]] = field(default_factory=dict)
    _ends: dict[str, ExitStack] = field(default_factory=dict)

    def start(
        self,
        *names: str,
        behind: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        source: Path = ROOT,
        command: Sequence[str] | None = None,
    ) -> None:
        """Start these processes with the commands of `./presently run`; `beat-2` is a second beat.

        `behind` is a command that runs theirs; `environment` is added to theirs; `source` is their code, and
        `command` starts it, if not with today's command.
        """
        wanted = {process.name: process for process in processes.wanted(self.settings, self._server)}
        for name in names:
            process = wanted[name.split("-")[0]]
            named = (f"--hostname={name}@%h",) if name.startswith("worker-") else ()
            self._ends[name] = end = ExitStack()
            self._running[name] = end.enter_context(
                running(
                    (*behind, *(command or process.command), *named),
                    log=self._log(name),
                    environment=self._environment | {"PYTHONPATH": str(source)} | dict(environment or {}),
                    cwd=self.settings.data / process.folder if process.folder else source,
                    process_group=0,
                    # SIGXFSZ stays ignored: a file that may not grow is an error for the broker, but does not kill it.
                    restore_signals=False,
                )
            )
        if "broker" in names:
            wait_until(self._broker_answers)

    def start_what_is_missing(self) -> None:
        """Start the processes that do not run, and wait until all of them work."""
        self.kill(*self.others("broker", *SERVICES))
        for names in (("broker",), SERVICES):
            self.start(*(name for name in names if not self.is_running(name)))
        wait_until(lambda: answers(self.api, "/readyz") and answers(self.flower, "/healthcheck"))

    def kill(self, *names: str) -> None:
        """Kill the main process of each, as in a crash; its children notice that by themselves."""
        for name in names:
            process = self._running.pop(name)
            process.kill()
            process.wait()
            self._ends.pop(name).close()

    def stop(self, name: str) -> None:
        """Stop a process gracefully, as a deployment does, and wait for its end."""
        process = self._running.pop(name)
        process.terminate()
        process.wait(PATIENCE.total_seconds())
        self._ends.pop(name).close()

    def others(self, *names: str) -> list[str]:
        """Return the running processes other than these."""
        return [name for name in self._running if name not in names]

    def wait_for_heartbeat(self, *names: str) -> None:
        """Wait until beat and worker have each sent a heartbeat since their last start."""
        wait_until(lambda: all(any(who.startswith(name) for who in self.heartbeats()) for name in names))

    def forget_heartbeats(self) -> None:
        """Delete all heartbeats."""
        with self.redis() as client:
            for key in client.scan_iter(match="presently:alive:*"):
                client.delete(key)

    def heartbeats(self) -> list[str]:
        """Return the processes that have a heartbeat."""
        try:
            return list(Broker(self.settings.redis_url).heartbeats.ages())
        except RedisError:
            return []

    def is_running(self, name: str) -> bool:
        """Return whether this process was started and still runs."""
        return name in self._running and self._running[name].poll() is None

    def pid(self, name: str) -> int:
        """Return the pid of the main process."""
        return self._running[name].pid

    def pool(self, name: str = "worker") -> list[int]:
        """Return the pids of the child processes of a worker, or of an API with several."""
        children = Path(f"/proc/{self.pid(name)}/task/{self.pid(name)}/children")
        return [int(number) for number in children.read_text().split()]

    def redis(self) -> Redis:
        """Return a client of the broker."""
        return Redis.from_url(self.settings.redis_url, retry=None)

    def empty_the_broker(self) -> None:
        """Delete the broker's files; it must not be running."""
        shutil.rmtree(self.settings.data / "broker" / "appendonlydir")

    def log(self, name: str) -> str:
        """Return the output of a process, over all its restarts."""
        file = self._log(name)
        return file.read_text(errors="replace") if file.exists() else ""

    def logs(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the output of each process."""
        for file in sorted(self.settings.data.glob("*.log")):
            yield file.stem, self.log(file.stem)

    def now(self) -> datetime:
        """Return the time of the store's clock."""
        with self.store.reading() as transaction:
            return transaction.now()

    def second(self, ahead: timedelta) -> datetime:
        """Return a whole second at least so far ahead."""
        return (self.now() + ahead + _SECOND).replace(microsecond=0)

    @property
    def database(self) -> str:
        """Return its database: `sqlite` or `postgresql`."""
        return self.settings.store_url.split(":")[0]

    @cached_property
    def api(self) -> httpx.Client:
        """Return a client that may write for everybody in domain 1."""
        caller = Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
        bearer = token.issue(self.settings, caller, timedelta(hours=1))
        return httpx.Client(
            base_url=ports.url(self.settings.host, self.settings.port),
            headers={"Authorization": f"Bearer {bearer}"},
        )

    @cached_property
    def flower(self) -> httpx.Client:
        """Return a client that is logged in to Flower."""
        url = ports.url(ports.LOOPBACK, self.settings.flower_port)
        return httpx.Client(base_url=url, auth=FLOWER_LOGIN)

    @cached_property
    def celery(self) -> Celery:
        """Return the application for `celery inspect`."""
        return make_celery(self.settings)

    @cached_property
    def store(self) -> Store:
        """Return the store of the deployment."""
        return Store(self.settings.store_url)

    def close(self) -> None:
        """Stop everything, and kill remaining children."""
        for name, process in self._running.items():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            self._ends[name].close()
        for client in (self.api, self.flower, self.store):
            client.close()

    @cached_property
    def _server(self) -> Path:
        return broker.find_server()

    @cached_property
    def _environment(self) -> dict[str, str]:
        chosen = {
            "PRESENTLY_BROKER_URL": "",
            "PRESENTLY_DATABASE_URL": self.settings.store_url,
            "PRESENTLY_FLOWER_BASIC_AUTH": ":".join(FLOWER_LOGIN),
            "PRESENTLY_FLOWER_PORT": str(self.settings.flower_port),
            "PRESENTLY_POOLED_DATABASE_URL": self.settings.pooled_store_url or "",
            "PRESENTLY_PORT": str(self.settings.port),
            "PRESENTLY_REQUESTS_PER_CLIENT": str(self.settings.requests_per_client),
        }
        return processes.environment(self.settings, self._server) | chosen

    def _log(self, name: str) -> Path:
        return self.settings.data / f"{name}.log"

    def _broker_answers(self) -> bool:
        try:
            with self.redis() as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def built(data: Path, store_url: str, **chosen: Any) -> Iterator[Deployment]:
    """Make a deployment with an empty store; nothing runs. `chosen` are further settings."""
    settings = Settings(
        data=data,
        database_url=store_url,
        broker_url=None,
        port=ports.any_free(),
        flower_port=ports.any_free(),
        flower_basic_auth=":".join(FLOWER_LOGIN),
        **chosen,
    )
    broker.prepare(data / "broker", settings.broker_file)
    (data / processes.METRICS).mkdir()
    migrate.upgrade(store_url)
    deployment = Deployment(settings)
    try:
        yield deployment
    finally:
        deployment.close()


def answers(client: httpx.Client, path: str) -> bool:
    """Return whether a GET of this path succeeds."""
    try:
        return client.get(path).is_success
    except httpx.TransportError:
        return False
