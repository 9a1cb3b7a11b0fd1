import hashlib
import hmac
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from rich.pretty import pretty_repr

from florin.crypto.keyring import (
    Keyring,
    KeyringExists,
    KeyringMissing,
    KeyringUnreadable,
    Purpose,
    UnknownKey,
)

ROOT = bytes(range(32))
KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: ROOT, 2: bytes(32)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


def test_a_new_keyring_is_a_private_file_with_one_key(path: Path) -> None:
    created = Keyring.create(path)
    assert created == Keyring.load(path)
    assert created.key_ids == (1,)
    assert (created.writing_key_id, created.index_key_id) == (1, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_keyring_is_never_made_over_another(path: Path) -> None:
    Keyring.create(path)
    before = path.read_bytes()
    with pytest.raises(KeyringExists):
        Keyring.create(path)
    assert path.read_bytes() == before


def test_two_keyrings_share_no_key() -> None:
    assert Keyring.generate().roots[1] != Keyring.generate().roots[1]


@pytest.mark.parametrize("use", [Keyring.load, Keyring.add_key, lambda path: Keyring.promote(path, 1)])
def test_a_missing_keyring_says_how_to_make_one(path: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(KeyringMissing, match="florin keys create"):
        use(path)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_keyring_that_others_may_read_is_refused(path: Path, mode: int) -> None:
    Keyring.create(path)
    path.chmod(mode)
    with pytest.raises(KeyringUnreadable, match="chmod 600"):
        Keyring.load(path)


def test_a_directory_is_no_keyring(path: Path) -> None:
    path.mkdir(parents=True, mode=0o700)
    with pytest.raises(KeyringUnreadable):
        Keyring.load(path)


GOOD: dict[str, Any] = {
    "format": "florin-keyring-1",
    "writing_key_id": 1,
    "index_key_id": 1,
    "roots": {"1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
}


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True)
    path.touch(mode=0o600)
    path.write_text(content)


def test_the_file_format_stays_readable(path: Path) -> None:
    write(path, json.dumps(GOOD))
    assert Keyring.load(path) == Keyring(writing_key_id=1, index_key_id=1, roots={1: ROOT})


@pytest.mark.parametrize(
    "change",
    [
        {"format": "florin-keyring-2"},
        {"writing_key_id": 2},
        {"index_key_id": 2},
        {"writing_key_id": "1"},
        {"writing_key_id": True},
        {"roots": {}},
        {"roots": {"1": "AAECAwQFBgcICQoLDA0ODw=="}},
        {"roots": {"1": "not base 64 at all"}},
        {"roots": GOOD["roots"] | {"0": GOOD["roots"]["1"]}},
        {"roots": GOOD["roots"] | {"65536": GOOD["roots"]["1"]}},
        {"roots": GOOD["roots"] | {"one": GOOD["roots"]["1"]}},
        {"roots": [GOOD["roots"]["1"]]},
    ],
)
def test_a_malformed_keyring_is_refused_and_not_quoted(path: Path, change: dict[str, Any]) -> None:
    write(path, json.dumps(GOOD | change))
    with pytest.raises(KeyringUnreadable, match="malformed") as refusal:
        Keyring.load(path)
    assert GOOD["roots"]["1"] not in str(refusal.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"roots": {}}', json.dumps(GOOD)[:-9]])
def test_a_truncated_keyring_is_refused(path: Path, content: str) -> None:
    write(path, content)
    with pytest.raises(KeyringUnreadable, match="malformed"):
        Keyring.load(path)


def test_an_added_key_is_read_with_but_not_written_with(path: Path) -> None:
    before = Keyring.create(path)
    assert Keyring.add_key(path) == 2
    after = Keyring.load(path)
    assert after.key_ids == (1, 2)
    assert after.writing_key_id == 1
    assert after.roots[1] == before.roots[1]
    assert after.roots[2] != before.roots[1]


def test_a_promoted_key_is_written_with_and_the_index_stays(path: Path) -> None:
    Keyring.create(path)
    Keyring.promote(path, Keyring.add_key(path))
    after = Keyring.load(path)
    assert after.key_ids == (1, 2)
    assert after.writing_key_id == 2
    assert after.index_key_id == 1


def test_an_unknown_key_is_not_promoted(path: Path) -> None:
    before = Keyring.create(path)
    with pytest.raises(UnknownKey, match="key 2 "):
        Keyring.promote(path, 2)
    assert Keyring.load(path) == before


def test_keys_added_at_the_same_time_are_both_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Keyring.create(path)
    meeting, urandom = Barrier(2), os.urandom

    def draw_together(size: int) -> bytes:
        # Two writers that could both be between reading and writing would meet here; the lock lets only one wait.
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=0.2)
        return urandom(size)

    monkeypatch.setattr(os, "urandom", draw_together)
    with ThreadPoolExecutor(2) as pool:
        added = list(pool.map(Keyring.add_key, [path] * 2))
    assert sorted(added) == [2, 3]
    assert Keyring.load(path).key_ids == (1, 2, 3)


def hkdf_sha256(root: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block of output, from the standard library only."""
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), root, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_the_check_of_derivation_agrees_with_rfc_5869() -> None:
    # Test case 3 (appendix A.3): no salt, no info; the first block of its output.
    expected = bytes.fromhex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
    assert hkdf_sha256(b"\x0b" * 22, b"") == expected


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("key_id", [1, 2])
def test_a_key_is_derived_by_hkdf_from_its_root_purpose_and_id(purpose: Purpose, key_id: int) -> None:
    info = f"florin/{purpose.value}/{key_id}".encode()
    assert KEYRING.derive(purpose, key_id) == hkdf_sha256(KEYRING.roots[key_id], info)


def test_no_two_purposes_or_key_ids_share_a_key() -> None:
    same_root = Keyring(writing_key_id=1, index_key_id=1, roots={1: ROOT, 2: ROOT})
    keys = [key for purpose in Purpose for key in same_root.derive_all(purpose).values()]
    assert len(set(keys)) == 2 * len(Purpose)


def test_an_unknown_key_is_not_derived() -> None:
    with pytest.raises(UnknownKey, match="key 3 "):
        KEYRING.derive(Purpose.PIN, 3)


def test_a_check_value_tells_roots_apart_and_never_changes() -> None:
    assert KEYRING.check_value(1) == hkdf_sha256(ROOT, b"florin/check_value/1")[:4].hex()
    assert KEYRING.check_value(1) != KEYRING.check_value(2)


@pytest.mark.parametrize("show", [repr, str, pretty_repr])
def test_a_shown_keyring_shows_no_root(show: Callable[[object], str]) -> None:
    shown = show(KEYRING)
    assert "root" not in shown
    assert repr(ROOT)[2:12] not in shown
