"""`./presently run`: starts all processes and stays in the foreground until a signal stops it."""

import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from cli import (
    broker,
    data_folder,
    data_modes,
    demo,
    ports,
    preflight,
    private_file,
    processes,
    progress,
    ready,
    welcome,
)
from cli.environment import read_settings
from cli.mistakes import Mistake
from config.settings import Settings
from store import migrate

_START_TIMEOUT: Final = timedelta(seconds=60)
_POLL_INTERVAL: Final = timedelta(milliseconds=50)
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(
    *,
    with_demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Make a demo domain in a store that holds no domain.")
    ] = True,
) -> NoReturn:
    """Start API, worker, beat, Flower and broker; Ctrl-C stops them."""
    _stop_on_signals()
    settings = read_settings()
    data_folder.make(settings)
    data_modes.correct(settings)
    with data_folder.lock(settings) as descriptor:
        ports.require_free(settings)
        preflight.require_room(settings)
        preflight.require_signing_key(settings)
        preflight.require_admin_web(settings)
        _prepare_store(settings, with_demo=with_demo)
        manager = _start(settings, descriptor)
        try:
            _watch(manager, settings)
        finally:
            _end(manager)


def _stop_on_signals() -> None:
    for number in _STOP_SIGNALS:
        # `nohup` sets SIGHUP to be ignored, and that must stay.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Exit through every `finally`, and ignore further signals, such as a second Ctrl-C."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


def _prepare_store(settings: Settings, *, with_demo: bool) -> None:
    with progress.shown() as begin:
        with preflight.store_mistakes(settings.store_variable):
            migrate.upgrade(settings.store_url, lambda revision: begin(f"Migrating: {revision}"))
        if with_demo:
            begin("Preparing the demo")
            demo.prepare(settings)


def _start(settings: Settings, descriptor: int) -> subprocess.Popen[bytes]:
    program = _prepare_broker(settings)
    (settings.data / "logs").mkdir(mode=0o700, exist_ok=True)
    shutil.rmtree(settings.data / processes.METRICS, ignore_errors=True)
    (settings.data / processes.METRICS).mkdir(mode=0o700)
    wanted = processes.wanted(settings, program)
    private_file.write(settings.data / processes.CONFIGURATION, processes.configuration(wanted))
    return subprocess.Popen(
        processes.MANAGER,
        cwd=settings.data,
        env=processes.environment(settings, program),
        stdin=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        # The terminal sends Ctrl-C to its foreground group; only this process should get it.
        process_group=0,
    )


def _prepare_broker(settings: Settings) -> Path | None:
    if settings.broker_url is not None:
        try:
            preflight.require_broker(settings.redis_url)
        except LookupError as error:
            raise Mistake(str(error)) from None
        return None
    program = broker.find_server()
    broker.prepare(settings.data / "broker", settings.broker_file)
    return program


def _watch(manager: subprocess.Popen[bytes], settings: Settings) -> NoReturn:
    logs = settings.data.resolve() / "logs"
    deadline = time.monotonic() + _START_TIMEOUT.total_seconds()
    with progress.shown() as begin:
        while missing := ready.what_is_missing(settings):
            preflight.require_not_full(settings)
            if time.monotonic() > deadline or manager.poll() is not None:
                preflight.require_room(settings)
                raise Mistake(f"Not everything started. {missing} The logs are in {logs}.")
            begin("Starting; this takes a few seconds")
            time.sleep(_POLL_INTERVAL.total_seconds())
    print(welcome.block(settings), flush=True)
    manager.wait()
    raise Mistake(f"The process manager ended by itself. Its log is {logs / 'supervisor.log'}.")


def _end(manager: subprocess.Popen[bytes]) -> None:
    """Stop everything; the process manager kills each process that exceeds its grace time."""
    with progress.shown() as begin:
        begin("Stopping; a task that is being done may take some seconds")
        manager.terminate()
        manager.wait()
