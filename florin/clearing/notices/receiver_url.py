"""The address of a webhook's receiver, as far as it shows by itself; where its name leads is looked at later."""

from typing import Final
from urllib.parse import urlsplit

from florin.domain.invalid_field import InvalidField

_LONGEST_URL: Final = 2_000


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
