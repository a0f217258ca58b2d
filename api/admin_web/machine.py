"""The load of this machine, measured by psutil."""

import os
from datetime import UTC, datetime
from typing import Any

import psutil
from pydantic import BaseModel, ConfigDict


class Disk(BaseModel):
    """A disk, in bytes."""

    device: str
    mountpoint: str
    filesystem: str
    percent: float
    total: int
    used: int
    free: int


class Processor(BaseModel):
    """The use of the processors, in per cent."""

    user: float
    system: float
    io: float
    interrupt: float
    steal: float
    idle: float


class Swap(BaseModel):
    """The swap space, in bytes."""

    percent: float
    total: int
    used: int
    free: int


class Memory(Swap):
    """The memory, in bytes."""

    buffer: int
    cache: int
    available: int


_MACHINE: dict[str, Any] = {
    "booted": "2026-11-20 19:45:05",
    "cpuPercent": {
        "user": 12.5,
        "system": 2.5,
        "io": 0.0,
        "interrupt": 0.0,
        "steal": 0.0,
        "idle": 85.0,
    },
    "disks": [
        {
            "device": "/dev/vda",
            "mountpoint": "/",
            "filesystem": "ext4",
            "percent": 25.0,
            "total": 40_000_000_000,
            "used": 10_000_000_000,
            "free": 30_000_000_000,
        }
    ],
    "load": [0.5, 0.25, 0.1],
    "memory": {
        "percent": 50.0,
        "total": 8_000_000_000,
        "used": 4_000_000_000,
        "free": 1_000_000_000,
        "buffer": 500_000_000,
        "cache": 2_500_000_000,
        "available": 4_000_000_000,
    },
    "swap": {"percent": 0.0, "total": 0, "used": 0, "free": 0},
}


class Machine(BaseModel):
    """The load of the machine."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MACHINE]})

    booted: str
    cpuPercent: Processor
    disks: list[Disk]
    load: list[float]
    memory: Memory
    swap: Swap


def measure() -> Machine:
    """Measure the load of the machine."""
    return Machine(
        booted=datetime.fromtimestamp(psutil.boot_time(), UTC).strftime("%Y-%m-%d %H:%M:%S"),
        cpuPercent=_processor(psutil.cpu_times_percent()),
        disks=[disk for partition in psutil.disk_partitions() if (disk := _disk(partition))],
        load=list(os.getloadavg()),
        memory=_memory(psutil.virtual_memory()),
        swap=_swap(psutil.swap_memory()),
    )


def _disk(partition: Any) -> Disk | None:
    """Measure a disk; return None if it is gone or this user may not read it."""
    try:
        usage = psutil.disk_usage(partition.mountpoint)
    except OSError:
        return None
    return Disk(
        device=partition.device,
        mountpoint=partition.mountpoint,
        filesystem=partition.fstype,
        percent=usage.percent,
        total=usage.total,
        used=usage.used,
        free=usage.free,
    )


def _processor(times: Any) -> Processor:
    """Map what psutil measured. Only Linux reports I/O wait, interrupts and stolen time."""
    interrupt = getattr(times, "irq", 0.0) + getattr(times, "softirq", 0.0)
    return Processor(
        user=times.user,
        system=times.system,
        io=getattr(times, "iowait", 0.0),
        interrupt=interrupt,
        steal=getattr(times, "steal", 0.0),
        idle=times.idle,
    )


def _swap(swap: Any) -> Swap:
    return Swap(percent=swap.percent, total=swap.total, used=swap.used, free=swap.free)


def _memory(memory: Any) -> Memory:
    return Memory(
        percent=memory.percent,
        total=memory.total,
        used=memory.used,
        free=memory.free,
        buffer=getattr(memory, "buffers", 0),
        cache=getattr(memory, "cached", 0),
        available=memory.available,
    )
