"""The broker, and who gave a sign of life in it."""

from collections.abc import Mapping
from typing import Any

from cli import preflight
from cli.examinations import beat, worker
from cli.examinations.finding import Finding, Verdict, unknown
from cli.mistakes import Mistake
from config.settings import Settings
from store.pulse import BrokerUnreachable, Pulse


def examine(settings: Settings) -> list[Finding]:
    """Return how the broker is, what it keeps, and whether beat and workers are there."""
    try:
        said = preflight.require_broker(settings.redis_url)
        ages = Pulse(settings.redis_url).ages()
    except (Mistake, LookupError, BrokerUnreachable) as error:
        failed = Finding("broker", Verdict.FAILED, str(error))
        return [failed, *(unknown(name, see="broker") for name in ("persistence", "beat", "worker"))]
    return [
        Finding("broker", Verdict.OK, _server(said)),
        Finding("persistence", Verdict.OK, _persistence(said)),
        beat.examine(ages),
        worker.examine(settings, ages),
    ]


def _server(said: Mapping[str, Any]) -> str:
    """Return name and version; Valkey calls itself Redis 7.2, and then by its own name."""
    if "valkey_version" in said:
        return f"Valkey {said['valkey_version']}"
    return f"Redis {said['redis_version']}"


def _persistence(said: Mapping[str, Any]) -> str:
    if said.get("aof_enabled"):
        return "append-only file"
    return "no append-only file: after its restart the counts of /metrics may begin anew, and nothing else is lost"
