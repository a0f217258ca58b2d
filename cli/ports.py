"""Ports of this machine: finds free ones, and builds the URLs to reach them."""

import errno
import socket
from contextlib import ExitStack, suppress

from cli.mistakes import Mistake
from config.settings import Settings

LOOPBACK = "127.0.0.1"


def url(host: str, port: int) -> str:
    """Build the URL at which programs on this machine reach a server on `host` and `port`."""
    reachable = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 — compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def require_free(settings: Settings) -> None:
    """Raise `Mistake`, which names the setting, unless the ports that `run` needs can be opened."""
    with ExitStack() as listening:
        # Open at the same time, so that two settings with the same port collide here and not later.
        for host, port, variable in (
            (settings.host, settings.port, "PRESENTLY_PORT"),
            (LOOPBACK, settings.flower_port, "PRESENTLY_FLOWER_PORT"),
        ):
            listening.enter_context(_listen(host, port, variable))


def is_free(port: int) -> bool:
    """Return whether `port` is free on loopback."""
    with suppress(OSError), _listener(LOOPBACK, port):
        return True
    return False


def any_free() -> int:
    """Find a port that is free on loopback now."""
    with _listener(LOOPBACK, 0) as listener:
        port: int = listener.getsockname()[1]
        return port


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _listen(host: str, port: int, variable: str) -> socket.socket:
    try:
        return _listener(host, port)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                reason = f"Port {port} is taken on {host}: set {variable} to a free one."
            case errno.EACCES:
                reason = f"Port {port} may not be opened by this user: set {variable} to one above 1023."
            case _:
                reason = f"PRESENTLY_HOST: {host} is not an address of this machine."
        raise Mistake(reason) from None
