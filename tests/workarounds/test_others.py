"""What the drivers of the databases, and smaller libraries, do by themselves."""

import inspect
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import psycopg
import pytest
import typer
from aiohttp.helpers import get_env_proxy_for_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from lxml import etree
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import create_engine
from typer.core import TyperOption
from yarl import URL


class Target:
    def close(self) -> str:
        return ""


def test_typer_switches():
    app = typer.Typer()
    app.command()(_with_a_switch)
    command = typer.main.get_command(app)
    switch = next(option for option in command.params if option.name == "yes")
    assert isinstance(switch, TyperOption)
    assert switch.display_type(command.make_context("command", [])) == "<bool>"


def _with_a_switch(*, yes: Annotated[bool, typer.Option("--yes")] = False) -> None:
    assert yes


def test_psycopg_wait():
    assert inspect.signature(psycopg.Connection.wait).parameters["timeout"].default is None


def test_sqlite_begin():
    with create_engine("sqlite://").connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT 1")
        assert not connection.connection.driver_connection.in_transaction  # type: ignore[union-attr] # it is open


def test_sqlite_journal_switch(tmp_path: Path):
    with (
        closing(sqlite3.connect(tmp_path / "file.db", isolation_level=None)) as writer,
        closing(sqlite3.connect(tmp_path / "file.db", isolation_level=None, timeout=60)) as other,
    ):
        writer.execute("CREATE TABLE a_table (number)")
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("PRAGMA journal_mode = WAL")
        assert time.monotonic() - began < 30


def test_aiohttp_proxies(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "proxy.example:3128")
    proxy, _ = get_env_proxy_for_url(URL("http://issuer.example/"))
    assert proxy.host is None


def test_lxml_empty_document():
    with pytest.raises(etree.XMLSyntaxError):
        etree.HTMLParser(target=Target()).close()


def test_pydantic_wording():
    with pytest.raises(ValidationError, match="unable to parse string as an integer"):
        TypeAdapter(int).validate_python("x")


def test_joserfc_errors():
    # Its header has a number where a list belongs: "crit".
    with pytest.raises(TypeError) as error:
        jwt.decode(
            "eyJhbGciOiJFUzI1NiIsImNyaXQiOjV9.e30.AAAA", ECKey.generate_key("P-256"), algorithms=["ES256"]
        )
    assert not isinstance(error.value, JoseError)


def test_structlog_rich():
    imported = "import sys, structlog; print('rich' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", imported], capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"
