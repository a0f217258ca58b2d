"""The heartbeat of a worker, recorded with every heartbeat of Celery's main process: every two seconds."""

from functools import cache
from typing import Any

from celery.signals import heartbeat_sent

from broker.broker import Broker
from broker.connection import BrokerUnreachable
from broker.heartbeats import Heartbeats
from config import watchdog
from config.settings import Settings


@cache
def _heartbeats() -> Heartbeats:
    return Broker(Settings().redis_url).heartbeats


@heartbeat_sent.connect
def _record(sender: Any, **_: Any) -> None:
    watchdog.report()
    try:
        _heartbeats().record(f"worker:{sender.eventer.hostname}")
    except BrokerUnreachable:
        return  # readiness reports that the broker is unreachable; the worker reconnects by itself
