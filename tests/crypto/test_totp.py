import base64
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest

from florin.crypto.totp import accepted_step, new_secret, provisioning_uri

SECRET = base64.b32encode(b"12345678901234567890").decode()

# RFC 6238, appendix B, the SHA-1 rows; ours are the last six of its eight digits.
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("now_unix", "code"), RFC_6238)
def test_the_codes_of_rfc_6238_are_accepted_in_their_step(now_unix: int, code: str) -> None:
    assert accepted_step(SECRET, code[-6:], now_unix, None) == now_unix // 30


@pytest.mark.parametrize(
    ("now_unix", "accepted"),
    [
        (1111111109 // 30 * 30 - 31, False),
        (1111111109 // 30 * 30 - 30, True),
        (1111111109 // 30 * 30, True),
        (1111111109 // 30 * 30 + 59, True),
        (1111111109 // 30 * 30 + 60, False),
    ],
)
def test_a_code_is_accepted_one_step_early_or_late(now_unix: int, accepted: bool) -> None:  # noqa: FBT001
    step = accepted_step(SECRET, "081804", now_unix, None)
    assert step == (1111111109 // 30 if accepted else None)


def test_a_code_is_accepted_once() -> None:
    step = accepted_step(SECRET, "081804", 1111111109, None)
    assert step is not None
    assert accepted_step(SECRET, "081804", 1111111109, step) is None
    assert accepted_step(SECRET, "081804", 1111111109 + 30, step) is None
    assert accepted_step(SECRET, "050471", 1111111111, step) == step + 1


def test_a_code_from_before_the_last_one_is_refused() -> None:
    assert accepted_step(SECRET, "081804", 1111111111, 1111111111 // 30) is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "81804",
        "0818040",
        "081805",
        " 081804",
        "081804\n",
        "07081804",
        "\uff10\uff18\uff11\uff18\uff10\uff14",
        "08180\ud800",
    ],
)
def test_any_other_text_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, 1111111109, None) is None


@pytest.mark.parametrize("code", ["081804", "000000", "no code"])
def test_every_step_of_the_window_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def counted(left: bytes, right: bytes) -> bool:
        compared.append(right)
        return compare(left, right)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    accepted_step(SECRET, code, 1111111109, None)
    assert compared == [code.encode()] * 3


def test_a_new_secret_has_160_bits_and_does_not_repeat() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_an_authenticator_is_told_secret_issuer_and_account() -> None:
    address = urlsplit(provisioning_uri(SECRET, "mei@example.com", "Florin"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Florin:mei%40example.com")
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["Florin"]}
