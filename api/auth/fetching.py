"""Fetches JSON from an outside issuer: over HTTPS, without redirects, with a limit of size and a timeout."""

import json
from datetime import timedelta
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from domain.urls import is_loopback, is_safe

_TIMEOUT: Final = timedelta(seconds=5)
_LARGEST_ANSWER: Final = 512 * 1024

_OIDC: Final = "/.well-known/openid-configuration"
_OAUTH: Final = "/.well-known/oauth-authorization-server"


class NotFetched(Exception):
    """The JSON could not be fetched; the message says why."""


def metadata_urls(issuer: str) -> tuple[str, ...]:
    """Return the metadata URLs of an issuer: after its path (OpenID Connect), and before it (RFC 8414 §3.1)."""
    bare = issuer.rstrip("/")
    parts = urlsplit(bare)
    return f"{bare}{_OIDC}", f"{parts.scheme}://{parts.netloc}{_OAUTH}{parts.path}"


def json_object(url: Any) -> dict[str, Any]:
    """Fetch the JSON object at `url`.

    Raises:
        NotFetched: the URL is not safe, no answer comes in time, or the answer is no JSON object or too large.
    """
    if not isinstance(url, str) or not is_safe(url):
        raise NotFetched(f"{url} is no https:// URL.")
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310 (the scheme was checked)
    try:
        with _opener(url).open(request, timeout=_TIMEOUT.total_seconds()) as answer:
            body = answer.read(_LARGEST_ANSWER + 1)
        found = json.loads(body)
    except HTTPError as error:
        error.close()
        raise NotFetched(f"{url}: {error}") from None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise NotFetched(f"{url}: {type(error).__name__}: {error}") from None
    if len(body) > _LARGEST_ANSWER or not isinstance(found, dict):
        raise NotFetched(f"{url} is no JSON object of at most {_LARGEST_ANSWER} bytes.")
    return found


class _NoRedirects(HTTPRedirectHandler):
    """Refuses redirects, since one could lead into the internal network."""

    def redirect_request(  # noqa: PLR0913, PLR0917 (the base class's)
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow no redirect."""


def _opener(url: str) -> OpenerDirector:
    if is_loopback(url):
        return build_opener(_NoRedirects, ProxyHandler({}))
    return build_opener(_NoRedirects)
