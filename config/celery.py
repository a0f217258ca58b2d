"""Celery as both of its doors set it up: what the broker or a process loses is made up for by beat's next look."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from celery import Celery
from celery.app.amqp import AMQP
from celery.schedules import schedule
from celery.signals import setup_logging
from kombu import Connection

from config import logging, watchdog
from config.settings import Settings
from config.tasks import FORGET_EXPIRED, FORGET_OLD, HOUSEKEEPING, TIMERS
from config.transport import Transport

#: How often old events and tokens are looked for.
_FORGET_EVERY: Final = timedelta(minutes=10)

#: How long a worker waits before it tries again to reach a broker that is gone; each attempt is a line in its log.
_RECONNECT_EVERY: Final = timedelta(seconds=0.5)


class _PromptConnection(Connection):
    """A connection that is tried for at an even pace; Kombu waits longer each time, up to 30 s."""

    def _ensure_connection(  # type: ignore[override] # Kombu names the pace, which is ours
        self,
        errback: Callable[..., Any] | None = None,
        max_retries: int | None = None,
        *_pace: float,
        callback: Callable[[], Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Wait for the connection as Kombu does, also where it publishes; who waits for it is not frozen."""

        def goes_on() -> None:
            watchdog.report()
            if callback is not None:
                callback()

        pace = {"interval_start": _RECONNECT_EVERY.total_seconds(), "interval_step": 0}
        return super()._ensure_connection(errback, max_retries, callback=goes_on, **{**pace, **kwargs})

    def get_transport_cls(self) -> type[Transport]:
        """Return the transport that drops what is no message of ours."""
        return Transport


class _Protocol(AMQP):
    """Celery's way to the broker, over connections of ours."""

    Connection = _PromptConnection


def make_celery(settings: Settings, *, include: tuple[str, ...] = ()) -> Celery:
    """Return the Celery application; it is set as nobody's default.

    Raises:
        LookupError: no broker is set, and none was started.
    """
    setup_logging.connect(_configure_logging, weak=False)
    app = Celery(
        "presently", broker=settings.redis_url, include=include, amqp=_Protocol, set_as_current=False
    )
    app.conf.update(_CONF)
    return app


def _configure_logging(**_: Any) -> None:
    logging.configure(Settings().log_level)


_CONF: Final[dict[str, Any]] = {
    "timezone": "UTC",
    "enable_utc": True,
    "task_default_queue": TIMERS,
    "task_create_missing_queues": True,
    "task_routes": {FORGET_OLD: {"queue": HOUSEKEEPING}, FORGET_EXPIRED: {"queue": HOUSEKEEPING}},
    # A result is what Flower shows of it; nobody waits for one.
    "task_ignore_result": True,
    "worker_send_task_events": True,
    "task_send_sent_event": True,
    # Early acknowledgement: a worker that holds unacknowledged messages exits when the broker goes (kombu 5.7),
    # and a lost message costs 0.75 s, for the sweep sends another.
    "task_acks_late": False,
    "worker_prefetch_multiplier": 1,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # A broker whose disk or memory is full refuses to write, to which a worker would exit.
    "broker_channel_error_retry": True,
    "broker_transport_options": {
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "health_check_interval": 10,
    },
    # A beat that waits long for a dead broker would be late when it is back; its next look tries again.
    "task_publish_retry": False,
    "beat_scheduler": "scheduler.beat:DueScheduler",
    "beat_enable_remote_control": True,
    "beat_remote_control_max_tick_age": 10.0,
    "beat_schedule": {
        "forget-old-events": {
            "task": FORGET_OLD,
            "schedule": schedule(_FORGET_EVERY),
            "options": {"expires": _FORGET_EVERY.total_seconds()},
        },
        "forget-expired-tokens": {
            "task": FORGET_EXPIRED,
            "schedule": schedule(_FORGET_EVERY),
            "options": {"expires": _FORGET_EVERY.total_seconds()},
        },
    },
}
