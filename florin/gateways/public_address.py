"""Which addresses a server may be asked to call: none that is inside, wherever a name leads.

Whoever may register an address could otherwise have us call what only we can reach: the database, the cloud's metadata,
a printer. The name is resolved here, every address it has is looked at, and the one that was looked at is called.
"""

import asyncio
import ipaddress
import socket
from typing import Final

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# They carry an IPv4 address, which a gateway on the way would unpack: NAT64, 6to4 and Teredo.
_CARRIERS: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class ForbiddenAddressError(Exception):
    """The name leads to an address that is not public; where to is not said, because it may be a secret."""


class UnknownHostError(Exception):
    """The name leads nowhere."""


def is_public(address: _Address) -> bool:
    """Whether an address is of the open internet and of one machine."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in each for each in _CARRIERS):
            return False
    return address.is_global and not address.is_multicast


def is_allowed(address: _Address, *, loopback: bool) -> bool:
    """Whether an address may be called; ``loopback`` allows this machine too, for development."""
    return is_public(address) or (loopback and address.is_loopback)


async def resolve(host: str, port: int, *, loopback: bool) -> str:
    """An address of the host that may be called.

    Raises:
        ForbiddenAddressError: one of its addresses may not; then none is called, or an answer with one of each kind
            would be a matter of luck.
        UnknownHostError: it has none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(host) from error
    addresses = [str(place[0]) for *_, place in found]
    if not all(is_allowed(ipaddress.ip_address(each), loopback=loopback) for each in addresses):
        raise ForbiddenAddressError(host)
    return addresses[0]
