"""What the drivers of the databases, and smaller libraries, do by themselves."""

import inspect

import psycopg
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from lxml import etree
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import create_engine


class Target:
    def close(self) -> str:
        return ""


def test_psycopg_wait():
    assert inspect.signature(psycopg.Connection.wait).parameters["timeout"].default is None


def test_sqlite_begin():
    with create_engine("sqlite://").connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT 1")
        assert not connection.connection.driver_connection.in_transaction  # type: ignore[union-attr] # it is open


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
