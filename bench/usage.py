"""The processor time and memory of processes."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from subprocess import Popen

import psutil


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process and its children, ended children included."""
    times = process.cpu_times()
    total: float = times.user + times.system + times.children_user + times.children_system
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            total += cpu_seconds(child)
    return total


def rss_mb(process: psutil.Process) -> float:
    """Return the memory of a process and its children in megabytes; shared pages count for each process."""
    total: float = process.memory_info().rss / 1e6
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            total += rss_mb(child)
    return total


def total_cpu_seconds(processes: Iterable[Popen[bytes]]) -> float:
    """Return the processor time of all these processes that still run."""
    return _total(cpu_seconds, processes)


def total_rss_mb(processes: Iterable[Popen[bytes]]) -> float:
    """Return the memory of all these processes that still run, in megabytes."""
    return _total(rss_mb, processes)


def _total(figure: Callable[[psutil.Process], float], processes: Iterable[Popen[bytes]]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += figure(psutil.Process(process.pid))
    return total
