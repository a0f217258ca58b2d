"""The key that tokens are signed with: from the environment, or made on the first start and kept in the data folder."""

import json
import os
import secrets
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from config.settings import Settings


class BadSigningKey(ValueError):
    """PRESENTLY_SIGNING_KEY is not a private P-256 key as a JSON Web Key (RFC 7517)."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def load(settings: Settings) -> ECKey:
    """Return the signing key, a new one if there is none yet.

    Raises:
        BadSigningKey: the one that is set cannot sign.
    """
    if settings.signing_key is not None:
        return _parse(settings.signing_key.get_secret_value())
    file = settings.data / "signing-key.json"
    if not file.exists():
        _make(file)
    return _parse(file.read_text())


def _make(file: Path) -> None:
    """Write a new key where only its owner can read it; of several processes that do so at once, the first one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
    draft = file.with_suffix(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(key.as_dict(private=True)))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _parse(text: str) -> ECKey:
    try:
        key = ECKey.import_key(json.loads(text))
    except (ValueError, TypeError, KeyError, JoseError):
        raise BadSigningKey from None
    if not key.is_private or key.curve_name != "P-256":
        raise BadSigningKey
    key.ensure_kid()
    return key
