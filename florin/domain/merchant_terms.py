"""What was agreed with a merchant about its settlement: fees, reserve, when and from which amount on it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Final

from florin.domain.configuration_fields import require_between, require_choice
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR

BASIS_POINTS: Final = 10_000
MOST_BANDS: Final = 20
LONGEST_RESERVE_DAYS: Final = 366
LONGEST_WAIT: Final = 60


class FeesOnRefund(StrEnum):
    """What becomes of the fee of a purchase that the merchant refunds later. What is voided or reversed never was."""

    KEPT = auto()  # a refund brings no fee back
    RETURNED = auto()  # a refund lowers the month's turnover, and the fee by rate with it; the flat fee is kept


@dataclass(frozen=True, slots=True)
class FeeBand:
    """The rate for the part of a calendar month's turnover from ``from_minor`` on, up to the next band."""

    from_minor: int
    basis_points: int


def require_bands(bands: Sequence[FeeBand]) -> None:
    """Refuse bands that do not begin at nought, do not rise, or take more than the turnover: `InvalidField`."""
    if not 1 <= len(bands) <= MOST_BANDS:
        raise InvalidField("bands", f"1 to {MOST_BANDS} bands")
    starts = [each.from_minor for each in bands]
    if starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] > MAX_AMOUNT_MINOR:
        raise InvalidField("bands", "the first begins at 0, and each begins above the one before")
    for each in bands:
        require_between("basis_points", each.basis_points, 0, BASIS_POINTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantTerms:
    """The terms of a merchant in a programme, amounts in minor units.

    A purchase costs ``flat_fee_minor`` and what the ``bands`` make of it. ``reserve_basis_points`` of a day's net
    turnover are kept back for ``reserve_days`` calendar days. What is owed is paid ``pays_after`` banking days after
    the business day, once it comes to ``minimum_payout_minor``; until then, and below zero, it is carried on. With
    ``sets_off`` what the merchant owes for cards that it has sold is taken off what it is owed, as far as that goes.
    """

    flat_fee_minor: int = 0
    bands: tuple[FeeBand, ...] = (FeeBand(0, 0),)
    fees_on_refund: FeesOnRefund = FeesOnRefund.KEPT
    reserve_basis_points: int = 0
    reserve_days: int = 0
    minimum_payout_minor: int = 1
    pays_after: int = 1
    sets_off: bool = False

    def __post_init__(self) -> None:
        """Refuse what no terms can be: `InvalidField`."""
        require_between("flat_fee_minor", self.flat_fee_minor, 0, MAX_AMOUNT_MINOR)
        require_bands(self.bands)
        require_choice("fees_on_refund", self.fees_on_refund, FeesOnRefund)
        require_between("reserve_basis_points", self.reserve_basis_points, 0, BASIS_POINTS)
        require_between("reserve_days", self.reserve_days, 0, LONGEST_RESERVE_DAYS)
        if bool(self.reserve_basis_points) != bool(self.reserve_days):
            raise InvalidField("reserve_days", "a reserve has a rate and a number of days, or neither")
        require_between("minimum_payout_minor", self.minimum_payout_minor, 1, MAX_AMOUNT_MINOR)
        require_between("pays_after", self.pays_after, 0, LONGEST_WAIT)


NO_TERMS: Final = MerchantTerms()
"""What holds where nothing was agreed: no fee, no reserve, everything is paid on the next banking day."""


@dataclass(frozen=True, slots=True)
class DatedMerchantTerms:
    """Terms and the first business day that they are for."""

    effective_on: date
    terms: MerchantTerms


def terms_in_force(history: Sequence[DatedMerchantTerms], day: date) -> MerchantTerms:
    """The terms for a business day, of a history in ascending order; `NO_TERMS` before the first."""
    held = [each.terms for each in history if each.effective_on <= day]
    return held[-1] if held else NO_TERMS
