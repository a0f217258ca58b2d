"""A deployment behind PgBouncer in transaction mode, set up as docs/operating.md says."""

import re
import secrets
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import closing
from datetime import timedelta
from typing import Final

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from cli.examinations import pooler
from config.settings import ROOT, Settings
from harness import pgbouncer
from harness.waiting import wait_until
from store.postgresql import REQUEST
from store.store import Store
from tests.journey.deployment import Deployment, answers, built
from tests.journey.person import PersonClient
from tests.store.builders import add_domain_with_people

pytestmark = pytest.mark.skipif(
    pgbouncer.find_program() is None, reason="PgBouncer is missing: apt-get install pgbouncer"
)

_PROCESSES: Final = ("api", "worker", "beat")
_SECOND: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
#: Fewer than the API's threads, so that transactions of one client run in different sessions.
_SESSIONS: Final = {"default_pool_size": "3"}


@pytest.fixture(scope="module")
def server_url(postgresql_server: str) -> Iterator[str]:
    """Yield the URL of an empty database, whose sessions are not in UTC by themselves."""
    name = f"pooled_{secrets.token_hex(6)}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        for statement in ("CREATE DATABASE {}", "ALTER DATABASE {} SET timezone = 'Asia/Seoul'"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
        yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def pooled_url(server_url: str) -> Iterator[str]:
    """Run PgBouncer with the settings of the documentation, and yield the URL through it."""
    page = (ROOT / "docs" / "operating.md").read_text()
    (block,) = re.findall(r"```ini\n(\[databases\]\n.*?)```", page, re.DOTALL)
    documented = RawConfigParser()
    documented.read_string(block)
    (database,) = documented["databases"].values()
    options = " ".join(part for part in re.split(r" (?=\w+=)", database) if part.startswith("connect_query"))
    with pgbouncer.running(server_url, options, dict(documented["pgbouncer"]) | _SESSIONS) as url:
        yield url


@pytest.fixture(scope="module")
def pooled(
    server_url: str, pooled_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Run a deployment whose API goes through PgBouncer."""
    data = tmp_path_factory.mktemp("pooled") / "data"
    with built(data, server_url, pooled_database_url=pooled_url) as deployment:
        add_domain_with_people(deployment.store)
        deployment.start("broker")
        deployment.start(*_PROCESSES)
        deployment.wait_for_heartbeat("worker", "beat")
        wait_until(lambda: answers(deployment.api, "/readyz"))
        yield deployment


def test_behind_a_pooler_statuses_start_and_end_on_time_and_everything_stops_when_told(
    pooled: Deployment, pooled_url: str
):
    before = pgbouncer.transactions(pooled_url)
    people = [PersonClient(pooled, number) for number in range(1, 11)]
    starts_at = pooled.second(_SECOND)
    for person in people:
        person.reserve(starts_at, starts_at + _SECOND)
        assert person.statuses() == [("BUSY", "RESERVED")]
    assert pgbouncer.transactions(pooled_url) >= before + 2 * len(people)
    for person in people:
        person.wait_for("DISABLED")
        assert person.kinds() == ["RESERVED", "PROMOTED", "DISABLED"]
        _, started, ended = person.events()
        assert timedelta(0) <= started.committed_at - starts_at < _SECOND
        assert timedelta(0) <= ended.committed_at - starts_at - _SECOND < _SECOND
        assert person.statuses() == []
    for name in _PROCESSES:
        pooled.stop(name)


def test_behind_a_pooler_requests_have_their_limits_and_no_prepared_statements(pooled_url: str):
    limits = {
        "lock_timeout": REQUEST.lock,
        "statement_timeout": REQUEST.statement,
        "idle_in_transaction_session_timeout": timedelta(seconds=5),
    }
    with closing(Store(pooled_url, limits=REQUEST, through_pooler=True)) as store:
        for _ in range(3):
            with store.reading() as transaction:
                for name, limit in limits.items():
                    shown = text("SELECT setting::int FROM pg_settings WHERE name = :name")
                    milliseconds = transaction.connection.execute(shown, {"name": name}).scalar_one()
                    assert (name, milliseconds * _MILLISECOND) == (name, limit)
                prepared = text("SELECT count(*) FROM pg_prepared_statements")
                assert transaction.connection.execute(prepared).scalar_one() == 0


def test_the_doctor_asks_through_the_pooler(server_url: str, pooled_url: str):
    before = pgbouncer.transactions(pooled_url)
    settings = Settings(database_url=SecretStr(server_url), pooled_database_url=SecretStr(pooled_url))
    (finding,) = pooler.examine(settings)
    assert (finding.name, finding.verdict) == ("pooler", "ok")
    wait_until(lambda: pgbouncer.transactions(pooled_url) > before)


def test_without_the_setting_a_pooler_refuses_the_connection(pooled_url: str):
    with (
        closing(Store(pooled_url, limits=REQUEST)) as store,
        pytest.raises(OperationalError, match="unsupported startup parameter"),
        store.reading(),
    ):
        pass
