"""The broker, and who gave a sign of life in it."""

from collections.abc import Mapping
from typing import Any, Final

from redis import Redis
from redis.exceptions import OutOfMemoryError, ResponseError

from cli import preflight
from cli.examinations import beat, worker
from cli.examinations.finding import Finding, Verdict, unknown
from cli.mistakes import Mistake
from config.settings import Settings
from store.pulse import BrokerUnreachable, Pulse

#: Gone at once: what counts is whether it is taken.
_TRIAL_KEY: Final = "presently:doctor"
_TRIAL_MILLISECONDS: Final = 1
_NEEDING_IT: Final = ("persistence", "beat", "worker")


def examine(settings: Settings) -> list[Finding]:
    """Return how the broker is, if it takes what is written, what it keeps, and whether beat and workers are there."""
    try:
        said = preflight.require_broker(settings.redis_url)
        refused = _refuses_to_write(settings.redis_url)
        ages = Pulse(settings.redis_url).ages()
    except (Mistake, LookupError, BrokerUnreachable) as error:
        return _failed(str(error))
    if refused:
        return _failed(f"{_server(said)} answers and takes nothing: {refused}")
    return [
        Finding("broker", Verdict.OK, _server(said)),
        Finding("persistence", Verdict.OK, _persistence(said)),
        beat.examine(ages),
        worker.examine(settings, ages),
    ]


def _failed(said: str) -> list[Finding]:
    return [Finding("broker", Verdict.FAILED, said), *(unknown(name, see="broker") for name in _NEEDING_IT)]


def _refuses_to_write(url: str) -> str | None:
    """Return in the server's words why it takes nothing (a full disk, the limit of its memory), if so, and what to do.

    It is tried rather than read from `INFO`: there are more reasons to refuse than there are figures.
    """
    try:
        with Redis.from_url(url, socket_timeout=1, retry=None) as client:
            client.set(_TRIAL_KEY, "", px=_TRIAL_MILLISECONDS)
    except ResponseError as error:
        return f"{' '.join(str(error).split())} {_advice(error)}"
    return None


def _advice(refusal: ResponseError) -> str:
    if isinstance(refusal, OutOfMemoryError):
        return "Raise its maxmemory."
    if str(refusal).startswith("MISCONF"):
        return "Make room on its disk; its log says more."
    return "Let PRESENTLY_BROKER_URL name one that may be written."


def _server(said: Mapping[str, Any]) -> str:
    """Return name and version; Valkey calls itself Redis 7.2, and then by its own name."""
    if "valkey_version" in said:
        return f"Valkey {said['valkey_version']}"
    return f"Redis {said['redis_version']}"


def _persistence(said: Mapping[str, Any]) -> str:
    if said.get("aof_enabled"):
        return "append-only file"
    return "no append-only file: after its restart the counts of /metrics may begin anew, and nothing else is lost"
