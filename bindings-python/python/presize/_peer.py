"""The client of a request without a user: the address of its connection."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address


def peer_name(address: str | None) -> str:
    """The name of a client for the queue. An IPv6 subscriber has at least a /64, 2^64 addresses (RFC 6177), which count as one.

    >>> peer_name("2001:db8::1") == peer_name("2001:db8::2")
    True
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return f"peer {address or ''}"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"peer {IPv6Network((int(parsed), 64), strict=False)}"
    return f"peer {parsed}"
