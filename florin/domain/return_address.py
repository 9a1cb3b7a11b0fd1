"""Where a payer is sent back to from a provider's pay page: only to pages that the programme has listed, word for word.

A list of beginnings or of hosts would let whoever makes a link send members on to a page of their own, with a programme
and a provider for witnesses.
"""

import re
from typing import Final

from florin.domain.invalid_field import InvalidField

LONGEST_ADDRESS: Final = 500
MOST_ADDRESSES: Final = 20
# Scheme, host, port and path by RFC 3986, section 3, less what a page need not have: a user, an escaped host, an "@".
_PAGE: Final = re.compile(
    r"(?:https://[A-Za-z0-9][A-Za-z0-9.-]*|http://(?:localhost|127\.0\.0\.1))"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?:/[A-Za-z0-9._~!$&'()*+,;=:%/-]*)?"
)
_LAST_PORT: Final = 65_535


def require_return_urls(urls: tuple[str, ...]) -> None:
    """Refuse (`InvalidField`) a list that is too long, or has what is no page of the web, or one twice.

    Pages are reached by ``https``, or by ``http`` on one's own machine, and name no user and no place within them.
    """
    if len(urls) > MOST_ADDRESSES or len(set(urls)) != len(urls):
        raise InvalidField("return_urls", f"at most {MOST_ADDRESSES} addresses, each once")
    if not all(_is_page(each) for each in urls):
        raise InvalidField("return_urls", "https addresses of pages, without a user, a query or a fragment")


def _is_page(url: str) -> bool:
    found = _PAGE.fullmatch(url)
    return found is not None and len(url) <= LONGEST_ADDRESS and int(found["port"] or 0) <= _LAST_PORT
