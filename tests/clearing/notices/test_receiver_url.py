import pytest

from florin.clearing.notices.receiver_url import require_webhook_url
from florin.domain.invalid_field import InvalidField


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example:8443/x?y=z", "https://[2001:db8::1]/"])
def test_a_receiver_has_an_https_address(url: str) -> None:
    assert url == require_webhook_url(url, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "http://a.example/", "ftp://a.example/", "https://", "https:///x", "https://u:p@a.example/",
        "https://u@a.example/", "https://a.example/#x", "https://a.example:99999/", "https://a.example/ x",
        "https://a.example/\n", "https://ä.example/", "https://a.example/" + "x" * 2000, "https://[::1", "file:///etc",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidField):
        require_webhook_url(url, loopback=False)


def test_in_development_plain_text_is_taken_too() -> None:
    assert "http://localhost:1/" == require_webhook_url("http://localhost:1/", loopback=True)
