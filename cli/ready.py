"""Asks the processes that `run` started whether they are ready."""

import http.client
from typing import Final

from cli import ports
from config.settings import Settings

_TIMEOUT_SECONDS: Final = 5
_LONGEST_ANSWER: Final = 500


def what_is_missing(settings: Settings) -> str | None:
    """Describe the first part that is not ready yet; return `None` if everything is ready."""
    return _what_is_wrong("The API", settings.host, settings.port, "/readyz") or _what_is_wrong(
        "Flower", ports.LOOPBACK, settings.flower_port, "/healthcheck"
    )


def _what_is_wrong(who: str, host: str, port: int, path: str) -> str | None:
    url = ports.url(host, port)
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read(_LONGEST_ANSWER).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return f"{who} does not answer at {url}."
    finally:
        connection.close()
    return None if response.status == http.HTTPStatus.OK else f"{who} is not ready: {body}"
