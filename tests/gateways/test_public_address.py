import ipaddress
from typing import Any

import pytest

from florin.gateways.public_address import ForbiddenAddressError, UnknownHostError, is_allowed, is_public, resolve


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 (an address to refuse)
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # RFC 6598, carriers' own
        ("169.254.169.254", False),  # where clouds tell their machines secrets
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2001:0:a00:1::", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address: str, *, expected: bool) -> None:
    assert expected is is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(("address", "expected"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False)])
def test_in_development_this_machine_is_allowed_and_the_network_is_not(address: str, *, expected: bool) -> None:
    assert expected is is_allowed(ipaddress.ip_address(address), loopback=True)


async def test_a_name_with_one_private_address_is_not_called_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr("socket.getaddrinfo", lookup)
    with pytest.raises(ForbiddenAddressError):
        await resolve("two-faced.example", 443, loopback=True)


async def test_a_name_that_leads_nowhere_says_so() -> None:
    with pytest.raises(UnknownHostError):
        await resolve("nowhere.invalid", 443, loopback=False)
