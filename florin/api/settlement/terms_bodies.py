"""What is asked and answered about the terms of merchants."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from florin.api.fields import AmountField, Choice, Day, Fields, LoginId, MerchantId, MerchantTermsId, ProgrammeId
from florin.api.programmes.programme_bodies import ThresholdField, minor_of
from florin.api.settlement import examples
from florin.api.views import AmountView, View, amount_view
from florin.domain.merchant_terms import (
    BASIS_POINTS,
    LONGEST_RESERVE_DAYS,
    LONGEST_WAIT,
    MOST_BANDS,
    DatedMerchantTerms,
    FeeBand,
    FeesOnRefund,
    MerchantTerms,
)
from florin.storage.proposals import ProposalStatus
from florin.storage.settlement.merchant_terms import AgreedTerms

BasisPoints = Annotated[int, Field(ge=0, le=BASIS_POINTS)]


class FeeBandField(Fields):
    """The rate for the part of a calendar month's turnover from `from` on, up to the next band; 100 are a percent."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[ThresholdField, Field(alias="from")]
    basis_points: BasisPoints


class MerchantTermsFields(Fields, example=examples.NEW_TERMS):
    """What is agreed with a merchant in a programme from a business day on.

    A purchase costs `flat_fee` and the rates of `bands`, each for its own part of the month's turnover; a day's fee is
    rounded to the nearest minor unit, and what was rounded is made good on the next. `fees_on_refund`: with `returned`
    a refund lowers the turnover, and its rate comes back; what is voided costs nothing in any case. A part of each
    day's net turnover is kept in reserve for `reserve_days`. What is owed is paid `pays_after` banking days after its
    day, once it comes to `minimum_payout`; until then it is carried on. With `sets_off` what the merchant owes for
    cards that it has sold is taken off what it is owed.
    """

    programme_id: ProgrammeId
    effective_on: Day
    flat_fee: ThresholdField
    bands: Annotated[list[FeeBandField], Field(min_length=1, max_length=MOST_BANDS)]
    fees_on_refund: Annotated[FeesOnRefund, Choice] = FeesOnRefund.KEPT
    reserve_basis_points: BasisPoints = 0
    reserve_days: Annotated[int, Field(ge=0, le=LONGEST_RESERVE_DAYS)] = 0
    minimum_payout: AmountField
    pays_after: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] = 1
    sets_off: bool = False

    def dated(self, unit: str) -> DatedMerchantTerms:
        """The terms in a programme's currency; `Refused` for amounts in another."""
        terms = MerchantTerms(
            flat_fee_minor=minor_of(self.flat_fee, unit),
            bands=tuple(FeeBand(minor_of(each.from_, unit), each.basis_points) for each in self.bands),
            fees_on_refund=self.fees_on_refund,
            reserve_basis_points=self.reserve_basis_points,
            reserve_days=self.reserve_days,
            minimum_payout_minor=minor_of(self.minimum_payout, unit),
            pays_after=self.pays_after,
            sets_off=self.sets_off,
        )
        return DatedMerchantTerms(self.effective_on, terms)


class FeeBandView(View):
    """The rate for the part of a calendar month's turnover from `from` on, up to the next band."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[AmountView, Field(alias="from")]
    basis_points: int


class MerchantTermsView(View):
    """Terms as they were proposed and decided."""

    id: MerchantTermsId
    programme_id: ProgrammeId
    merchant_id: MerchantId
    effective_on: date
    flat_fee: AmountView
    bands: list[FeeBandView]
    fees_on_refund: Annotated[FeesOnRefund, Choice]
    reserve_basis_points: int
    reserve_days: int
    minimum_payout: AmountView
    pays_after: int
    sets_off: bool
    status: Annotated[ProposalStatus, Choice]
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, agreed: AgreedTerms, unit: str) -> Self:
        """Terms in their programme's currency."""
        terms = agreed.dated.terms
        return cls(
            id=agreed.id,
            programme_id=agreed.programme_id,
            merchant_id=agreed.merchant_id,
            effective_on=agreed.dated.effective_on,
            flat_fee=amount_view(terms.flat_fee_minor, unit),
            bands=[
                FeeBandView(from_=amount_view(each.from_minor, unit), basis_points=each.basis_points)
                for each in terms.bands
            ],
            fees_on_refund=terms.fees_on_refund,
            reserve_basis_points=terms.reserve_basis_points,
            reserve_days=terms.reserve_days,
            minimum_payout=amount_view(terms.minimum_payout_minor, unit),
            pays_after=terms.pays_after,
            sets_off=terms.sets_off,
            status=agreed.status,
            proposed_by=agreed.proposed_by,
            proposed_at=agreed.proposed_at,
            decided_by=agreed.decided_by,
            decided_at=agreed.decided_at,
        )


class MerchantTermsList(View):
    """All that were ever proposed, the latest first."""

    items: list[MerchantTermsView]
