"""Which addresses the guarded client may dial: the public internet, and what the operator allows by name.

The check sits in the factory of sockets, where the very address that is about to be connected is known. A check of
names or of the resolver's answer is passed by a literal address (FAILURES.md section 2), and by a name that changes its
answer between check and connection.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from socket import socket

from aiohttp.connector import AddrInfoType

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Networks that are not the public internet though ``is_global`` may say so (it differs between Python versions), from
#: IANA's registries of special-purpose addresses.
SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments
            "192.88.99.0/24",  # 6to4 relays
            "224.0.0.0/4",  # multicast
            "2001::/23",  # Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",  # documentation
        ),
    )
)
UNICAST = IPv6Network("2000::/3")  #: all global IPv6 unicast; NAT64, mapped, site-local and the rest lie outside
ANYWHERE = ("0.0.0.0/0", "::/0")  #: for whom the operator names, not a stranger


class Forbidden(OSError):  # noqa: N818 - the word says it
    """An address that may not be dialled; an OSError, so that the connector tries a host's next address."""


class Guard:
    """Makes sockets for public addresses and for those in the ``allowed`` networks, and for no others."""

    def __init__(self, allowed: Iterable[Network | str] = ()) -> None:
        self._allowed = tuple(ip_network(str(network)) for network in allowed)

    def socket_for(self, info: AddrInfoType) -> socket:
        """A socket for the address in ``info``; raises ``Forbidden``."""
        family, kind, protocol, _, address = info
        self.check(str(address[0]))
        return socket(family, kind, protocol)

    def check(self, host: str) -> None:
        """Raise ``Forbidden`` for an address, its zone perhaps behind it, that may not be dialled."""
        if not self.may_dial(ip_address(host.partition("%")[0])):
            raise Forbidden(f"{host} is not a public address; [fetch] allow_private can allow its network")

    def may_dial(self, address: Address) -> bool:
        """Whether an address is public or allowed."""
        if any(address in network for network in self._allowed):
            return True
        if isinstance(address, IPv6Address) and address not in UNICAST:
            return False
        return address.is_global and not any(address in network for network in SPECIAL)
