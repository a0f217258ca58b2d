"""The dashboard: load of the machine, and state of the parts of Presently."""

from pydantic import BaseModel, ConfigDict

from api.admin_web.machine import Machine, measure
from api.deps import TheBroker, TheLogin, TheStore
from api.grommunio.routing import for_administrators
from api.health import readiness
from domain.permissions import Capability
from services import administration

router = for_administrators()


class Service(BaseModel):
    """A part of Presently. It starts together with the others."""

    name: str
    unit: str
    state: str
    substate: str
    autostart: str = "enabled"
    description: str
    since: None = None


class Services(BaseModel):
    """The parts of Presently."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "services": [
                        {
                            "name": "beat",
                            "unit": "beat",
                            "state": "active",
                            "substate": "running",
                            "autostart": "enabled",
                            "description": "ok",
                            "since": None,
                        }
                    ]
                }
            ]
        }
    )

    services: list[Service]


class MailFilter(BaseModel):
    """Figures of a mail filter: all zero, because Presently handles no mail."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scanned": 0, "learned": 0, "spam_count": 0, "bytes_allocated": 0}]}
    )

    scanned: int = 0
    learned: int = 0
    spam_count: int = 0
    bytes_allocated: int = 0


@router.get("/system/dashboard", summary="Get the load of the machine")
def machine(store: TheStore, login: TheLogin) -> Machine:
    """Return the load of the machine that answers."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)
    return measure()


@router.get("/system/dashboard/services", summary="List the services")
def services(store: TheStore, broker: TheBroker, login: TheLogin) -> Services:
    """Return the state of each part of Presently."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)
    parts = readiness(store, broker).model_dump().items()
    return Services(services=[_service(name, condition) for name, condition in parts])


@router.get("/system/antispam/stat", summary="Get the figures of the mail filter")
def mail_filter(store: TheStore, login: TheLogin) -> MailFilter:
    """Return the figures of a mail filter: all zero."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)
    return MailFilter()


def _service(name: str, condition: str) -> Service:
    works = condition == "ok"
    return Service(
        name=name,
        unit=name,
        state="active" if works else "failed",
        substate="running" if works else "dead",
        description=condition,
    )
