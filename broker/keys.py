"""The keys of counters: who is counted, without names."""

import hashlib
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

#: A household or office has at least an IPv6 /64 (RFC 6177), and can send from every address in it.
_IPV6_PREFIX: Final = 64


def hashed_key(name: str) -> str:
    """Return a hash of a name for use in a key, so that the broker's keys show no names or addresses."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def network_of(address: str) -> str:
    """Return the network that an address is counted in: an IPv4 address itself, the /64 of an IPv6 address.

    Anything else, such as the name of a socket, is returned unchanged.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    match parsed:
        case IPv4Address():
            return str(parsed)
        case IPv6Address(ipv4_mapped=None):
            return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        case _:
            return str(parsed.ipv4_mapped)
