"""Checks before anything starts, so that the operator's mistake is one line and not a log."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from sqlalchemy.exc import DBAPIError

from cli.mistakes import Mistake, of_the_system
from cli.store_copies import sqlite_file
from config.settings import Settings
from security import signing_keys
from store import migrate
from store.engine import KIND

_TIMEOUT_SECONDS: Final = 5
_ROOM_BYTES: Final = 1_000_000
#: SQLite's shared memory and a few lines of each log need as much.
_FULL_BYTES: Final = 65_536
#: Kombu 5.7 uses commands that were new in this version of Redis.
_OLDEST_BROKER: Final = (6, 2)


_DAMAGED: Final = "; the file is damaged: ./presently restore replaces it by a backup"
_READ_ONLY: Final = "; this user must be able to write to the file and to its folder"
#: By the kind of error of SQLite.
_ADVICE: Final = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
}


#: The answer of a Redis with a password to a client without one.
_NO_HELLO: Final = "HELLO must be called"
_WANTS_PASSWORD: Final = "it wants a password, as in redis://:password@host:6379/0."  # noqa: S105 (a sentence)


class BrokerUnreachable(Mistake):
    """The broker does not answer."""


@contextmanager
def store_mistakes(variable: str = "PRESENTLY_DATABASE_URL") -> Iterator[None]:
    """Turn errors of the store into a `Mistake`, which names the variable that says where the store is.

    Raises:
        Mistake: the URL is wrong, the database cannot be reached or refuses, is in use, or is newer than this version.
    """
    try:
        yield
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise Mistake(
            f"{variable}: the database cannot be used: {reason}{store_advice(error.orig)}"
        ) from None
    except (migrate.StoreIsInUse, migrate.StoreIsNewer) as error:
        raise Mistake(f"{variable}: {error}") from None
    except ValueError:
        # The reason could quote a part of the URL, such as the password.
        likely = "postgresql://name:password@host:5432/database or sqlite:////folder/file.db"
        raise Mistake(f"PRESENTLY_DATABASE_URL is not a URL like {likely}.") from None


def store_advice(cause: BaseException | None) -> str:
    """Return what to do about an error of a SQLite file, to follow its reason; nothing for other errors."""
    if not isinstance(cause, sqlite3.Error):
        return ""
    return _ADVICE.get(getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & KIND, "")


def require_store(settings: Settings) -> None:
    """Raise `Mistake` if the store is a SQLite file that is missing: opening it would make an empty one.

    Raises:
        BadStoreUrl: the URL is neither of a SQLite file nor of a PostgreSQL database.
    """
    file = sqlite_file(settings)
    try:
        is_there = file is None or file.is_file()
    except OSError as error:
        raise Mistake(f"{settings.store_variable}: {of_the_system(error)}") from None
    if not is_there:
        message = f"there is no {file}; ./presently run or migrate makes it, with the same settings."
        raise Mistake(f"{settings.store_variable}: {message}")


def require_admin_web(settings: Settings) -> None:
    """Raise `Mistake` if PRESENTLY_ADMIN_WEB is set to a folder without that application."""
    try:
        _ = settings.admin_web_page
    except LookupError as error:
        raise Mistake(str(error)) from None


def require_room(settings: Settings) -> None:
    """Raise `Mistake` unless the data folder has room for a megabyte: a full disk or quota stops every start."""
    probe = settings.data / "room"
    try:
        try:
            probe.write_bytes(bytes(_ROOM_BYTES))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise Mistake(
            f"PRESENTLY_DATA: {settings.data} has less than 1 MB free; make room ({error.strerror})."
        ) from None


def require_not_full(settings: Settings) -> None:
    """Raise `Mistake` if the disk of the data folder is full: what starts can write neither the store nor a log."""
    if shutil.disk_usage(settings.data).free < _FULL_BYTES:
        raise Mistake(
            f"PRESENTLY_DATA: the disk of {settings.data} is full; make room ({os.strerror(errno.ENOSPC)})."
        )


def require_signing_key(settings: Settings) -> None:
    """Raise `Mistake` unless there is a key to sign tokens with; if none is set, it is generated."""
    try:
        signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file)
    except signing_keys.BadSigningKey as error:
        raise Mistake(str(error)) from None


def require_broker(url: str) -> Mapping[str, Any]:
    """Return the broker's answer to `INFO`.

    Raises:
        Mistake: the URL is wrong, or the broker does not answer, refuses, or is too old.
    """
    try:
        with Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            info: Mapping[str, Any] = client.info()
    except (RedisConnectionError, RedisTimeoutError) as error:
        raise BrokerUnreachable(_broker_trouble(error)) from None
    except RedisError as error:
        raise Mistake(_broker_trouble(error)) from None
    except ValueError:
        # As above: no part of the URL is quoted.
        likely = "redis://:password@host:6379/0"
        raise Mistake(f"PRESENTLY_BROKER_URL is not a URL like {likely}.") from None
    version = str(info["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < _OLDEST_BROKER:
        message = (
            f"PRESENTLY_BROKER_URL: the broker is version {version}; it takes Redis 6.2 or newer, or Valkey."
        )
        raise Mistake(message)
    return info


def _broker_trouble(error: RedisError) -> str:
    reason = _WANTS_PASSWORD if _NO_HELLO in str(error) else " ".join(str(error).split())
    return f"PRESENTLY_BROKER_URL: the broker cannot be used: {reason}"
