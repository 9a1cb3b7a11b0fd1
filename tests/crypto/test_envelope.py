from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from hypothesis import given
from hypothesis import strategies as st

from florin.crypto.envelope import DecryptionFailed, Envelope
from florin.crypto.keyring import Keyring, Purpose

OLD = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
ADDED = replace(OLD, roots=OLD.roots | {2: bytes(range(32, 64))})
PROMOTED = replace(ADDED, writing_key_id=2)
NUMBERS = Envelope(OLD, "card", "number_encrypted")
ROW = bytes(range(16))


@given(plaintext=st.binary(max_size=200), row_id=st.binary(max_size=40))
def test_what_was_sealed_for_a_row_opens_for_that_row(plaintext: bytes, row_id: bytes) -> None:
    assert NUMBERS.open(NUMBERS.seal(plaintext, row_id), row_id) == plaintext


@given(
    plaintext=st.binary(max_size=40),
    row_id=st.binary(min_size=1, max_size=20),
    other=st.binary(min_size=1, max_size=20),
)
def test_a_sealed_value_opens_for_no_other_row(plaintext: bytes, row_id: bytes, other: bytes) -> None:
    if row_id != other:
        with pytest.raises(DecryptionFailed):
            NUMBERS.open(NUMBERS.seal(plaintext, row_id), other)


@pytest.mark.parametrize(
    ("table", "column", "row_id"),
    [
        ("card", "other", ROW),
        ("member", "number_encrypted", ROW),
        ("card", "number_encrypte", b"d" + ROW),
        ("car", "dnumber_encrypted", ROW),
    ],
)
def test_a_sealed_value_opens_in_no_other_place(table: str, column: str, row_id: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        Envelope(OLD, table, column).open(NUMBERS.seal(b"number", ROW), row_id)


@pytest.mark.parametrize(("table", "column"), [("card.x", "y"), ("card", "x:y"), ("", "y"), ("card", "")])
def test_a_place_is_named_by_identifiers(table: str, column: str) -> None:
    with pytest.raises(ValueError, match="column"):
        Envelope(OLD, table, column)


def test_a_byte_altered_anywhere_is_refused() -> None:
    # The keyring has the key ids that an altered key id byte could turn into.
    many = replace(OLD, roots={key_id: bytes([key_id % 256]) * 32 for key_id in (1, 2, 3, 257)})
    envelope = Envelope(many, "card", "number_encrypted")
    sealed = envelope.seal(b"9123456789012345678", ROW)
    for position in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[position] ^= 1 << bit
            with pytest.raises(DecryptionFailed):
                envelope.open(bytes(altered), ROW)


def test_a_cut_or_lengthened_value_is_refused() -> None:
    sealed = NUMBERS.seal(b"9123456789012345678", ROW)
    for length in range(len(sealed)):
        with pytest.raises(DecryptionFailed):
            NUMBERS.open(sealed[:length], ROW)
    with pytest.raises(DecryptionFailed):
        NUMBERS.open(sealed + b"\0", ROW)


def test_the_same_plaintext_is_never_sealed_the_same_way() -> None:
    assert len({NUMBERS.seal(b"number", ROW) for _ in range(100)}) == 100


def test_a_sealed_value_is_31_bytes_longer_and_does_not_hold_the_plaintext() -> None:
    sealed = NUMBERS.seal(b"9123456789012345678", ROW)
    assert len(sealed) == 19 + 31
    assert b"912345" not in sealed


def test_the_form_of_a_sealed_value_stays_readable() -> None:
    sealed = bytes.fromhex(
        "0100016465666768696a6b6c6d6e6fc20cd9de3198d67c89645fefdc6559685cb5f82a4e97d6cbafbdfc727c1ff9460f3ba4"
    )
    assert NUMBERS.open(sealed, ROW) == b"9123456789012345678"


def test_a_value_of_another_version_is_refused_even_when_it_is_genuine() -> None:
    cipher, nonce = AESGCMSIV(OLD.derive(Purpose.ENCRYPTION, 1)), bytes(12)
    for version in (1, 2):
        header = bytes([version, 0, 1])
        sealed = header + nonce + cipher.encrypt(nonce, b"number", header + b"card.number_encrypted:" + ROW)
        if version == 1:
            assert NUMBERS.open(sealed, ROW) == b"number"
        else:
            with pytest.raises(DecryptionFailed):
                NUMBERS.open(sealed, ROW)


def test_rotation_never_leaves_a_value_that_a_process_cannot_open() -> None:
    old, added, promoted = (Envelope(keyring, "card", "number_encrypted") for keyring in (OLD, ADDED, PROMOTED))
    # While some processes still have the old file, nobody writes under the new key.
    assert old.open(added.seal(b"number", ROW), ROW) == b"number"
    # While some are not promoted yet, all can read what the promoted ones write.
    assert added.open(promoted.seal(b"number", ROW), ROW) == b"number"
    assert promoted.open(old.seal(b"number", ROW), ROW) == b"number"


def test_a_promoted_key_is_the_one_that_seals() -> None:
    sealed = Envelope(PROMOTED, "card", "number_encrypted").seal(b"number", ROW)
    assert sealed[:3] == b"\x01\x00\x02"
    with pytest.raises(DecryptionFailed):
        NUMBERS.open(sealed, ROW)
