"""How entries of our book and lines of others' statements find each other, in the order in which it is tried.

A pass takes only what no earlier pass has taken, and the first that fits wins. The same book and the same lines give
the same matches, however often they are run.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

RULE_VERSION: Final = 1
"""Kept with every match, so that a later change of the rules does not put words into the mouth of earlier matches."""


class Relation(StrEnum):
    """Which two sides a match brings together."""

    BOOK = auto()  # an entry of our book, and a line of a bank or provider
    FUNDS = auto()  # a payment on a provider's trade bill, and the same on its fund-flow bill
    FEES = auto()  # what a provider has kept by a statement, and its posting
    PAYOUTS = auto()  # what a provider has paid to our bank, and its posting


class MatchPass(StrEnum):
    """One rule of matching; the members stand in the order in which they are tried."""

    BOOKED_FROM = auto()
    ADJUSTED = auto()
    IDENTIFIED = auto()
    SETTLED = auto()
    KEY = auto()
    KEY_OTHER_AMOUNT = auto()
    OTHER_KEY = auto()
    MENTION = auto()
    PAYOUT = auto()
    PAYOUT_OTHER_AMOUNT = auto()
    TAKEN_BACK = auto()
    AMOUNT_AND_DAY = auto()
    PUT_BACK = auto()


REASONS: Final[Mapping[MatchPass, str]] = MappingProxyType(
    {
        MatchPass.BOOKED_FROM: "the line itself was booked by this entry",
        MatchPass.ADJUSTED: "an adjusting posting that was agreed on, and what it puts right",
        MatchPass.IDENTIFIED: "a provider's payout, and the taking back of what suspense had booked of it",
        MatchPass.SETTLED: "a provider's fees or payout, posted from its own statement",
        MatchPass.KEY: "same reference of ours, same amount",
        MatchPass.KEY_OTHER_AMOUNT: "same reference of ours, another amount or direction",
        MatchPass.OTHER_KEY: "same reference of theirs, same amount",
        MatchPass.MENTION: "our reference stands in what the payer wrote, same amount",
        MatchPass.PAYOUT: "the number of a provider's payout stands in the bank's line, same amount",
        MatchPass.PAYOUT_OTHER_AMOUNT: "the number of a provider's payout stands in the bank's line, another amount",
        MatchPass.TAKEN_BACK: "paid and paid back at the other side, and never in our book",
        MatchPass.AMOUNT_AND_DAY: "the only two of this amount in these days, without a reference on one side",
        MatchPass.PUT_BACK: "a refund or payout that came to nothing, and its taking back: nobody else has either",
    }
)
"""What a person is told of why two things were matched."""

NUMBERS: Final[Mapping[MatchPass, int]] = MappingProxyType({name: number for number, name in enumerate(MatchPass)})
"""Which in the order of trying each pass is; nought is what people have agreed on before any of them."""


def explain(name: MatchPass, found_by: str | None) -> str:
    """Why two things were matched, in words: the pass, what it looks for and, where that is known, what it found."""
    by = "" if found_by is None else f" by {found_by}"
    return f"matched in pass {NUMBERS[name]}{by}: {REASONS[name]}"


LEAST_MENTION: Final = 6
"""A reference shorter than this is never looked for in a text: it would be found in too many."""
