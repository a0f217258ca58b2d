"""What processes take of the machine."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from subprocess import Popen

import psutil


def cpu_seconds(process: psutil.Process) -> float:
    """Return how much processor time a process has taken, its children too, those that have ended included."""
    times = process.cpu_times()
    total: float = times.user + times.system + times.children_user + times.children_system
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            total += cpu_seconds(child)
    return total


def rss_mb(process: psutil.Process) -> float:
    """Return how many megabytes a process holds in memory, with its children; shared pages count for each."""
    total: float = process.memory_info().rss / 1e6
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            total += rss_mb(child)
    return total


def total_cpu_seconds(processes: Iterable[Popen[bytes]]) -> float:
    """Return the processor time of all these that run."""
    return _total(cpu_seconds, processes)


def total_rss_mb(processes: Iterable[Popen[bytes]]) -> float:
    """Return the memory of all these that run, in megabytes."""
    return _total(rss_mb, processes)


def _total(figure: Callable[[psutil.Process], float], processes: Iterable[Popen[bytes]]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += figure(psutil.Process(process.pid))
    return total
