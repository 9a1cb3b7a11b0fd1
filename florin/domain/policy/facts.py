"""What a policy rule may know about the thing that is about to happen. Amounts are in minor units."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Holding(StrEnum):
    """Whether the holder is known. A member's wallet counts as registered."""

    BEARER = auto()
    REGISTERED = auto()


class CreditCause(StrEnum):
    """Why value comes in."""

    TOP_UP = auto()  # new money
    TRANSFER_IN = auto()  # value of another card or wallet, such as a recharge card's
    REFUND = auto()  # value that a purchase took


@dataclass(frozen=True, slots=True)
class Issue:
    """Cards of one face are to be made (or a product is to offer that face)."""

    holding: Holding
    face_minor: int


@dataclass(frozen=True, slots=True)
class Sale:
    """Cards are to be sold. ``total_minor`` is what this buyer is known to buy, this sale included.

    At a till the buyer is a stranger, so that is what is bought at once (ADR 0011).
    """

    holding: Holding
    total_minor: int
    real_name_known: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """Value is to be put on a card or into a wallet.

    ``balance_before_minor`` is principal, bonus and what holds keep, all together.
    """

    holding: Holding
    cause: CreditCause
    balance_before_minor: int
    amount_minor: int
    real_name_known: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """A card or wallet is to pay. ``in_network`` says whether its programme includes the merchant."""

    in_network: bool


@dataclass(frozen=True, slots=True)
class CompanyPayment:
    """A company pays for cards. ``purchase_minor`` is what it buys at once, however many payments it makes of that."""

    purchase_minor: int
    in_cash: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """A holder is to be paid out. ``identity_shown``: the holder's document is on record."""

    amount_minor: int
    in_cash: bool
    identity_shown: bool


Facts = Issue | Sale | Credit | Payment | CompanyPayment | Closing
