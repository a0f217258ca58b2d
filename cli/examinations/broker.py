"""Examines the broker, and the processes whose heartbeats it holds."""

from collections.abc import Mapping
from typing import Any, Final

from redis.exceptions import OutOfMemoryError, RedisError, ResponseError

from broker.broker import Broker
from broker.connection import BrokerTakesNoWrites, BrokerUnreachable
from cli import preflight
from cli.examinations import beat, worker
from cli.examinations.finding import Finding, Verdict, unknown
from cli.mistakes import Mistake
from config.settings import Settings

_NOT_RUNNING: Final = "Presently is not running: ./presently run starts it, with a broker of its own."
_NEEDING_IT: Final = ("persistence", "beat", "worker")


def examine(settings: Settings) -> list[Finding]:
    """Check that the broker answers and accepts writes, how it persists, and that beat and workers are alive."""
    try:
        info = preflight.require_broker(settings.redis_url)
        broker = Broker(settings.redis_url)
        refused = _refuses_to_write(broker)
        ages = broker.heartbeats.ages()
    except (LookupError, preflight.BrokerUnreachable) as error:
        # Without a setting, it is the broker that `run` starts and ends.
        return _failed(_NOT_RUNNING if settings.broker_url is None else str(error))
    except Mistake as error:
        return _failed(str(error))
    except BrokerUnreachable as error:
        return _failed(f"it does not answer any more: {' '.join(str(error).split())}")
    if refused:
        return _failed(f"{_server(info)} answers, but refuses writes: {refused}")
    return [
        Finding("broker", Verdict.OK, _server(info)),
        Finding("persistence", Verdict.OK, _persistence(info)),
        beat.examine(ages),
        worker.examine(settings, ages),
    ]


def _failed(reason: str) -> list[Finding]:
    return [Finding("broker", Verdict.FAILED, reason), *(unknown(name, see="broker") for name in _NEEDING_IT)]


def _refuses_to_write(broker: Broker) -> str | None:
    """Return the server's reason for refusing writes (a full disk, its memory limit) and what to do, or `None`."""
    try:
        broker.require_writes()
    except BrokerTakesNoWrites as error:
        return f"{' '.join(str(error).split()).rstrip('.')}. {_advice(error)}"
    except RedisError as error:
        raise BrokerUnreachable(str(error)) from None
    return None


def _advice(refusal: ResponseError) -> str:
    if isinstance(refusal, OutOfMemoryError):
        return "Raise its maxmemory."
    if str(refusal).startswith("MISCONF"):
        return "Make room on its disk; its log says more."
    return "Set PRESENTLY_BROKER_URL to a broker that accepts writes."


def _server(info: Mapping[str, Any]) -> str:
    """Return name and version; Valkey reports itself as Redis 7.2 too, beside its own name."""
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info['redis_version']}"


def _persistence(info: Mapping[str, Any]) -> str:
    if info.get("aof_enabled"):
        return "append-only file"
    return "no append-only file: a restart may reset the counters of /metrics; nothing else is lost"
