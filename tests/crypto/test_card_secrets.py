import hmac
import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from florin.crypto.card_secrets import CardSecrets
from florin.crypto.ecode import normalise_ecode
from florin.crypto.keyring import Keyring, UnknownKey
from florin.crypto.mac import Mac

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
ROTATED = replace(KEYRING, writing_key_id=2, roots=KEYRING.roots | {2: bytes(32)})
SECRETS = CardSecrets(KEYRING)
CARD = bytes(range(16))
PIN = "91207488"
SAMPLE = [SECRETS.derive_pin(1, number.to_bytes(16)) for number in range(20_000)]


def test_a_printed_pin_and_code_stay_right_for_ever() -> None:
    assert SECRETS.derive_pin(1, CARD) == PIN
    assert SECRETS.derive_ecode(1, CARD) == "NEM3PNTZN8DZA9P7RZVN"


def test_a_rotation_leaves_the_secrets_of_old_cards_and_gives_new_cards_others() -> None:
    rotated = CardSecrets(ROTATED)
    assert (SECRETS.writing_key_id, rotated.writing_key_id) == (1, 2)
    assert rotated.derive_pin(1, CARD) == PIN
    assert rotated.derive_ecode(1, CARD) == SECRETS.derive_ecode(1, CARD)
    assert rotated.derive_pin(2, CARD) != PIN
    assert rotated.derive_ecode(2, CARD) != SECRETS.derive_ecode(1, CARD)


@pytest.mark.parametrize("derive", [SECRETS.derive_pin, SECRETS.derive_ecode])
def test_a_key_that_is_not_there_is_an_error(derive: Callable[[int, bytes], str]) -> None:
    with pytest.raises(UnknownKey):
        derive(2, CARD)


def test_an_ecode_is_in_the_one_spelling_and_differs_from_card_to_card() -> None:
    codes = [SECRETS.derive_ecode(1, number.to_bytes(16)) for number in range(1000)]
    assert [normalise_ecode(code) for code in codes] == codes
    assert len(set(codes)) == 1000
    # Every place takes every character: no bit of the hundred is stuck.
    assert all(len({code[place] for code in codes}) == 32 for place in range(20))


def test_the_right_pin_matches_the_card_that_it_is_for() -> None:
    assert SECRETS.pin_matches(1, CARD, PIN)
    assert not SECRETS.pin_matches(1, bytes(16), PIN)
    assert not CardSecrets(ROTATED).pin_matches(2, CARD, PIN)


@pytest.mark.parametrize(
    "presented",
    [
        "",
        PIN[:-1],
        PIN + "0",
        PIN + "\n",
        " " + PIN,
        "0" + PIN,
        f"{(int(PIN) + 1) % 10**8:08}",
        PIN.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),  # full width
        PIN[:-1] + "\ud800",
        "\0" * 8,
    ],
)
def test_any_other_text_is_not_the_pin(presented: str) -> None:
    assert not SECRETS.pin_matches(1, CARD, presented)


def test_a_card_that_does_not_exist_has_no_pin() -> None:
    assert not SECRETS.dummy_check(SECRETS.derive_pin(1, bytes(16)))


@pytest.mark.parametrize(
    "check",
    [
        lambda: SECRETS.pin_matches(1, CARD, PIN),
        lambda: SECRETS.pin_matches(1, CARD, "00000000"),
        lambda: SECRETS.pin_matches(1, CARD, "no PIN at all"),
        lambda: SECRETS.dummy_check(PIN),
        lambda: SECRETS.dummy_check(""),
    ],
)
def test_every_check_does_the_same_work(monkeypatch: pytest.MonkeyPatch, check: Callable[[], bool]) -> None:
    work: list[str] = []
    code_of, compare = Mac.of, hmac.compare_digest

    def counted_code(mac: Mac, message: bytes) -> bytes:
        work.append("code")
        return code_of(mac, message)

    def counted_compare(left: bytes, right: bytes) -> bool:
        work.append("compare in constant time")
        return compare(left, right)

    monkeypatch.setattr(Mac, "of", counted_code)
    monkeypatch.setattr(hmac, "compare_digest", counted_compare)
    check()
    assert work == ["code", "compare in constant time"]


def chi_square(digits: Iterable[int]) -> float:
    """How far ten counts are from equal; above 27.9 by chance once in a thousand (9 degrees)."""
    counts = Counter(digits)
    expected = counts.total() / 10
    return sum((counts[digit] - expected) ** 2 / expected for digit in range(10))


@pytest.mark.parametrize("place", range(8))
def test_every_digit_is_equally_likely_in_every_place_of_a_pin(place: int) -> None:
    assert chi_square(int(pin[place]) for pin in SAMPLE) < 27.9


@pytest.mark.parametrize("place", range(7))
def test_a_digit_of_a_pin_does_not_foretell_the_next(place: int) -> None:
    assert chi_square((int(pin[place + 1]) - int(pin[place])) % 10 for pin in SAMPLE) < 27.9


def test_the_pins_of_consecutive_cards_are_not_related() -> None:
    steps = [(int(after) - int(before)) % 10**8 // 10**7 for before, after in itertools.pairwise(SAMPLE)]
    assert chi_square(steps) < 27.9


def test_the_test_of_likelihood_notices_a_digit_that_comes_up_too_rarely() -> None:
    # A byte divided by 26 gives nine only 22 times of 256, instead of 25.6 times.
    skewed = [hmac.digest(b"key", number.to_bytes(16), "sha256")[0] // 26 for number in range(20_000)]
    assert chi_square(skewed) > 27.9
