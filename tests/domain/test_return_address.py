"""Which pages a programme may list for members to come back to."""

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.return_address import MOST_ADDRESSES, require_return_urls


@pytest.mark.parametrize(
    "url", ["https://shop.example/paid", "https://shop.example:8443", "http://localhost:3000/paid"]
)
def test_pages_of_the_web_are_listed(url: str) -> None:
    require_return_urls((url,))


@pytest.mark.parametrize(
    "url",
    [
        "", "shop.example/paid", "http://shop.example/paid", "javascript:alert(1)", "https://", "https:///paid",
        "https://shop@evil.example/", "https://shop.example/paid?next=1", "https://shop.example/#paid",
        "https://shop.example\\@evil.example/", "https://shop.example/ paid", "https://shop.example:99999/",
        "https://shop.example/" + "a" * 500, "http://localhost.evil.example/",
    ],
)  # fmt: skip
def test_what_is_no_page_of_ones_own_is_refused(url: str) -> None:
    with pytest.raises(InvalidField):
        require_return_urls((url,))


def test_a_list_is_short_and_has_each_page_once() -> None:
    pages = tuple(f"https://shop.example/{number}" for number in range(MOST_ADDRESSES + 1))
    require_return_urls(pages[1:])
    for wrong in (pages, ("https://shop.example/", "https://shop.example/")):
        with pytest.raises(InvalidField):
            require_return_urls(wrong)
