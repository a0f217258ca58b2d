"""What is asked of store and broker before anything starts, so that a mistake is one line and not a log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import DBAPIError

from cli.mistakes import Mistake
from config import signing_key
from config.settings import Settings
from store import migrate

_TIMEOUT_SECONDS: Final = 5
_ROOM_BYTES: Final = 1_000_000
#: Kombu 5.7 uses commands that came with it.
_OLDEST_BROKER: Final = (6, 2)


#: What a Redis with a password says to a client without one.
_NO_HELLO: Final = "HELLO must be called"
_WANTS_PASSWORD: Final = "it wants a password, as in redis://:password@host:6379/0."  # noqa: S105 (a sentence)


@contextmanager
def store_mistakes() -> Iterator[None]:
    """Put into words why the store cannot be used.

    Raises:
        Mistake: the URL is wrong, or nobody answers there, or not to us.
    """
    try:
        yield
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise Mistake(f"PRESENTLY_DATABASE_URL: the database cannot be used: {reason}") from None
    except migrate.StoreIsNewer as error:
        raise Mistake(f"PRESENTLY_DATABASE_URL: {error}") from None
    except ValueError:
        # The reason could quote a part of the URL, and that may be the password.
        likely = "postgresql://name:password@host:5432/database or sqlite:////folder/file.db"
        raise Mistake(f"PRESENTLY_DATABASE_URL is no URL like {likely}.") from None


def require_admin_web(settings: Settings) -> None:
    """Do nothing if the web application that is to be served is there, or none is.

    Raises:
        Mistake: it is not.
    """
    try:
        _ = settings.admin_web_page
    except LookupError as error:
        raise Mistake(str(error)) from None


def require_room(settings: Settings) -> None:
    """Do nothing if the data folder takes a megabyte, without which nothing could begin to work.

    Raises:
        Mistake: it does not, for the disk is full or a quota reached.
    """
    probe = settings.data / "room"
    try:
        try:
            probe.write_bytes(bytes(_ROOM_BYTES))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise Mistake(
            f"PRESENTLY_DATA: {settings.data} takes no megabyte more ({error.strerror}); make room."
        ) from None


def require_signing_key(settings: Settings) -> None:
    """Do nothing if there is a key to sign tokens with; the first start makes one.

    Raises:
        Mistake: the one that is set cannot sign.
    """
    try:
        signing_key.load(settings)
    except signing_key.BadSigningKey as error:
        raise Mistake(str(error)) from None


def require_broker(url: str) -> Mapping[str, Any]:
    """Return what the broker at `url` says of itself (the answer of `INFO`) if it is new enough.

    Raises:
        Mistake: it does not, or the URL is wrong.
    """
    try:
        with Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            said: Mapping[str, Any] = client.info()
    except RedisError as error:
        reason = _WANTS_PASSWORD if _NO_HELLO in str(error) else " ".join(str(error).split())
        raise Mistake(f"PRESENTLY_BROKER_URL: the broker cannot be used: {reason}") from None
    except ValueError:
        # As above: no part of the URL is quoted.
        likely = "redis://:password@host:6379/0"
        raise Mistake(f"PRESENTLY_BROKER_URL is no URL like {likely}.") from None
    version = str(said["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < _OLDEST_BROKER:
        message = (
            f"PRESENTLY_BROKER_URL: the broker is version {version}; it takes Redis 6.2 or newer, or Valkey."
        )
        raise Mistake(message)
    return said
