"""References in what a payer has written: the words by which a payment, an order or a payout can be found."""

import re
from itertools import pairwise
from typing import Final

from florin.domain.payment_reference import normalise_reference

SHORTEST: Final = 6
LONGEST: Final = 64
MOST: Final = 32
"""How many mentions of a line are kept."""

_WORD: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_CARD_LENGTHS: Final = range(13, 20)


def mentions_in(text: str) -> tuple[str, ...]:
    """The words of a text that may be references, each once: six characters or more and at least one digit.

    Payment references of ours count in whatever spelling and stand in their one spelling. Lines are read both as they
    are broken and joined, because statements break lines inside of words. Account and card numbers (by their check
    digits) are left out: they are nobody's reference, and say who somebody is.
    """
    if not text:
        return ()
    texts = (text,) if "\n" not in text else (text.replace("\n", " "), text.replace("\n", ""))
    found: dict[str, None] = {}
    for each in texts:
        words = _WORD.findall(each)
        found.update(dict.fromkeys(word for word in words if _is_reference(word)))
        spelled = (normalise_reference(one + other) for one, other in pairwise([*words, ""]))
        found.update(dict.fromkeys(reference for reference in spelled if reference is not None))
        found.update(dict.fromkeys(own for word in words if (own := normalise_reference(word)) is not None))
    return tuple(found)[:MOST]


def _is_reference(word: str) -> bool:
    if not SHORTEST <= len(word) <= LONGEST or not any(each.isdigit() for each in word):
        return False
    return not is_account_number(word)


def is_account_number(word: str) -> bool:
    """Whether a word is a number of a bank account or card, as far as check digits tell."""
    plain = word.replace("-", "").upper()
    return _is_iban(plain) or _is_card_number(plain)


def _is_iban(plain: str) -> bool:
    """ISO 13616: the check digits, by ISO 7064 modulo 97-10."""
    if not _IBAN.fullmatch(plain):
        return False
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def _is_card_number(plain: str) -> bool:
    """ISO/IEC 7812: up to 19 digits, the last by Luhn."""
    if not plain.isdecimal() or len(plain) not in _CARD_LENGTHS:
        return False
    doubled = (sum(divmod(2 * int(each), 10)) for each in plain[-2::-2])
    return (sum(doubled) + sum(int(each) for each in plain[-1::-2])) % 10 == 0
