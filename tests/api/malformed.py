"""Malformed tokens, whose header is not a valid header."""

from base64 import urlsafe_b64encode
from typing import Final

_HEADERS: Final = (
    b'{"alg":"ES256","crit":1}',
    b'{"alg":"ES256","crit":[[]]}',
    b'{"alg":["ES256"]}',
    b'{"alg":"ES256","kid":{}}',
    b'["alg"]',
    b"1",
    b"[" * 5000,
)

MALFORMED: Final = tuple(f"{urlsafe_b64encode(header).decode().rstrip('=')}.e30.x" for header in _HEADERS)
