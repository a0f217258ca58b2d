"""Health checks for operators: `/healthz` and `/readyz`."""

from datetime import timedelta
from functools import partial
from typing import Final, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.deps import ThePulse, TheStore
from api.probes import TheProbes
from store.migrate import complaint
from store.pulse import BEAT_MAY_BE_SILENT, WORKER_MAY_BE_SILENT, BrokerUnreachable, Pulse
from store.store import Store

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
        """Return whether every part is ok."""
        return set(self.model_dump().values()) == {"ok"}


_ALL_IS_THERE: Final = dict.fromkeys(Readiness.model_fields, "ok")
_NO_STORE: Final = {"store": "cannot be reached", "migrations": "unknown"}
_NO_BROKER: Final = {"broker": "cannot be reached", "beat": "unknown", "worker": "unknown"}


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
        200: {"content": {"application/json": {"example": _ALL_IS_THERE}}},
        503: {
            "model": Readiness,
            "description": "At least one part does not work; the body says which",
            "content": {"application/json": {"example": {**_ALL_IS_THERE, "worker": "not seen"}}},
        },
    },
    summary="Check that the service works",
)
async def readyz(response: Response, store: TheStore, pulse: ThePulse, probes: TheProbes) -> Readiness:
    """Check whether the service works: whether it answers requests, and starts and ends statuses on time."""
    of_store = await probes.ask_store(partial(_store_parts, store))
    of_broker = await probes.ask_broker(partial(_broker_parts, pulse))
    found = Readiness(**(of_store or _NO_STORE), **(of_broker or _NO_BROKER))
    response.status_code = 200 if found.is_ready else 503
    return found


def readiness(store: Store, pulse: Pulse) -> Readiness:
    """Check every part."""
    return Readiness(**_store_parts(store), **_broker_parts(pulse))


def _store_parts(store: Store) -> dict[str, str]:
    try:
        with store.reading() as transaction:
            return {"store": "ok", "migrations": complaint(transaction.connection) or "ok"}
    except SQLAlchemyError:
        return _NO_STORE


def _broker_parts(pulse: Pulse) -> dict[str, str]:
    try:
        ages = pulse.ages()
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
