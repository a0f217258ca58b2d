"""The sign of life of a worker, sent with every heartbeat of Celery's main process: every two seconds."""

from functools import cache
from typing import Any

from celery.signals import heartbeat_sent

from config import watchdog
from config.settings import Settings
from store.pulse import BrokerUnreachable, Pulse


@cache
def _pulse() -> Pulse:
    return Pulse(Settings().redis_url)


@heartbeat_sent.connect
def _sign(sender: Any, **_: Any) -> None:
    watchdog.report()
    try:
        _pulse().sign(f"worker:{sender.eventer.hostname}")
    except BrokerUnreachable:
        return  # readiness reports that the broker is unreachable; the worker reconnects by itself
