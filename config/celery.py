"""The Celery configuration of beat and workers. Beat's next poll makes up for lost messages."""

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
from config.tasks import CARRY_ON, FOLLOW_ZONES, FORGET_EXPIRED, FORGET_OLD, HOUSEKEEPING, TIMERS
from config.transport import Transport

#: How often old events and expired tokens are deleted.
_FORGET_EVERY: Final = timedelta(minutes=10)

#: How often the rules of time zones are compared. New ones come with a restart, where this is done at once; later it
#: only finishes what was interrupted, and finds zones that are named for the first time.
_FOLLOW_EVERY: Final = timedelta(hours=1)

#: The interval of a worker's attempts to reconnect to the broker; each attempt is a line in its log.
_RECONNECT_EVERY: Final = timedelta(seconds=0.5)


class _FixedIntervalConnection(Connection):
    """A connection that retries at a fixed interval; Kombu itself waits longer each time, up to 30 s."""

    # docs/workarounds.md#kombu-reconnect
    def _ensure_connection(  # type: ignore[override] # Kombu's parameters for the interval are not used
        self,
        errback: Callable[..., Any] | None = None,
        max_retries: int | None = None,
        *_intervals: float,
        callback: Callable[[], Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Wait for the connection as Kombu does, also before publishing, and report to the watchdog meanwhile."""

        def on_attempt() -> None:
            watchdog.report()
            if callback is not None:
                callback()

        intervals = {"interval_start": _RECONNECT_EVERY.total_seconds(), "interval_step": 0}
        return super()._ensure_connection(
            errback, max_retries, callback=on_attempt, **{**intervals, **kwargs}
        )

    def get_transport_cls(self) -> type[Transport]:
        """Return the transport that drops invalid messages."""
        return Transport


class _Amqp(AMQP):
    """Celery's access to the broker, with our connection class."""

    Connection = _FixedIntervalConnection


def make_celery(settings: Settings, *, include: tuple[str, ...] = ()) -> Celery:
    """Create the Celery application, without making it the default application.

    Raises:
        LookupError: no broker is set, and the bundled one was not started.
    """
    setup_logging.connect(_configure_logging, weak=False)
    app = Celery("presently", broker=settings.redis_url, include=include, amqp=_Amqp, set_as_current=False)
    app.conf.update(_CONF)
    return app


def _configure_logging(**_: Any) -> None:
    logging.configure(Settings().log_level)


_CONF: Final[dict[str, Any]] = {
    "timezone": "UTC",
    "enable_utc": True,
    "task_default_queue": TIMERS,
    "task_create_missing_queues": True,
    "task_routes": {
        CARRY_ON: {"queue": HOUSEKEEPING},
        FORGET_OLD: {"queue": HOUSEKEEPING},
        FORGET_EXPIRED: {"queue": HOUSEKEEPING},
        FOLLOW_ZONES: {"queue": HOUSEKEEPING},
    },
    # Flower shows results from the task events; nobody reads a stored result.
    "task_ignore_result": True,
    "worker_send_task_events": True,
    "task_send_sent_event": True,
    # Early acknowledgement: a worker with unacknowledged messages exits when it loses the broker (kombu 5.7).
    # A lost message costs 0.75 s: then the sweep sends another.
    "task_acks_late": False,
    "worker_prefetch_multiplier": 1,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # A broker whose disk or memory is full refuses writes; without this, a worker would exit.
    "broker_channel_error_retry": True,
    "broker_transport_options": {
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "health_check_interval": 10,
    },
    # While beat waited for the broker here, it would send nothing else; its next tick tries again.
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
        "follow-time-zones": {
            "task": FOLLOW_ZONES,
            "schedule": schedule(_FOLLOW_EVERY),
            "options": {"expires": _FOLLOW_EVERY.total_seconds()},
        },
    },
}
