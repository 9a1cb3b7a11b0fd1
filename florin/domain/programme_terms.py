"""The terms of a programme: what may be changed of it while its cards are in use.

Its code, currency, time zone, cut-off and issuer prefix are fixed when it is created: the book was
written under them.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

from florin.domain.case_life import LONGEST_CLOSING_DAYS
from florin.domain.cash_order import LONGEST_REVIEW_HOURS, USUAL_REVIEW_HOURS
from florin.domain.configuration_fields import require_between, require_choice, require_name
from florin.domain.invalid_field import InvalidField
from florin.domain.lots import SpendOrder
from florin.domain.money import MAX_AMOUNT_MINOR, MINOR_DIGITS
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.programme import IssuerClass, Programme

LONGEST_HOLD_S: Final = 31 * 24 * 3600
"""A delivery order's hold lives at most 31 days, in seconds: the longest that a card scheme lets one stand."""
SHORTEST_PAYMENT_CODE_S: Final = 10
LONGEST_PAYMENT_CODE_S: Final = 600
LONGEST_DORMANCY_DAYS: Final = 36_500
LONGEST_COOLING_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeTerms:
    """What may be changed of a programme. Lifetimes in seconds, the threshold in minor units."""

    name: str
    policy_pack: PackName
    low_balance_threshold_minor: int
    hold_lifetime_s: int = 120
    hold_lifetime_limit_s: int = LONGEST_HOLD_S
    payment_code_lifetime_s: int = 60
    dormancy_days: int = 30
    spend_order: SpendOrder = SpendOrder.BONUS_FIRST
    closure_cooling_days: int = 3
    review_hours: int = USUAL_REVIEW_HOURS
    case_closing_days: int = 14
    issuer_class: IssuerClass = IssuerClass.BRAND

    def __post_init__(self) -> None:
        """Refuse terms that no programme can have: `InvalidField`."""
        require_name(self.name)
        require_choice("policy_pack", self.policy_pack, PackName)
        require_choice("spend_order", self.spend_order, SpendOrder)
        require_choice("issuer_class", self.issuer_class, IssuerClass)
        require_between("low_balance_threshold_minor", self.low_balance_threshold_minor, 0, MAX_AMOUNT_MINOR)
        require_between("hold_lifetime_limit_s", self.hold_lifetime_limit_s, 1, LONGEST_HOLD_S)
        require_between("hold_lifetime_s", self.hold_lifetime_s, 1, self.hold_lifetime_limit_s)
        require_between(
            "payment_code_lifetime_s", self.payment_code_lifetime_s, SHORTEST_PAYMENT_CODE_S, LONGEST_PAYMENT_CODE_S
        )
        require_between("dormancy_days", self.dormancy_days, 1, LONGEST_DORMANCY_DAYS)
        require_between("closure_cooling_days", self.closure_cooling_days, 0, LONGEST_COOLING_DAYS)
        require_between("review_hours", self.review_hours, 1, LONGEST_REVIEW_HOURS)
        require_between("case_closing_days", self.case_closing_days, 1, LONGEST_CLOSING_DAYS)

    def fields(self) -> dict[str, Any]:
        """The terms by the names that they have in a `Programme`."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def require_unit(unit: str, terms: ProgrammeTerms) -> None:
    """Refuse (`InvalidField`) a currency that Florin does not accept, or that the policy pack's amounts are not in."""
    if unit not in MINOR_DIGITS:
        raise InvalidField("unit", "not a currency that is accepted here")
    pack_currency = PACKS[terms.policy_pack].currency
    if pack_currency not in (None, unit):
        raise InvalidField("policy_pack", f"its amounts are in {pack_currency}, the programme's in {unit}")


def terms_of(programme: Programme) -> ProgrammeTerms:
    """The terms that a programme has now, to be changed with ``dataclasses.replace``."""
    present = {each.name: getattr(programme, each.name) for each in fields(ProgrammeTerms)}
    return ProgrammeTerms(**{**present, "policy_pack": PackName(programme.policy_pack)})
