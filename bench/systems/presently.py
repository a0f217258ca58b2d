"""Presently as shipped: beat and worker with the commands of `./presently run`, with its store and its events."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from subprocess import Popen
from typing import Final

from pydantic import SecretStr

from bench.entry import Entry
from bench.people import draft
from bench.systems import Running
from bench.workspace import Workspace
from broker.broker import Broker
from broker.connection import BrokerUnreachable
from cli import broker, processes
from config.settings import ROOT, Settings
from domain.auto_reply import Reply
from domain.credentials import Bearer, Caller, Scope
from domain.directory import PersonReference, Whom
from harness.processes import running as started
from harness.waiting import wait_until
from services import statuses
from store.store import Store

ABOUT: Final = (
    "Beat and worker as `./presently run` starts them, with two worker processes and every event written. The row is "
    "the entry: many at once are written in bulk, a single one is booked through the store as the API does."
)
PACKAGES: Final = ("celery", "sqlalchemy", "psycopg")
GRANULARITY: Final = timedelta(microseconds=1)
SECONDS_AN_ENTRY: Final = 0.0

_ROLES: Final = ("worker", "beat")
_BENCH: Final = Caller(Bearer(name="bench", domain_id=1, scopes=frozenset({Scope.DIRECTORY})))


@contextmanager
def running(workspace: Workspace) -> Iterator[Running]:
    """Run beat and worker until the block ends; when it begins, both have sent a heartbeat."""
    settings = settings_at(workspace)
    with ExitStack() as ends:
        store = ends.enter_context(closing(Store(workspace.database.url, pool_size=1)))
        roles = {role: ends.enter_context(process(workspace, settings, role)) for role in _ROLES}
        wait_until(lambda: _heartbeats(settings) == set(_ROLES))
        yield Running(
            roles,
            fill=workspace.database.write,
            book=lambda entry: _book(store, entry),
            cancel=lambda entry: _cancel(store, entry),
        )


def settings_at(workspace: Workspace) -> Settings:
    """Return the settings of a deployment at this workspace: the defaults, except for the folder and the URLs."""
    return Settings(
        _env_file=None,
        data=workspace.folder,
        database_url=SecretStr(workspace.database.url),
        broker_url=SecretStr(workspace.broker_url),
    )


@contextmanager
def process(workspace: Workspace, settings: Settings, role: str) -> Iterator[Popen[bytes]]:
    """Run one of the processes of `./presently run` until the block ends."""
    (workspace.folder / processes.METRICS).mkdir(exist_ok=True)
    (command,) = (each.command for each in processes.wanted(settings, None) if each.name == role)
    said = {
        "PRESENTLY_DATABASE_URL": settings.store_url,
        "PRESENTLY_BROKER_URL": settings.redis_url,
        "PRESENTLY_REQUESTS_PER_CLIENT": str(settings.requests_per_client),
    }
    environment = processes.environment(settings, broker.find_server()) | said
    with started(command, log=workspace.log(role), environment=environment, cwd=ROOT) as process_of_role:
        yield process_of_role


def _heartbeats(settings: Settings) -> set[str]:
    try:
        return {name.split(":")[0] for name in Broker(settings.redis_url).heartbeats.ages()}
    except BrokerUnreachable:
        return set()


def _book(store: Store, entry: Entry) -> None:
    """Book an entry as the API does."""
    statuses.post(store, _BENCH, _whom(entry), draft(entry), _text)


def _cancel(store: Store, entry: Entry) -> None:
    reserved = statuses.listed(store, _BENCH, _whom(entry)).timeline.reserved
    if reserved is not None:
        statuses.delete(store, _BENCH, _whom(entry), reserved.id)


def _whom(entry: Entry) -> Whom:
    return Whom(1, PersonReference(number=entry.person_id))


def _text(reply: Reply) -> str | None:
    return reply.body
