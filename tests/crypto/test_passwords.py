from collections.abc import Callable

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from florin.crypto import passwords
from florin.crypto.ecode import normalise_ecode
from florin.crypto.passwords import (
    PasswordRefused,
    Verified,
    hash_password,
    is_acceptable,
    new_initial_password,
    verify_password,
)
from tests.cheap_passwords import CHEAP

PASSWORD = "correct horse battery"
STORED = CHEAP.hash(PASSWORD)
OF_THE_SERVICE = passwords._HASHER  # noqa: SLF001 (what the tests replace by a cheap one)
REFUSED = Verified(ok=False, new_hash=None)


@pytest.fixture
def at_full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as the service does."""
    monkeypatch.setattr(passwords, "_HASHER", OF_THE_SERVICE)


@pytest.mark.usefixtures("at_full_cost")
def test_a_hash_is_argon2id_with_the_parameters_of_rfc_9106() -> None:
    stored = hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in stored


def test_a_password_is_salted() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_the_right_password_is_verified_and_a_wrong_one_refused() -> None:
    assert verify_password(STORED, PASSWORD) == Verified(ok=True, new_hash=None)
    assert verify_password(STORED, PASSWORD + " ") == REFUSED


@pytest.mark.usefixtures("at_full_cost")
def test_a_hash_of_weaker_parameters_is_replaced_when_the_password_is_right() -> None:
    weak = CHEAP.hash(PASSWORD)
    ok, new_hash = verify_password(weak, PASSWORD)
    assert ok
    assert new_hash is not None
    assert verify_password(new_hash, PASSWORD) == Verified(ok=True, new_hash=None)
    assert verify_password(weak, "wrong password") == REFUSED


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "x" * 128,
        "密码密码密码密码",
        "e\N{COMBINING ACUTE ACCENT}" * 128,
        "        ",
        "tab\tnul\0",
        "half \ud800 one",
    ],
)
def test_8_to_128_characters_of_any_kind_are_a_password(password: str) -> None:
    assert verify_password(hash_password(password), password).ok


@pytest.mark.parametrize(
    "password",
    [
        "",
        "1234567",
        "x" * 129,
        "e\N{COMBINING ACUTE ACCENT}" * 7,
        "\N{LATIN SMALL LIGATURE FFI}" * 43,
        "x" * 10_000_000,
    ],
)
def test_other_lengths_are_refused_after_normalising(password: str) -> None:
    with pytest.raises(PasswordRefused, match="8 to 128"):
        hash_password(password)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    stored = hash_password("caf\N{LATIN SMALL LETTER E WITH ACUTE} \uff11\uff12\uff13\uff14")
    assert verify_password(stored, "cafe\N{COMBINING ACUTE ACCENT} 1234").ok


def test_nobody_has_the_password_of_an_unknown_user() -> None:
    assert verify_password(None, PASSWORD) == REFUSED


@pytest.mark.parametrize(
    "check",
    [
        lambda: verify_password(STORED, PASSWORD),
        lambda: verify_password(STORED, "wrong password"),
        lambda: verify_password(STORED, "short"),
        lambda: verify_password(STORED, "x" * 1000),
        lambda: verify_password(None, PASSWORD),
        lambda: verify_password(None, "short"),
    ],
)
def test_every_check_does_the_work_of_one_hash(monkeypatch: pytest.MonkeyPatch, check: Callable[[], Verified]) -> None:
    work: list[str] = []
    hash_one, verify_one = Argon2Hasher.hash, Argon2Hasher.verify

    def counted_hash(self: Argon2Hasher, password: str | bytes, *, salt: bytes | None = None) -> str:
        work.append("argon2")
        return hash_one(self, password, salt=salt)

    def counted_verify(self: Argon2Hasher, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - theirs
        work.append("argon2")
        return verify_one(self, password, hash)

    monkeypatch.setattr(Argon2Hasher, "hash", counted_hash)
    monkeypatch.setattr(Argon2Hasher, "verify", counted_verify)
    check()
    assert work == ["argon2"]


@pytest.mark.parametrize("length", [8, 128])
def test_a_password_of_allowed_length_is_acceptable_without_hashing(length: int) -> None:
    assert is_acceptable("x" * length)


@pytest.mark.parametrize("length", [0, 7, 129, 100_000])
def test_a_password_of_another_length_is_not_acceptable(length: int) -> None:
    assert not is_acceptable("x" * length)


def test_an_initial_password_is_acceptable_can_be_read_out_and_does_not_repeat() -> None:
    made = {new_initial_password() for _ in range(1000)}
    assert 1000 == len(made)
    assert all(is_acceptable(each) and normalise_ecode(each) is not None for each in made)
