"""Fetches the public keys that an external issuer publishes."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from security.fetching import NotFetched, fetch_json_object

_OIDC: Final = "/.well-known/openid-configuration"
_OAUTH: Final = "/.well-known/oauth-authorization-server"

#: In bits. NIST SP 800-131A disallows shorter RSA keys.
_SHORTEST_RSA_KEY: Final = 2048


async def fetch_keys(issuer: str) -> dict[str | None, Key]:
    """Fetch the issuer's keys, by id.

    Raises:
        NotFetched: they cannot be fetched, or none is usable.
    """
    metadata = await _fetch_metadata(issuer)
    key_set = (await fetch_json_object(metadata.get("jwks_uri"))).get("keys")
    keys = {key.kid: key for key in _usable(key_set if isinstance(key_set, list) else [])}
    if not keys:
        raise NotFetched("None of the keys is usable.")
    return keys


async def _fetch_metadata(issuer: str) -> dict[str, Any]:
    """Fetch the metadata of the issuer (OpenID Connect Discovery §4, else RFC 8414 §3)."""
    first_failure: NotFetched | None = None
    for url in _metadata_urls(issuer):
        try:
            metadata = await fetch_json_object(url)
        except NotFetched as failure:
            first_failure = first_failure or failure
            continue
        if metadata.get("issuer") != issuer:
            raise NotFetched(f"{url} names another issuer; PRESENTLY_ISSUER must be exactly the name there.")
        return metadata
    raise first_failure or NotFetched("It publishes no metadata.")


def _metadata_urls(issuer: str) -> tuple[str, ...]:
    """Return the metadata URLs of an issuer: after its path (OpenID Connect), and before it (RFC 8414 §3.1)."""
    bare = issuer.rstrip("/")
    parts = urlsplit(bare)
    return f"{bare}{_OIDC}", f"{parts.scheme}://{parts.netloc}{_OAUTH}{parts.path}"


def _usable(key_set: list[Any]) -> Iterator[Key]:
    """Yield the keys that may sign tokens. A set may contain keys for other purposes (RFC 7517 §5)."""
    for parameters in key_set:
        try:
            key = JWKRegistry.import_key(parameters)
        except (JoseError, SecurityWarning, ValueError, TypeError, KeyError, AttributeError):
            continue
        if key.get("use", "sig") == "sig" and not key.is_private and _is_strong(key):
            key.ensure_kid()
            yield key


def _is_strong(key: Key) -> bool:
    match key:
        case RSAKey():
            return key.public_key.key_size >= _SHORTEST_RSA_KEY
        case ECKey() | OKPKey():
            return True
        case _:
            return False
