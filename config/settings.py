"""The settings, read from the environment and from a `.env` file beside the launcher."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.auto_reply import DAILY_BYTES
from domain.urls import is_safe

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
Port = Annotated[int, Field(ge=1, le=65535)]
Processes = Annotated[int, Field(ge=1, le=64)]


def _in_iso_8601(given: object) -> object:
    """Refuse the other ways to write a duration that pydantic knows: `30days`, `1:00:00`."""
    if not isinstance(given, str):
        return given
    written = given.strip().upper()
    if not written.startswith("P") or ":" in written:
        raise PydanticCustomError("duration", "It takes an ISO 8601 duration")
    return written


Duration = Annotated[timedelta, BeforeValidator(_in_iso_8601)]

ROOT: Final = Path(__file__).resolve().parent.parent

#: The file of the store in the data folder, if no database is configured.
SQLITE_FILE: Final = "presently.db"


class Settings(BaseSettings):
    """Every setting, as the variable `PRESENTLY_<NAME>`; `.env.example` explains each in a sentence.

    Raises:
        pydantic.ValidationError: a variable has an invalid value.
    """

    model_config = SettingsConfigDict(
        env_prefix="PRESENTLY_",
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data: Annotated[Path, Field(examples=["./data"])] = ROOT / "data"
    database_url: SecretStr | None = None
    pooled_database_url: Annotated[
        SecretStr | None, Field(examples=["postgresql://name:password@host:6432/database"])
    ] = None
    broker_url: SecretStr | None = None

    host: Annotated[str, Field(pattern=r"^[\w.:-]+$", examples=["127.0.0.1"])] = "127.0.0.1"
    port: Port = 8000
    public_url: Annotated[
        str | None, Field(pattern=r"^https?://[^\s/]", examples=["https://presence.example.com"])
    ] = None
    api_processes: Processes = 1
    worker_processes: Processes = 2

    flower_port: Port = 5555
    flower_basic_auth: Annotated[SecretStr | None, Field(examples=["operator:a-long-password"])] = None

    signing_key: SecretStr | None = None
    issuer: Annotated[str | None, Field(examples=["https://login.example.com"])] = None
    audience: Annotated[str | None, Field(validate_default=True, examples=["presently"])] = None
    person_claim: str = "email"
    domain: Annotated[int, Field(ge=1)] = 1
    login_lifetime: Annotated[
        Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=365), examples=["P7D"])
    ] = timedelta(days=7)
    failed_logins_per_account: Annotated[int, Field(ge=1)] = 10
    failed_logins_per_address: Annotated[int, Field(ge=1)] = 50
    failed_login_window: Annotated[
        Duration, Field(ge=timedelta(seconds=1), le=timedelta(days=30), examples=["PT15M"])
    ] = timedelta(minutes=15)
    admin_web: Path | None = None

    requests_per_client: Annotated[int, Field(ge=1)] = 6000
    request_window: Annotated[
        Duration, Field(ge=timedelta(seconds=1), le=timedelta(days=1), examples=["PT1M"])
    ] = timedelta(minutes=1)

    largest_reply: Annotated[int, Field(ge=1)] = 1_000_000
    reply_bytes_per_day: Annotated[int, Field(ge=1)] = DAILY_BYTES

    plan_ahead: Annotated[
        Duration, Field(ge=timedelta(days=1), le=timedelta(days=36500), examples=["P731D"])
    ] = timedelta(days=731)
    event_retention: Annotated[
        Duration, Field(gt=timedelta(0), le=timedelta(days=36500), examples=["P365D"])
    ] = timedelta(days=365)
    log_level: Annotated[LogLevel, BeforeValidator(str.upper)] = "INFO"

    @field_validator("data")
    @classmethod
    def _can_be_a_folder(cls, data: Path) -> Path:
        # A folder that this user may not look into is reported when it is used.
        with suppress(OSError):
            if data.exists() and not data.is_dir():
                raise PydanticCustomError("file", "This is a file; it must be a folder")
        return data

    @field_validator("pooled_database_url")
    @classmethod
    def _is_of_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_postgresql(url.get_secret_value()):
            raise PydanticCustomError("url", "It takes the URL of a PostgreSQL database")
        return url

    @field_validator("flower_basic_auth")
    @classmethod
    def _are_names_with_passwords(cls, logins: SecretStr | None) -> SecretStr | None:
        for login in logins.get_secret_value().split(",") if logins else ():
            name, _, password = login.strip().partition(":")
            if not name or not password:
                raise PydanticCustomError(
                    "login", "It takes name:password, several with commas between, and no comma in a password"
                )
        return logins

    @field_validator("issuer")
    @classmethod
    def _is_fetched_safely(cls, issuer: str | None) -> str | None:
        if issuer is not None and not is_safe(issuer):
            raise PydanticCustomError("unsafe", "It takes an https:// URL, or http:// on this machine")
        return issuer

    @field_validator("audience")
    @classmethod
    def _is_there_with_an_issuer(cls, audience: str | None, others: ValidationInfo) -> str | None:
        if audience is None and others.data.get("issuer") is not None:
            raise PydanticCustomError(
                "missing", "It must be set with PRESENTLY_ISSUER, to what its tokens call this API"
            )
        return audience

    @property
    def store_variable(self) -> str:
        """Return the variable that says where the store is."""
        return "PRESENTLY_DATA" if self.database_url is None else "PRESENTLY_DATABASE_URL"

    @property
    def store_url(self) -> str:
        """Return the URL of the store: the configured one, else SQLite in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data.resolve() / SQLITE_FILE}"

    @property
    def pooled_store_url(self) -> str | None:
        """Return the URL of the store through a pooler, if the API uses one."""
        return None if self.pooled_database_url is None else self.pooled_database_url.get_secret_value()

    @property
    def signing_key_file(self) -> Path:
        """Return the file of the signing keys, which is used if no key is set."""
        return self.data / "signing-key.json"

    @property
    def admin_web_page(self) -> Path | None:
        """Return the first page of the web application to serve, if one is set.

        Raises:
            LookupError: the folder has no `index.html`.
        """
        if self.admin_web is None:
            return None
        page = self.admin_web / "index.html"
        if not page.is_file():
            message = (
                "PRESENTLY_ADMIN_WEB: there is no index.html in this folder; it takes that of a build of admin-web, "
                "for example PRESENTLY_ADMIN_WEB=/srv/admin-web/build."
            )
            raise LookupError(message)
        return page

    @property
    def broker_file(self) -> Path:
        """Return the file in which `./presently run` keeps the URL of the broker it starts."""
        return self.data / "broker-url"

    @property
    def redis_url(self) -> str:
        """Return the URL of the broker: the configured one, else that of the bundled broker.

        Raises:
            LookupError: there is neither, or the configured one is not a Redis URL.
        """
        if self.broker_url is not None:
            return _checked_broker(self.broker_url.get_secret_value())
        if self.broker_file.is_file():
            return self.broker_file.read_text().strip()
        message = "No broker: set PRESENTLY_BROKER_URL, or start the bundled one with ./presently run."
        raise LookupError(message)


def _is_postgresql(url: str) -> bool:
    with suppress(ValueError):  # the port is not a number
        parts = urlsplit(url)
        _ = parts.port
        return parts.scheme.split("+")[0] in {"postgresql", "postgres"}
    return False


def _checked_broker(url: str) -> str:
    if not url.startswith(("redis://", "rediss://")):
        # No part of it is quoted: it may be the password.
        message = "PRESENTLY_BROKER_URL is not a URL like redis://:password@host:6379/0."
        raise LookupError(message)
    return url
