"""DueScheduler: sleeps until the next start or end, or until an announcement wakes it, and sends a message for it."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Final

import psycopg
import structlog
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from kombu.common import ignore_errors
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from broker.broker import Broker
from config import garbage, watchdog
from config.settings import Settings
from config.tasks import CARRY_ON, DISABLE_DUE, PROMOTE_DUE
from scheduler.agenda import Agenda
from store.due import BATCH, SPAN, Kind
from store.postgresql import BACKGROUND
from store.store import Store, Transaction
from store.wakeup import LONGEST_SLEEP, NotifyListener

_log: Final = structlog.get_logger("presently.beat")

_TASKS: Final = {Kind.START: PROMOTE_DUE, Kind.END: DISABLE_DUE}

#: A message that waits for longer than this is discarded, so that messages do not pile up while all workers are down.
#: It is long, because a worker whose clock is ahead by more than this would discard every message.
_EXPIRES: Final = timedelta(minutes=5)

#: A change of many people's plans that went no further for so long has lost its worker, or its message.
_CARRY_ON_AFTER: Final = timedelta(seconds=2)

_HEARTBEAT_EVERY: Final = timedelta(seconds=1)

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: Beat's queries are short. It gives up on a silent server well before a watchdog would restart beat as frozen.
_LIMITS: Final = replace(BACKGROUND, answer=timedelta(seconds=15))

_RETRY: Final = timedelta(milliseconds=200)

#: How many failed ticks in a row are an outage; a single one may be a connection that was lost in a restart.
_OUTAGE: Final = 2

#: The errors of an outage of store or broker; any other error is a bug of ours.
_OUTAGES: Final = (SQLAlchemyError, psycopg.Error, OperationalError, RedisError, OSError)


@dataclass(frozen=True, slots=True)
class _Order:
    """The next messages for one kind of transition: the due moment, when to send, how many, and what they cover."""

    kind: Kind
    due: datetime
    send_at: datetime
    messages: int
    covers_until: datetime


class DueScheduler(Scheduler):
    """Celery's scheduler for periodic tasks, which also sends messages for due transitions of the store.

    All lasting state is in the store: a restarted beat reads it from there, and a second beat does no harm.
    """

    max_interval = 1

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **{**kwargs, "max_interval": DueScheduler.max_interval})
        settings = Settings()
        self._messages_at_most = settings.worker_processes
        self._url = settings.store_url
        self._store = Store(self._url, pool_size=1, by_index=True, limits=_LIMITS)
        self._heartbeats = Broker(settings.redis_url).heartbeats
        self._agendas = {kind: Agenda() for kind in Kind}
        self._listener: NotifyListener | None = None
        self._carried_on_at = _LONG_AGO
        self._heartbeat_at = -_HEARTBEAT_EVERY.total_seconds()
        self._failures = 0
        self._has_logged_fault = False
        self._periodic_tasks_fail = False

    # docs/workarounds.md#celery-beat-first-run
    def setup_schedule(self) -> None:
        """Make every periodic task due at the start: else a beat that is restarted often would never send it."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = _LONG_AGO
        garbage.keep_what_is_loaded()

    # docs/workarounds.md#celery-beat-errors
    def tick(self, *_: Any, **__: Any) -> float:
        """Send messages for what is due, sleep until the next, and return 0: nothing could wake Celery's own sleep."""
        watchdog.report()
        try:
            self._ensure_connected()
            pause = min(self._send_periodic_tasks(), self._send_for_what_is_due())
            self._record_heartbeat()
            self._sleep(pause)
        except Exception as failure:  # noqa: BLE001 (beat exits when a tick raises; it should only be late)
            self._wait_out(failure)
        else:
            self._recovered()
        return 0

    # docs/workarounds.md#celery-beat-apply-entry
    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a periodic task. In an outage it stays due, while Celery would skip it until its next turn."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as failure:
            if isinstance(failure.__context__, _OUTAGES):
                self.schedule[str(entry.name)] = entry
                raise failure.__context__ from None
            _log.exception("A periodic task cannot be sent; its next turn tries again.", task=entry.task)

    # docs/workarounds.md#celery-beat-negative-pause
    def _send_periodic_tasks(self) -> timedelta:
        """Send due periodic tasks; return the time until the next. An error here does not stop the due transitions."""
        try:
            # Celery returns up to -0.010 s just before a task is due.
            pause = max(timedelta(seconds=super().tick()), timedelta(0))
        except _OUTAGES:
            raise
        except Exception:  # noqa: BLE001 (logged; starts and ends must go on)
            if not self._periodic_tasks_fail:
                _log.exception("Beat cannot send its periodic tasks; it goes on trying.")
            self._periodic_tasks_fail = True
            self._heap = None
            return LONGEST_SLEEP
        self._periodic_tasks_fail = False
        return pause

    # docs/workarounds.md#celery-beat-reconnect
    def _ensure_connected(self) -> Any:
        """Connect to the broker with one attempt; Celery would wait up to 30 s between attempts."""
        return self.connection.ensure_connection(max_retries=0)

    def close(self) -> None:
        """Close the connections to the broker and the store."""
        super().close()
        self._stop_listening()
        self._store.close()

    def _send_for_what_is_due(self) -> timedelta:
        """Send messages for due transitions, and return the time until the next."""
        with self._store.reading() as transaction:
            now = transaction.now()
            orders = [order for kind in Kind if (order := self._next_order(kind, transaction, now))]
            changes_wait = transaction.changes.wait(since=now - _CARRY_ON_AFTER)
        # Earlier ones first, because one person's transitions are carried out in order.
        for order in sorted(orders, key=attrgetter("due")):
            if order.send_at <= now:
                self._send(order, now)
        if changes_wait and now - self._carried_on_at >= _CARRY_ON_AFTER:
            self.send_task(CARRY_ON, producer=self.producer, expires=_EXPIRES.total_seconds())
            self._carried_on_at = now
        soonest = min((order.send_at for order in orders), default=now + LONGEST_SLEEP)
        return min(max(soonest - now, timedelta(0)), LONGEST_SLEEP)

    def _next_order(self, kind: Kind, transaction: Transaction, now: datetime) -> _Order | None:
        agenda = self._agendas[kind]
        due = transaction.due.next(kind)
        if due is None:
            return None
        if agenda.covers(due):
            uncovered = transaction.due.next(kind, after=agenda.covered_until)
            due = min(due, uncovered or due, key=agenda.send_at)
        send_at = agenda.send_at(due)
        if send_at > now:
            return _Order(kind, due, send_at, messages=0, covers_until=due)
        until = transaction.due.last(kind, by=max(due, now) + SPAN) or due
        is_storm = transaction.due.is_more_than(kind, BATCH, by=until)
        return _Order(kind, due, send_at, self._messages_at_most if is_storm else 1, covers_until=until)

    def _send(self, order: _Order, now: datetime) -> None:
        """Send one message, or one for each worker process if more than a batch is due."""
        for _ in range(order.messages):
            self.send_task(
                _TASKS[order.kind],
                kwargs={"due_at": order.due.isoformat()},
                producer=self.producer,
                expires=_EXPIRES.total_seconds(),
            )
        self._agendas[order.kind].sent(now, until=order.covers_until)

    # docs/workarounds.md#celery-beat-sleep
    def _sleep(self, pause: timedelta) -> None:
        if self._listener is None:
            self._listener = NotifyListener(self._url)
            return  # the next poll finds what was announced before
        for due in self._listener.sleep(pause):
            for agenda in self._agendas.values():
                agenda.announced(due)

    def _record_heartbeat(self) -> None:
        if time.monotonic() - self._heartbeat_at >= _HEARTBEAT_EVERY.total_seconds():
            self._heartbeats.record("beat")
            self._heartbeat_at = time.monotonic()

    # docs/workarounds.md#celery-beat-heap
    def _wait_out(self, failure: Exception) -> None:
        """Reset all connections; after the second failure in a row, pause before each attempt."""
        self._stop_listening()
        self._forget_connection()
        # Celery drops a periodic task from its heap when sending fails; a new heap is built from the schedule.
        self._heap = None
        self._agendas = {kind: Agenda() for kind in Kind}
        self._failures += 1
        self._log_failure(failure)
        if self._failures >= _OUTAGE:
            time.sleep(_RETRY.total_seconds())

    def _log_failure(self, failure: Exception) -> None:
        """Log each outage once, at its second failure, and each series of other errors once."""
        if not isinstance(failure, _OUTAGES):
            if not self._has_logged_fault:
                _log.error("Beat has met a fault; it goes on trying.", exc_info=failure)
            self._has_logged_fault = True
        elif self._failures == _OUTAGE:
            reason = _first_line(failure)
            _log.error("Beat cannot reach the store or the broker; it goes on trying.", reason=reason)

    def _recovered(self) -> None:
        if self._has_logged_fault:
            _log.info("Beat works again.")
        elif self._failures >= _OUTAGE:
            _log.info("Beat reaches the store and the broker again.")
        self._failures = 0
        self._has_logged_fault = False

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    # docs/workarounds.md#celery-beat-connection
    def _forget_connection(self) -> None:
        """Close the cached broker connection; the next message opens another one."""
        self.__dict__.pop("producer", None)
        connection = self.__dict__.pop("connection", None)
        if connection is not None:
            ignore_errors(connection, connection.release)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
