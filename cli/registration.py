"""The keys of new OAuth clients, and the credentials that their holders get."""

import warnings
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import RSAKey

from cli.mistakes import Mistake
from services.clients import NewClient

#: NIST SP 800-131A disallows shorter RSA keys.
_KEY_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its public key, as PEM."""

    private: str = field(repr=False)
    public: str


def new_key_pair() -> KeyPair:
    """Generate a key pair for a service account."""
    key = RSAKey.generate_key(_KEY_BITS)
    return KeyPair(private=key.as_pem(private=True).decode(), public=key.as_pem(private=False).decode())


def checked_public_key(text: str) -> str:
    """Return the RSA public key in `text` as PEM.

    Raises:
        Mistake: it is not an RSA key, too short, or a private key, which only its holder should have.
    """
    try:
        with warnings.catch_warnings(
            action="ignore", category=SecurityWarning
        ):  # a short key is refused below
            key = RSAKey.import_key(text)
    except (JoseError, ValueError, TypeError):
        raise Mistake("--public-key: the file holds no RSA public key as PEM (BEGIN PUBLIC KEY).") from None
    if key.is_private:
        raise Mistake(
            "--public-key: the file holds the private key, which only the client needs. Take the public half: "
            "openssl rsa -in <file> -pubout"
        )
    if key.public_key.key_size < _KEY_BITS:
        raise Mistake(
            f"--public-key: the key has {key.public_key.key_size} bits; it must have {_KEY_BITS} or more."
        )
    return key.as_pem(private=False).decode()


def as_json(new: NewClient, private_key_file: str | None) -> dict[str, Any]:
    """Return the credentials that the holder of a new client gets."""
    return {
        "id": new.client.id,
        "secret": new.secret,
        "serviceAccount": new.client.service_account,
        "privateKeyFile": private_key_file,
    }
