"""Passwords: hashed by argon2id, and compared at the same cost whether or not there is one to compare with."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 46 MiB, one pass, one lane: of the settings that OWASP's "Password Storage" calls equally strong, the one that takes
#: the least time, so that logging in is no way to keep a machine busy.
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

#: What a password is compared with where there is no account: nobody knows the password of this hash.
_NOBODYS: Final = _HASHER.hash(secrets.token_hex())


def hashed(password: str) -> str:
    """Return what is kept of `password`."""
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Return whether `password` is the one that `kept` was made of; `None` fits nothing, and takes as long."""
    try:
        _HASHER.verify(kept or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
