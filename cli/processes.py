"""The processes of `run`, and the configuration of supervisor for them."""

import os
import sys
from collections.abc import Iterable
from configparser import RawConfigParser
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from io import StringIO
from pathlib import Path
from shlex import join
from typing import Final

from cli import broker, ports, watchdog
from config import api_server
from config.settings import ROOT, Settings

CONFIGURATION: Final = "supervisor.conf"
#: The folder in which several API processes share their metrics, so that each answers `/metrics` for all.
METRICS: Final = "metrics"
#: Its working directory is the data folder; with `-P`, Python imports no modules from there.
MANAGER: Final = (sys.executable, "-P", "-m", "cli.supervision", CONFIGURATION)
#: As for the services of systemd. A process that waits for a silent broker or store reports well before that.
_WATCHDOG_TIMEOUT: Final = timedelta(seconds=30)
#: Never reached: `cli.supervision` limits the pauses between retries instead.
_ENDLESS: Final = 1_000_000


class StartGroup(Enum):
    """Processes that start and stop together. Lower numbers start first and stop last: the others need them."""

    BROKER = 1
    WORKER = 2  #: stops before the broker, which it needs to finish a task
    SERVERS = 3

    @property
    def grace_seconds(self) -> int:
        """Return how many seconds its processes may take to stop; the sum is below the ten of `run`."""
        return {StartGroup.BROKER: 1, StartGroup.WORKER: 4, StartGroup.SERVERS: 3}[self]


@dataclass(frozen=True)
class Process:
    """One process under supervisor."""

    name: str
    group: StartGroup
    command: tuple[str, ...]
    #: Its working directory, in the data folder; `None` for the repository.
    folder: str | None = None
    #: How long it may go without a report; `None` if it does not report to a watchdog (`config/watchdog.py`).
    watchdog_timeout: timedelta | None = None


def wanted(settings: Settings, broker_program: Path | None) -> list[Process]:
    """Return the processes to run with these settings; without a program, the broker runs elsewhere."""
    started = [
        Process("api", StartGroup.SERVERS, _api(settings)),
        Process("beat", StartGroup.SERVERS, _python("scheduler"), watchdog_timeout=_WATCHDOG_TIMEOUT),
        Process("flower", StartGroup.SERVERS, _flower(settings)),
        Process("worker", StartGroup.WORKER, _python("worker"), watchdog_timeout=_WATCHDOG_TIMEOUT),
    ]
    if broker_program is not None:
        command = (broker_program.name, broker.CONFIGURATION)
        started.append(Process("broker", StartGroup.BROKER, command, folder="broker"))
    return started


def environment(settings: Settings, broker_program: Path | None) -> dict[str, str]:
    """Return the environment that every process inherits; secrets are passed only in it."""
    programs = [Path(sys.executable).parent, *([broker_program.parent] if broker_program else [])]
    added = {
        "PATH": os.pathsep.join([*map(str, programs), os.environ.get("PATH", os.defpath)]),
        "PRESENTLY_DATA": str(settings.data.resolve()),
        "PYTHONPATH": str(ROOT),
        "PYTHONTZPATH": "",
        "PYTHONUNBUFFERED": "1",
    }
    if settings.api_processes > 1:
        added["PROMETHEUS_MULTIPROC_DIR"] = str(settings.data.resolve() / METRICS)
    return {**os.environ, **added}


def configuration(processes: Iterable[Process]) -> str:
    """Return supervisor's configuration, for a file in the data folder.

    Paths are relative to that folder, or come from the environment, because supervisor interprets `%`, `#` and `;`.
    """
    parser = RawConfigParser()
    parser["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "nocleanup": "true",
        "logfile": "logs/supervisor.log",
        "pidfile": "supervisor.pid",
        # Children inherit descriptors from this number on: so they keep the lock on the data folder.
        "minfds": "3",
        "minprocs": "1",
    }
    for group in StartGroup:
        if names := [process.name for process in processes if process.group is group]:
            parser[f"group:{group.name.lower()}"] = {
                "programs": ",".join(names),
                "priority": str(group.value),
            }
    for process in processes:
        parser[f"program:{process.name}"] = _program(process)
    text = StringIO()
    parser.write(text)
    return text.getvalue()


def _program(process: Process) -> dict[str, str]:
    return {
        "directory": process.folder or "%(ENV_PYTHONPATH)s",
        "command": join(process.command).replace("%", "%%"),
        "autorestart": "true",
        "startsecs": "1",
        "startretries": str(_ENDLESS),
        "stopsignal": "TERM",
        "stopwaitsecs": str(process.group.grace_seconds),
        # After the grace time, the process is killed together with its children.
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": f"logs/{process.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "5",
        "environment": _watchdog_variable(process.watchdog_timeout) if process.watchdog_timeout else "",
    }


def _watchdog_variable(watchdog_timeout: timedelta) -> str:
    return f"{watchdog.VARIABLE}={watchdog_timeout // timedelta(microseconds=1)}"


def _python(*command: str) -> tuple[str, ...]:
    return (Path(sys.executable).name, "-m", *command)


def _api(settings: Settings) -> tuple[str, ...]:
    # Not `api`: `run` has checked the settings.
    return _python(
        *api_server.COMMAND,
        f"--host={settings.host}",
        f"--port={settings.port}",
        f"--workers={settings.api_processes}",
        f"--timeout-graceful-shutdown={StartGroup.SERVERS.grace_seconds - 1}",
    )


def _flower(settings: Settings) -> tuple[str, ...]:
    address = (f"--address={ports.LOOPBACK}", f"--port={settings.flower_port}")
    return _python("celery", "-A", "worker.app", "flower", *address)
