"""A house for a test to live in: its real processes, each to be killed and started again on its own."""

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

from cli import broker, ports, processes, token
from config.celery import make_celery
from config.settings import ROOT, Settings
from domain.caller import Caller, Scope
from store import migrate
from store.pulse import Pulse
from store.store import Store
from tests.processes import PATIENCE, running, wait_until

#: What stands on the broker, which a house starts first.
EVERYBODY: Final = ("api", "worker", "beat", "flower")

FLOWER_LOGIN: Final = ("operator", "a password")

_SECOND: Final = timedelta(seconds=1)


@dataclass
class House:
    """One deployment: a store, a data folder, free ports, and the processes that `./presently run` would start."""

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

        `behind` is a command that takes theirs; `environment` is added to theirs; `source` is where their code is, and
        `command` what starts it, if that is not what starts today's.
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
                    # SIGXFSZ stays ignored: to a broker, a file that may not grow is an error and not the end.
                    restore_signals=False,
                )
            )
        if "broker" in names:
            wait_until(self._broker_answers)

    def start_what_is_missing(self) -> None:
        """Start what does not run, and return when all of it works."""
        self.kill(*self.others("broker", *EVERYBODY))
        for names in (("broker",), EVERYBODY):
            self.start(*(name for name in names if not self.is_running(name)))
        wait_until(lambda: _answers(self.api, "/readyz") and _answers(self.flower, "/healthcheck"))

    def kill(self, *names: str) -> None:
        """Kill the main process of each, as a crash would; its children learn of that by themselves."""
        for name in names:
            process = self._running.pop(name)
            process.kill()
            process.wait()
            self._ends.pop(name).close()

    def stop(self, name: str) -> None:
        """Let a process end in order, as a deployment does, and return when it has."""
        process = self._running.pop(name)
        process.terminate()
        process.wait(PATIENCE.total_seconds())
        self._ends.pop(name).close()

    def others(self, *names: str) -> list[str]:
        """Return what runs beside these."""
        return [name for name in self._running if name not in names]

    def wait_for_sign(self, *names: str) -> None:
        """Return when each of beat and worker has said that it is alive, since it was started last."""
        wait_until(lambda: all(any(who.startswith(name) for who in self.signs()) for name in names))

    def forget_signs(self) -> None:
        """Forget every sign of life."""
        with self.redis() as client:
            for key in client.scan_iter(match="presently:alive:*"):
                client.delete(key)

    def signs(self) -> list[str]:
        """Return who was seen alive."""
        try:
            return list(Pulse(self.settings.redis_url).ages())
        except RedisError:
            return []

    def is_running(self, name: str) -> bool:
        """Return whether this process was started, and has not ended since."""
        return name in self._running and self._running[name].poll() is None

    def pid(self, name: str) -> int:
        """Return the number of the main process."""
        return self._running[name].pid

    def pool(self, name: str = "worker") -> list[int]:
        """Return the numbers of the child processes of a worker, or of an API with several."""
        children = Path(f"/proc/{self.pid(name)}/task/{self.pid(name)}/children")
        return [int(number) for number in children.read_text().split()]

    def redis(self) -> Redis:
        """Return a client of the broker."""
        return Redis.from_url(self.settings.redis_url, retry=None)

    def empty_the_broker(self) -> None:
        """Delete what the broker kept on disk; it must not be running."""
        shutil.rmtree(self.settings.data / "broker" / "appendonlydir")

    def log(self, name: str) -> str:
        """Return what a process wrote, over all its lives."""
        file = self._log(name)
        return file.read_text(errors="replace") if file.exists() else ""

    def logs(self) -> Iterator[tuple[str, str]]:
        """Give the name of each process, and what it wrote."""
        for file in sorted(self.settings.data.glob("*.log")):
            yield file.stem, self.log(file.stem)

    def now(self) -> datetime:
        """Return the moment by the store's clock."""
        with self.store.reading() as transaction:
            return transaction.now()

    def second(self, ahead: timedelta) -> datetime:
        """Return a whole second that lies ahead by at least so much."""
        return (self.now() + ahead + _SECOND).replace(microsecond=0)

    @property
    def database(self) -> str:
        """Return which database it stands on: `sqlite` or `postgresql`."""
        return self.settings.store_url.split(":")[0]

    @cached_property
    def api(self) -> httpx.Client:
        """Return a client that may write for everybody in domain 1."""
        caller = Caller(name="hr", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
        bearer = token.issue(self.settings, caller, timedelta(hours=1))
        return httpx.Client(
            base_url=ports.url(self.settings.host, self.settings.port),
            headers={"Authorization": f"Bearer {bearer}"},
        )

    @cached_property
    def flower(self) -> httpx.Client:
        """Return a client that Flower lets in."""
        url = ports.url(ports.LOOPBACK, self.settings.flower_port)
        return httpx.Client(base_url=url, auth=FLOWER_LOGIN)

    @cached_property
    def celery(self) -> Celery:
        """Return what `celery inspect` talks through."""
        return make_celery(self.settings)

    @cached_property
    def store(self) -> Store:
        """Return the store of the house."""
        return Store(self.settings.store_url)

    def close(self) -> None:
        """End everything, and whatever it left behind."""
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
        said = {
            "PRESENTLY_BROKER_URL": "",
            "PRESENTLY_DATABASE_URL": self.settings.store_url,
            "PRESENTLY_FLOWER_BASIC_AUTH": ":".join(FLOWER_LOGIN),
            "PRESENTLY_FLOWER_PORT": str(self.settings.flower_port),
            "PRESENTLY_PORT": str(self.settings.port),
            "PRESENTLY_REQUESTS_PER_CLIENT": str(self.settings.requests_per_client),
        }
        return processes.environment(self.settings, self._server) | said

    def _log(self, name: str) -> Path:
        return self.settings.data / f"{name}.log"

    def _broker_answers(self) -> bool:
        try:
            with self.redis() as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def built(data: Path, store_url: str, **chosen: Any) -> Iterator[House]:
    """Give a house whose store has its tables, and nobody in it yet; nothing runs. `chosen` are further settings."""
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
    house = House(settings)
    try:
        yield house
    finally:
        house.close()


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).is_success
    except httpx.TransportError:
        return False
