import hashlib
import hmac
from dataclasses import replace

import pytest

from florin.crypto.blind_index import BlindIndex, IndexKind
from florin.crypto.keyring import Keyring

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
NUMBER = "9123456789012345678"


def test_an_index_is_found_again_by_another_process() -> None:
    first = BlindIndex(KEYRING, IndexKind.CARD_NUMBER).of(NUMBER)
    assert BlindIndex(KEYRING, IndexKind.CARD_NUMBER).of(NUMBER) == first
    assert len(first) == 16


def test_an_index_is_found_again_after_a_rotation() -> None:
    rotated = replace(KEYRING, writing_key_id=2, roots=KEYRING.roots | {2: bytes(32)})
    expected = BlindIndex(KEYRING, IndexKind.CARD_NUMBER).of(NUMBER)
    assert BlindIndex(rotated, IndexKind.CARD_NUMBER).of(NUMBER) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (IndexKind.CARD_NUMBER, "2e14506a800f576001dec8e2242cdc3b"),
        (IndexKind.ECODE, "7ddbee4b70e99b35ecc65c0156a90468"),
        (IndexKind.PAYMENT_CODE, "9f5922b2602392a0f3fabfd0aa3e4143"),
        (IndexKind.MAIL, "f8e9e2be28da6d56a98fddc7c70c6b1a"),
        (IndexKind.MOBILE, "8306487c8c5dafd35ab854fbd2b0d655"),
    ],
)
def test_what_is_indexed_today_is_found_for_ever(kind: IndexKind, expected: str) -> None:
    assert BlindIndex(KEYRING, kind).of(NUMBER).hex() == expected


def test_other_texts_kinds_and_keys_give_other_indexes() -> None:
    other_keys = replace(KEYRING, roots={1: bytes(32)})
    indexes = {
        BlindIndex(keyring, kind).of(text)
        for keyring in (KEYRING, other_keys)
        for kind in IndexKind
        for text in (NUMBER, NUMBER[:-1] + "9")
    }
    assert len(indexes) == 2 * len(IndexKind) * 2


def test_an_index_is_no_plain_hash() -> None:
    index = BlindIndex(KEYRING, IndexKind.CARD_NUMBER).of(NUMBER)
    assert index != hashlib.sha256(NUMBER.encode()).digest()[:16]
    assert index != hmac.digest(b"", NUMBER.encode(), "sha256")[:16]
