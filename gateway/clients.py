"""From where a request comes, as far as it can be believed."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection

NOWHERE: Final = "0.0.0.0"
IPV6_PREFIX: Final = 64  # what one household is given; a single address is nothing to whoever has 2**64

Ip = IPv4Address | IPv6Address


def client_ip(connection: HTTPConnection, trusted_proxies: int) -> str:
    """The peer, or with `trusted_proxies` of ours in front what the outermost of them saw.

    Each proxy appends whom it saw to X-Forwarded-For. What stands further left was sent by the client, and is its word
    alone: it is never used.
    """
    peer = _parsed(connection.client.host) if connection.client else None
    if trusted_proxies:
        words = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
        seen = _parsed(words[-min(trusted_proxies, len(words))].strip())
        peer = seen or peer
    return str(peer) if peer else NOWHERE


def network(ip: str) -> str:
    """What limits are counted for: an IPv4 address, or the /64 that an IPv6 address lies in."""
    address = ip_address(ip)
    if isinstance(address, IPv4Address):
        return ip
    return str(ip_network((address, IPV6_PREFIX), strict=False))


def is_loopback(ip: str) -> bool:
    return ip_address(ip).is_loopback


def _parsed(text: str) -> Ip | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
