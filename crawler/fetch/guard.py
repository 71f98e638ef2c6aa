"""Which addresses may be connected to. Pure: a look-up's answer goes in, a verdict comes out.

The networks are those of the IANA special-purpose registries (RFC 6890 and its updates), written
out because `ipaddress.is_global` differs between Python versions.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CLOSED_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, with the clouds' metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
#: everything public stands in here …
_UNICAST_6 = IPv6Network("2000::/3")
#: … but for these
_CLOSED_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address that a relay would unwrap
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_CANONICAL_4 = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")


@lru_cache(4096)
def parse_address(text: str) -> Address | None:
    """The address that `text` spells, without a zone; None when it spells none."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def embedded_ipv4(address: Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped (RFC 4291) or NAT64 (RFC 6052) one."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def is_public(address: Address) -> bool:
    """Whether anybody on the internet is meant to answer there."""
    inner = embedded_ipv4(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _UNICAST_6 and not any(address in network for network in _CLOSED_6)


def odd_spelling(host: str) -> bool:
    """Whether a host is a number in a form other than a plain dotted quad (decimal, octal,
    hexadecimal, short): parsers disagree on where those lead."""
    if ":" in host:
        return False
    last = host.rstrip(".").rpartition(".")[2]
    return bool(_NUMBER.fullmatch(last)) and not _CANONICAL_4.fullmatch(host)


def loopback_name(host: str) -> bool:
    """Whether a name means this machine (RFC 6761); it is never looked up."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


class Guard:
    """The verdict on an address: public ones need a contact, others need an open range."""

    def __init__(self, allow: Sequence[str] = (), contact: str = "") -> None:
        self._allow: tuple[Network, ...] = tuple(ip_network(text, strict=False) for text in allow)
        self.has_contact = bool(contact.strip())
        # The verdict on an address never changes, and every request asks for one.
        self._judged = lru_cache(4096)(self._judge)

    def opened(self, address: Address) -> bool:
        """Whether `network.allow` opens the address, as it is or as the one inside it."""
        inner = embedded_ipv4(address)
        return any(
            candidate in network
            for candidate in (address, inner)
            if candidate is not None
            for network in self._allow
            if candidate.version == network.version
        )

    def objection(self, text: str) -> str | None:
        """Why the address may not be connected to: `address`, `contact`, or None when it may."""
        return self._judged(text)

    def _judge(self, text: str) -> str | None:
        address = parse_address(text)
        if address is None:
            return "address"
        if self.opened(address):
            return None
        if not is_public(address):
            return "address"
        return None if self.has_contact else "contact"

    def objection_to_any_name(self) -> str | None:
        """`contact` when no name at all could lead to an open address, so that none need be
        looked up."""
        return None if self.has_contact or self._allow else "contact"
