"""The address of a webhook's receiver: looked at when it is registered, and where its name leads at each delivery."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from florin.domain.invalid_field import InvalidField
from florin.gateways.public_address import ForbiddenAddressError, UnknownHostError, resolve

_LONGEST_URL: Final = 2_000
_PATIENCE_S: Final = 5
_ANY_PORT: Final = 443


def require_webhook_url(url: str, *, loopback: bool) -> str:
    """The address of a receiver: ``https``, without a name or password in it; `InvalidField` for any other.

    With ``loopback`` plain ``http`` is taken too, which then leads to this machine only.
    """
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as error:
        raise InvalidField("url", "not the address of a receiver") from error
    schemes = ("https", "http") if loopback else ("https",)
    if parts.scheme not in schemes or not parts.hostname or not port_is_fine:
        raise InvalidField("url", f"an address that begins with {' or '.join(f'{each}://' for each in schemes)}")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidField("url", "without a name, a password or a fragment")
    if len(url) > _LONGEST_URL or not url.isascii() or any(sign <= " " for sign in url):
        raise InvalidField("url", f"at most {_LONGEST_URL} ASCII characters, none of them blank")
    return url


async def require_public_receiver(url: str, *, loopback: bool) -> None:
    """Refuse an address that no delivery would be made to: one inside, or a name that leads there; `InvalidField`.

    A name that leads nowhere yet is taken: where it leads is looked at again at every delivery.
    """
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await resolve(parts.hostname or "", parts.port or _ANY_PORT, loopback=loopback)
    except ForbiddenAddressError as error:
        raise InvalidField("url", "an address of the open internet") from error
    except (UnknownHostError, TimeoutError):
        return
