"""Password hashing with argon2id. Verifying takes as long for an unknown account as for a known one."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 46 MiB, one pass, one lane: the fastest of the settings that OWASP's "Password Storage" calls equally strong, so that
#: logins use little CPU time.
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

#: Verified against if there is no account; nobody knows the password of this hash.
_DUMMY_HASH: Final = _HASHER.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    """Hash `password` for storing."""
    return _HASHER.hash(password)


def verify_password(password: str, stored_hash: str | None) -> bool:
    """Return whether `password` matches `stored_hash`. None never matches, and takes as long to verify."""
    try:
        _HASHER.verify(stored_hash or _DUMMY_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None
