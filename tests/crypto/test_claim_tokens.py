import re
from dataclasses import replace

import pytest

from florin.crypto.claim_tokens import ClaimTokens, is_claim_token
from florin.crypto.keyring import Keyring, UnknownKey

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
ROTATED = replace(KEYRING, writing_key_id=2, roots=KEYRING.roots | {2: bytes(32)})
TOKENS = ClaimTokens(KEYRING)
CARD, OTHER = bytes(range(16)), bytes(16)
TOKEN = "fl_clm_2c82e1723e496c1a71afb48ff9891dc44b2349f8"


def test_a_link_that_was_sent_stays_right_for_ever() -> None:
    assert TOKENS.derive(1, CARD, 1) == TOKEN
    assert ClaimTokens(ROTATED).derive(1, CARD, 1) == TOKEN


def test_every_card_every_sending_and_every_key_has_a_token_of_its_own() -> None:
    rotated = ClaimTokens(ROTATED)
    tokens = {rotated.derive(key, card, sending) for key in (1, 2) for card in (CARD, OTHER) for sending in (1, 2, 256)}
    assert len(tokens) == 2 * 2 * 3


def test_a_token_holds_128_bits_and_is_told_by_its_prefix() -> None:
    assert re.fullmatch(r"fl_clm_[0-9a-f]{32}[0-9a-f]{8}", TOKEN)
    assert is_claim_token(TOKEN)


@pytest.mark.parametrize(
    "presented",
    [
        "",
        TOKEN[:-1],
        TOKEN + "0",
        TOKEN.upper(),
        TOKEN.replace("clm", "key"),
        TOKEN[:7] + "0" + TOKEN[8:],
        TOKEN[:-1] + "0",
        "fl_clm_" + "é" * 40,
        TOKEN + "\n",
    ],
)
def test_what_is_no_token_is_known_without_looking_it_up(presented: str) -> None:
    assert not is_claim_token(presented)


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UnknownKey):
        TOKENS.derive(2, CARD, 1)
