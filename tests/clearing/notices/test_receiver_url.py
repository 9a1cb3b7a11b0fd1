import pytest

from florin.clearing.notices.receiver_url import require_public_receiver, require_webhook_url
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


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1:8443", "169.254.169.254", "100.64.0.1", "[::1]", "[fd00::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "2130706433", "0.0.0.0",  # noqa: S104 (nothing is bound to it)
    ],
)  # fmt: skip
async def test_an_address_inside_is_refused_however_it_is_spelled(host: str) -> None:
    with pytest.raises(InvalidField):
        await require_public_receiver(f"https://{host}/", loopback=False)


async def test_a_public_address_is_taken_and_so_is_a_name_that_leads_nowhere_yet() -> None:
    await require_public_receiver("https://93.184.215.14/", loopback=False)
    await require_public_receiver("https://receiver.invalid/", loopback=False)
    await require_public_receiver("http://127.0.0.1:8000/", loopback=True)
