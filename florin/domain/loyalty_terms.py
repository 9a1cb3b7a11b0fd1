"""The loyalty terms of a programme: what is given for spending and for bringing others in, all of it data.

Terms hold from a business day on and are never changed for days that are closed: what such a day has earned is
worked out again, by the terms of that day, whenever one of its purchases is given back.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from florin.domain.configuration_fields import require_between, require_choice
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.points import PointsRule, Reward, ladder_of_rewards
from florin.domain.referral import ReferralDue
from florin.domain.vouchers import LONGEST_VALIDITY_DAYS

USUAL_VALIDITY_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyTerms:
    """What a programme gives from a business day on.

    ``monthly`` is what the points of a calendar month bring, the highest reward reached; ``offers`` is what points are
    exchanged for. Vouchers are valid for ``voucher_days``. Who is brought in and who brought it get a voucher of
    ``referral_face_minor`` each (minor units; None: no referrals).
    """

    points: PointsRule
    monthly: tuple[Reward, ...] = ()
    offers: tuple[Reward, ...] = ()
    voucher_days: int = USUAL_VALIDITY_DAYS
    referral_face_minor: int | None = None
    referral_due: ReferralDue = field(default=ReferralDue.FIRST_LOAD)

    def __post_init__(self) -> None:
        """Refuse what no terms can be: `InvalidField`."""
        ladder_of_rewards("monthly", self.monthly)
        ladder_of_rewards("offers", self.offers)
        require_between("voucher_days", self.voucher_days, 1, LONGEST_VALIDITY_DAYS)
        require_choice("referral_due", self.referral_due, ReferralDue)
        if self.referral_face_minor is not None:
            require_between("referral_face_minor", self.referral_face_minor, 1, MAX_AMOUNT_MINOR)

    def offer(self, points: int) -> Reward | None:
        """What exactly so many points are exchanged for; None if nothing."""
        return next((each for each in self.offers if each.points == points), None)


@dataclass(frozen=True, slots=True)
class DatedTerms:
    """Terms and the first business day that they are for."""

    effective_on: date
    terms: LoyaltyTerms


def terms_on(history: tuple[DatedTerms, ...], day: date) -> LoyaltyTerms | None:
    """The terms that hold on a business day, of a history in ascending order; None before the first."""
    held = [each.terms for each in history if each.effective_on <= day]
    return held[-1] if held else None
