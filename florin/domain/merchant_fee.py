"""What a merchant's business day costs it, in whole minor units, and what of earlier fees it gets back.

Rates are for the turnover of a calendar month, each band for its own part. A day's fee is the fee of the month with the
day less the fee of the month before it, each rounded to the nearest minor unit, a half up. So what was rounded on one
day is made good on the next: the days of a month cost together what the month costs, however they are cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from florin.domain.merchant_terms import BASIS_POINTS, FeeBand, FeesOnRefund, MerchantTerms

_HALF: Final = BASIS_POINTS // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A merchant's business day in one programme: how many journals of each kind there were, and their minor units.

    ``undone`` are purchases that were voided or reversed, whenever they were made; ``refunds`` those given back later.
    """

    purchases: int = 0
    purchases_minor: int = 0
    undone: int = 0
    undone_minor: int = 0
    refunds: int = 0
    refunds_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What the day has put on the merchant's account, in minor units; below zero if more went back than came."""
        return self.purchases_minor - self.undone_minor - self.refunds_minor


@dataclass(frozen=True, slots=True)
class DayFee:
    """What a day costs and what it brings back, in minor units, and the turnover that counts for the month's bands."""

    charged_minor: int
    returned_minor: int
    turnover_minor: int


def fee_by_rate(bands: Sequence[FeeBand], turnover_minor: int) -> int:
    """The fee of a turnover in minor units, to the nearest, a half up; below zero at the first rate, and below zero."""
    if turnover_minor < 0:
        return -fee_by_rate([FeeBand(0, bands[0].basis_points)], -turnover_minor)
    ends = [*(each.from_minor for each in bands[1:]), turnover_minor]
    parts = sum(
        max(min(turnover_minor, end) - band.from_minor, 0) * band.basis_points
        for band, end in zip(bands, ends, strict=True)
    )
    return (parts + _HALF) // BASIS_POINTS


def fee_of_day(terms: MerchantTerms, month_minor: int, trade: Trade) -> DayFee:
    """What a day costs whose calendar month has had a turnover of ``month_minor`` before it."""
    goes_back = trade.undone_minor
    if terms.fees_on_refund is FeesOnRefund.RETURNED:
        goes_back += trade.refunds_minor
    before = fee_by_rate(terms.bands, month_minor)
    with_purchases = fee_by_rate(terms.bands, month_minor + trade.purchases_minor)
    after = fee_by_rate(terms.bands, month_minor + trade.purchases_minor - goes_back)
    return DayFee(
        charged_minor=with_purchases - before + trade.purchases * terms.flat_fee_minor,
        returned_minor=with_purchases - after + trade.undone * terms.flat_fee_minor,
        turnover_minor=trade.purchases_minor - goes_back,
    )
