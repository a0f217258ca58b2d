"""Health checks for operators: `/healthz` and `/readyz`."""

from datetime import timedelta
from functools import partial
from typing import Final, Literal, NamedTuple

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.deps import TheBroker, TheStore
from api.probes import TheProbes
from broker.broker import Broker
from broker.connection import BrokerTakesNoWrites, BrokerUnreachable
from broker.heartbeats import BEAT_MAY_BE_SILENT, WORKER_MAY_BE_SILENT
from store.due import STUCK
from store.migrate import complaint
from store.store import Store, Transaction
from store.writes import TakesNoWrites, require_writes

router = APIRouter(tags=["Operations"])


class Alive(BaseModel):
    """The process is alive."""

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """Each part of the service: `ok`, or what is wrong with it."""

    store: str
    migrations: str
    broker: str
    beat: str
    worker: str

    @property
    def is_ready(self) -> bool:
        """Check that every part is ok."""
        return set(self.model_dump().values()) == {"ok"}


_ALL_OK: Final = dict.fromkeys(Readiness.model_fields, "ok")


class _StoreHealth(NamedTuple):
    """The state of the store, and of a transition that should have been carried out long ago."""

    parts: dict[str, str]
    stuck: str | None = None


_NO_STORE: Final = _StoreHealth({"store": "cannot be reached", "migrations": "unknown"})
_READ_ONLY_STORE: Final = _StoreHealth({"store": "takes no writes", "migrations": "unknown"})
_NO_BROKER: Final = {"broker": "cannot be reached", "beat": "unknown", "worker": "unknown"}
#: Beat and workers cannot write their heartbeats either.
_FULL_BROKER: Final = _NO_BROKER | {"broker": "takes no writes"}


@router.get(
    "/healthz",
    responses={200: {"content": {"application/json": {"example": {"status": "alive"}}}}},
    summary="Check that the process is alive",
)
async def healthz() -> Alive:
    """Answer that this process is alive."""
    return Alive()


@router.get(
    "/readyz",
    responses={
        200: {"content": {"application/json": {"example": _ALL_OK}}},
        503: {
            "model": Readiness,
            "description": "At least one part does not work; the body says which",
            "content": {"application/json": {"example": {**_ALL_OK, "worker": "not seen"}}},
        },
    },
    summary="Check that the service works",
)
async def readyz(response: Response, store: TheStore, broker: TheBroker, probes: TheProbes) -> Readiness:
    """Check whether the service works: whether it answers requests, and starts and ends statuses on time."""
    of_store = await probes.query_store(partial(_store_parts, store))
    of_broker = await probes.query_broker(partial(_broker_parts, broker))
    found = _readiness(of_store or _NO_STORE, of_broker or _NO_BROKER)
    response.status_code = 200 if found.is_ready else 503
    return found


def readiness(store: Store, broker: Broker) -> Readiness:
    """Check every part."""
    return _readiness(_store_parts(store), _broker_parts(broker))


def _readiness(of_store: _StoreHealth, of_broker: dict[str, str]) -> Readiness:
    """Combine both. If beat and a worker send heartbeats, and yet something is stuck, the worker is to blame."""
    parts = of_store.parts | of_broker
    if of_store.stuck and parts["beat"] == parts["worker"] == "ok":
        parts["worker"] = of_store.stuck
    return Readiness(**parts)


def _store_parts(store: Store) -> _StoreHealth:
    try:
        with store.reading() as transaction:
            require_writes(transaction.connection)
            if wrong := complaint(transaction.connection):
                return _StoreHealth({"store": "ok", "migrations": wrong})
            return _StoreHealth({"store": "ok", "migrations": "ok"}, _stuck(transaction))
    except TakesNoWrites:
        return _READ_ONLY_STORE
    except SQLAlchemyError:
        return _NO_STORE


def _stuck(transaction: Transaction) -> str | None:
    match transaction.due.longest_wait():
        case kind, waited if waited > STUCK:
            return f"the oldest {kind} has waited for {waited.total_seconds():.0f} s"
        case _:
            return None


def _broker_parts(broker: Broker) -> dict[str, str]:
    try:
        broker.require_writes()
        ages = broker.heartbeats.ages()
    except BrokerTakesNoWrites:
        return _FULL_BROKER
    except BrokerUnreachable:
        return _NO_BROKER
    workers = [age for name, age in ages.items() if name.startswith("worker:")]
    return {
        "broker": "ok",
        "beat": _seen(ages.get("beat"), BEAT_MAY_BE_SILENT),
        "worker": _seen(min(workers, default=None), WORKER_MAY_BE_SILENT),
    }


def _seen(age: timedelta | None, longest: timedelta) -> str:
    if age is None:
        return "not seen"
    return "ok" if age <= longest else f"last seen {age.total_seconds():.0f} s ago"
