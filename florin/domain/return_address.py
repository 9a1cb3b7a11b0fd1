"""Where a payer is sent back to from a provider's pay page: only to pages that the programme has listed, word for word.

A list of beginnings or of hosts would let whoever makes a link send members on to a page of their own, with a programme
and a provider for witnesses.
"""

from typing import Final
from urllib.parse import urlsplit

from florin.domain.invalid_field import InvalidField

LONGEST_ADDRESS: Final = 500
MOST_ADDRESSES: Final = 20
_OWN_MACHINE: Final = ("localhost", "127.0.0.1")


def require_return_urls(urls: tuple[str, ...]) -> None:
    """Refuse (`InvalidField`) a list that is too long, or has what is no page of the web, or one twice.

    Pages are reached by ``https``, or by ``http`` on one's own machine, and name no user and no place within them.
    """
    if len(urls) > MOST_ADDRESSES or len(set(urls)) != len(urls):
        raise InvalidField("return_urls", f"at most {MOST_ADDRESSES} addresses, each once")
    if not all(_is_page(each) for each in urls):
        raise InvalidField("return_urls", "https addresses of pages, without a user, a query or a fragment")


def _is_page(url: str) -> bool:
    if len(url) > LONGEST_ADDRESS or not all("!" <= character <= "~" for character in url) or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        is_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _OWN_MACHINE)
    return is_host and is_web and "@" not in parts.netloc and not set("?#") & set(url)
