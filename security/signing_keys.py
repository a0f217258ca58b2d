"""The signing keys of our tokens: from the environment, or from a file that is made at the first start.

One key is a JSON Web Key (RFC 7517), several are a JWK set. The first one signs; tokens of the others stay valid until
they expire.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import SecretStr

_log: Final = structlog.get_logger("presently.keys")


class BadSigningKey(ValueError):
    """A configured key cannot sign. The message names its source, and quotes nothing of it."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"{source} is neither a private P-256 JSON Web Key (RFC 7517) nor a JWK set of such keys."
        )


class KeyRing(Protocol):
    """The keys that are valid now."""

    def current(self) -> tuple[ECKey, ...]:
        """Return the keys; the first one signs."""


@dataclass(frozen=True, slots=True)
class StaticKeyRing:
    """Keys from the environment, which never change."""

    keys: tuple[ECKey, ...]

    def current(self) -> tuple[ECKey, ...]:
        """Return the keys; the first one signs."""
        return self.keys


class FileKeyRing:
    """The keys in a file, which is read again when it changes, so that a new key needs no restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._state, self._keys = _state(file), parse(file.read_bytes(), str(file))

    def current(self) -> tuple[ECKey, ...]:
        """Return the keys; the first one signs."""
        with suppress(OSError):
            if (state := _state(self._file)) != self._state:
                self._read_again(state)
        return self._keys

    def _read_again(self, state: tuple[int, int]) -> None:
        try:
            self._keys = parse(self._file.read_bytes(), str(self._file))
        except BadSigningKey:
            _log.error("The file of the signing keys cannot be used; the keys stay what they were.")
        else:
            _log.info("The signing keys were read again.", keys=len(self._keys))
        self._state = state


def open_key_ring(configured: SecretStr | None, file: Path) -> KeyRing:
    """Open the configured keys, else those in `file`, which is made with a new key if it does not exist.

    Raises:
        BadSigningKey: a key cannot sign.
    """
    if configured is not None:
        return StaticKeyRing(parse(configured.get_secret_value()))
    if not file.exists():
        _make(file)
    return FileKeyRing(file)


def generate() -> ECKey:
    """Generate a new key."""
    return ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)


def parse(text: str | bytes, source: str = "PRESENTLY_SIGNING_KEY") -> tuple[ECKey, ...]:
    """Parse the keys in `text`, which comes from `source`.

    Raises:
        BadSigningKey: a key cannot sign, or there is none.
    """
    try:
        written = json.loads(text)
        keys = tuple(map(_key, written.get("keys", [written])))
    except (ValueError, TypeError, KeyError, AttributeError, JoseError):
        raise BadSigningKey(source) from None
    if not keys:
        raise BadSigningKey(source)
    return keys


def dump(keys: tuple[ECKey, ...]) -> str:
    """Write keys as a private JWK set."""
    return json.dumps({"keys": [key.as_dict(private=True) for key in keys]})


def _key(written: dict[str, Any]) -> ECKey:
    key = ECKey.import_key(written)
    if not key.is_private or key.curve_name != "P-256":
        raise ValueError("not a private P-256 key")
    key.ensure_kid()
    return key


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_ino, found.st_mtime_ns


def _make(file: Path) -> None:
    """Write a new key to a file that only its owner can read. Of several processes at once, the first one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(json.dumps(generate().as_dict(private=True)))
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
