"""Password hashing with argon2id. Checking takes as long for an unknown account as for a known one."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 46 MiB, one pass, one lane: the fastest of the settings that OWASP's "Password Storage" calls equally strong, so that
#: logins use little CPU time.
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

#: Compared with the password when there is no account; nobody knows the password of this hash.
_NOBODYS: Final = _HASHER.hash(secrets.token_hex())


def hashed(password: str) -> str:
    """Hash `password` for storing."""
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Return whether `password` matches the hash `kept`; `None` never matches, and takes as long to check."""
    try:
        _HASHER.verify(kept or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
