"""The search finds what it is for, or its silence would mean nothing."""

import base64
from urllib.parse import quote

import pytest

from tests.whole.secret_search import SecretSearch

NUMBER = "9123451234567890123"
PASSWORD = "Kanarien+Vogel & Käfig"
ECODE = "0123-4567-89AB-CDEF-GHJK"


@pytest.mark.parametrize("secret", [NUMBER, NUMBER[:8], PASSWORD, ECODE, "A" * 5 + "canary@example.org"])
@pytest.mark.parametrize("ahead", ["", "x", "xy", "\N{GRINNING FACE}"])
def test_a_secret_is_found_in_every_disguise(secret: str, ahead: str) -> None:
    search = SecretSearch({"it": secret})
    around = f"{ahead}<{secret}>".encode()
    for text in (
        f"said {secret}, sadly",
        f"said {secret[::-1]}",
        " ".join(secret.replace("-", "")),
        "-".join(secret.replace(" ", "")),
        around.hex(),
        quote(f"q={secret}"),
        base64.b64encode(around).decode(),
        base64.urlsafe_b64encode(f"{ahead}{secret}tail".encode()).decode().replace("-", "+").replace("_", "/"),
        secret.encode("ascii", "backslashreplace").decode(),
        secret.lower(),
    ):
        assert search.found_in(text), text


def test_what_is_no_secret_is_not_found() -> None:
    search = SecretSearch({"number": NUMBER, "PIN": NUMBER[:8], "password": PASSWORD})
    assert [] == search.found_in(f"a0{NUMBER[:8]}ff 1234512 {NUMBER[1:-1]} Kanarienvogel")
