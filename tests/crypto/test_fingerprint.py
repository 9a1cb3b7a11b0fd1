import hashlib
from dataclasses import replace

from florin.crypto.fingerprint import Fingerprint
from florin.crypto.keyring import Keyring

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
BODY = b'{"amount":1200,"pin":"12345678"}'


def test_the_same_request_has_the_same_fingerprint_for_ever() -> None:
    expected = "894aff17c3285237afcc52251a59262f70c7a36d5e53bbc36b69f759c2881147"
    assert Fingerprint(KEYRING).of("purchase", BODY).hex() == expected


def test_a_replay_is_recognised_after_a_rotation() -> None:
    rotated = replace(KEYRING, writing_key_id=2, roots=KEYRING.roots | {2: bytes(32)})
    assert Fingerprint(rotated).of("purchase", BODY) == Fingerprint(KEYRING).of("purchase", BODY)


def test_other_verbs_bodies_and_keys_have_other_fingerprints() -> None:
    fingerprint = Fingerprint(KEYRING)
    fingerprints = {
        fingerprint.of("purchase", BODY),
        fingerprint.of("refund", BODY),
        fingerprint.of("purchase", BODY + b" "),
        fingerprint.of("purchas", b"e" + BODY),
        Fingerprint(replace(KEYRING, roots={1: bytes(32)})).of("purchase", BODY),
        hashlib.sha256(b"purchase\0" + BODY).digest(),
    }
    assert len(fingerprints) == 6
