"""Collects the conditions of a measurement: machine, load and versions."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from redis import Redis

from bench.postgresql import PostgreSQL
from bench.result import Conditions
from bench.systems import System, load


def conditions_of(systems: Iterable[str], server: PostgreSQL, broker_url: str) -> Conditions:
    """Collect the present conditions."""
    return Conditions(
        measured_at=server.now().replace(microsecond=0),
        processors=os.cpu_count() or 1,
        processor=_processor(),
        load_average=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
        postgresql=server.version(),
        broker=_broker(broker_url),
        systems={name: _set_up(load(name)) for name in systems},
    )


def _set_up(system: System) -> str:
    """Describe how a system is set up."""
    versions = ", ".join(f"{package} {version(package)}" for package in system.PACKAGES)
    return f"({versions}) {system.ABOUT}"


def _processor() -> str:
    """Return the processor's name, or else the machine type."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _broker(url: str) -> str:
    with Redis.from_url(url) as broker:
        said = broker.info("server")
    return (
        f"Valkey {said['valkey_version']}" if "valkey_version" in said else f"Redis {said['redis_version']}"
    )
