"""Fetches JSON over HTTPS: without redirects or cookies, with a limit of size and a timeout."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar

from domain.urls import is_loopback, is_safe

#: For the whole exchange, from finding the address to the last byte.
_TIMEOUT: Final = timedelta(seconds=5)
_MAX_BYTES: Final = 512 * 1024

#: An uncompressed response, so that its size is limited before it is unpacked.
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


class NotFetched(Exception):
    """The JSON could not be fetched; the message says why."""


async def fetch_json_object(url: Any, timeout: timedelta = _TIMEOUT) -> dict[str, Any]:  # noqa: ASYNC109 (aiohttp has it)
    """Fetch the JSON object at `url`.

    Raises:
        NotFetched: the URL is not safe, no response comes in time, or it is no JSON object or too large.
    """
    if not isinstance(url, str) or not is_safe(url):
        raise NotFetched(f"{url} is no https:// URL.")
    try:
        found = json.loads(await _fetch(url, timeout))
    except (ClientError, OSError, ValueError, RecursionError) as error:
        raise NotFetched(f"{url}: {type(error).__name__}: {error}") from None
    if not isinstance(found, dict):
        raise NotFetched(f"{url} is no JSON object.")
    return found


async def _fetch(url: str, timeout: timedelta) -> bytes:  # noqa: ASYNC109 (aiohttp has it)
    """Fetch the body of a successful response. A redirect is none: it could lead into the internal network."""
    async with (
        ClientSession(
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=timeout.total_seconds()),
            auto_decompress=False,
        ) as session,
        session.get(url, headers=_HEADERS, proxy=_proxy(url), allow_redirects=False) as response,
    ):
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise NotFetched(f"{url}: HTTP {response.status} {response.reason}")
        return await _read(response)


async def _read(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise NotFetched(f"{response.url} is larger than {_MAX_BYTES} bytes.")
    return bytes(body)


# docs/workarounds.md#aiohttp-proxies
def _proxy(url: str) -> str | None:
    """Return the proxy for `url` from the environment, if any.

    aiohttp's own `trust_env` would also send the passwords of `.netrc`, and refuse a proxy given without a scheme.
    """
    parts = urlsplit(url)
    if is_loopback(url) or proxy_bypass(parts.netloc):
        return None
    proxy = getproxies().get(parts.scheme)
    return f"http://{proxy.rpartition('://')[2]}" if proxy else None
