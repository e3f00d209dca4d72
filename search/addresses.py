"""Addresses of the internet: a machine's own ones, those that count as one client, and the forms of a network."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_MAPPED = "::ffff:"  # in front of an IPv4 address that came in on an IPv6 socket (RFC 4291, section 2.5.5.2)


def is_loopback(address: str) -> bool:
    """Whether this is an address by which a machine speaks to itself; False for what is no address."""
    found = _parsed(address)
    return bool(found and found.is_loopback)


def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the network of 64 bits that a household has in IPv6."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return found.exploded[:19]
    return str(found or address)  # no address: what a proxy calls unknown, or a socket of the machine itself


def both_forms(networks: Iterable[IPv4Network | IPv6Network]) -> Iterator[str]:
    """These networks, and those of IPv4 as an IPv6 socket sees them."""
    for network in networks:
        yield str(network)
        if isinstance(network, IPv4Network):
            yield f"{_MAPPED}{network.network_address}/{96 + network.prefixlen}"


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])  # what follows names a network card
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found
