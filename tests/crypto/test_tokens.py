import hashlib
import itertools
import zlib

import pytest

from florin.crypto.tokens import API_KEY, LOGIN, SESSION, TokenForm

KEY = "fl_key_" + "0123456789abcdef" * 4 + "6f06b307"


@pytest.mark.parametrize(("form", "prefix"), [(API_KEY, "fl_key_"), (SESSION, "fl_ses_"), (LOGIN, "fl_lgn_")])
def test_a_token_is_found_by_its_digest(form: TokenForm, prefix: str) -> None:
    token, digest = form.new()
    assert token.startswith(prefix)
    assert len(token) == 7 + 64 + 8
    assert form.digest(token) == digest
    assert digest == hashlib.sha256(token.encode()).digest()


def test_tokens_do_not_repeat() -> None:
    assert len({API_KEY.new()[0] for _ in range(1000)}) == 1000


def test_a_token_that_was_handed_out_stays_good_for_ever() -> None:
    assert API_KEY.digest(KEY) == hashlib.sha256(KEY.encode()).digest()


def test_a_token_is_good_for_one_purpose() -> None:
    assert SESSION.digest(KEY) is None
    assert SESSION.digest(KEY.replace("key", "ses")) is None
    assert LOGIN.digest(SESSION.new()[0]) is None


def test_one_mistyped_character_is_noticed() -> None:
    for place in range(len(KEY)):
        for character in "0123456789abcdefg_A":
            mistyped = KEY[:place] + character + KEY[place + 1 :]
            assert (API_KEY.digest(mistyped) is None) == (mistyped != KEY)


def test_two_exchanged_characters_are_noticed() -> None:
    for left, right in itertools.combinations(range(len(KEY)), 2):
        characters = list(KEY)
        characters[left], characters[right] = characters[right], characters[left]
        exchanged = "".join(characters)
        assert (API_KEY.digest(exchanged) is None) == (exchanged != KEY)


@pytest.mark.parametrize(
    "presented",
    ["", "fl_key_", KEY[:-1], KEY + "0", KEY + "\n", " " + KEY, KEY.upper(), KEY[:-1] + "\uff10", KEY[:-1] + "\ud800"],
)
def test_what_is_no_token_has_no_digest(presented: str) -> None:
    assert API_KEY.digest(presented) is None


@pytest.mark.parametrize("secret", ["00" * 31, "00" * 33])
def test_a_right_checksum_does_not_make_a_token_of_another_length(secret: str) -> None:
    body = "fl_key_" + secret
    assert API_KEY.digest(f"{body}{zlib.crc32(body.encode()):08x}") is None
