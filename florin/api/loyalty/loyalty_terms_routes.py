"""Loyalty terms: what a programme gives its members for spending and for bringing others in."""

from datetime import date
from typing import Annotated

from pydantic import Field

from florin.api.callers import READERS_OF_PROGRAMMES
from florin.api.fields import AmountField, Choice, Day, Fields, ProgrammeId
from florin.api.given import TheAuthor, TheHouse, accepted
from florin.api.loyalty import loyalty_examples as examples
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import minor_of
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.clearing.configuration.set_loyalty_terms import SetLoyaltyTerms, set_loyalty_terms
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import USUAL_VALIDITY_DAYS, DatedTerms, LoyaltyTerms
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.points import MOST_DOUBLE_DATES, MOST_POINTS, MOST_REWARDS, PointsRule, Reward
from florin.domain.referral import ReferralDue
from florin.domain.scopes import Scope
from florin.domain.vouchers import LONGEST_VALIDITY_DAYS
from florin.storage.configuration import configuration_change
from florin.storage.loyalty.loyalty_terms import terms_of_programme

ROUTES = Routes("Programmes")

Points = Annotated[int, Field(ge=1, le=MOST_POINTS)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]


class RewardField(Fields):
    """A voucher of `face` for so many points."""

    points: Points
    face: AmountField


class LoyaltyTermsFields(Fields, example=examples.NEW_TERMS):
    """What a programme gives its members from a business day on (null: from today's).

    A point for each whole `minor_per_point` that a member pays on a day, two on the days of every month in
    `double_days` and on `double_dates`. `monthly` is what a month's points bring, the highest that is reached; `offers`
    is what points are exchanged for. Who earns fewer than `keep_from_points` in a year loses all points at its end
    (null: nobody does). Who is brought in and who brought it get a voucher of `referral_face` each (null: none).
    """

    effective_on: Day | None = None
    minor_per_point: Annotated[int, Field(ge=1, le=MAX_AMOUNT_MINOR)]
    double_days: Annotated[list[DayOfMonth], Field(max_length=31, default_factory=list)]
    double_dates: Annotated[list[Day], Field(max_length=MOST_DOUBLE_DATES, default_factory=list)]
    keep_from_points: Points | None = None
    monthly: Annotated[list[RewardField], Field(max_length=MOST_REWARDS, default_factory=list)]
    offers: Annotated[list[RewardField], Field(max_length=MOST_REWARDS, default_factory=list)]
    voucher_days: Annotated[int, Field(ge=1, le=LONGEST_VALIDITY_DAYS)] = USUAL_VALIDITY_DAYS
    referral_face: AmountField | None = None
    referral_due: Annotated[ReferralDue, Choice] = ReferralDue.FIRST_LOAD

    def terms(self, unit: str) -> LoyaltyTerms:
        """The terms in a programme's currency; `Refused` for amounts in another."""
        return LoyaltyTerms(
            points=PointsRule(
                self.minor_per_point, tuple(self.double_days), tuple(self.double_dates), self.keep_from_points
            ),
            monthly=tuple(Reward(each.points, minor_of(each.face, unit)) for each in self.monthly),
            offers=tuple(Reward(each.points, minor_of(each.face, unit)) for each in self.offers),
            voucher_days=self.voucher_days,
            referral_face_minor=None if self.referral_face is None else minor_of(self.referral_face, unit),
            referral_due=self.referral_due,
        )


class RewardView(View):
    """A voucher of `face` for so many points."""

    points: int
    face: AmountView


class LoyaltyTermsView(View):
    """What a programme gives its members, and the first business day that it is for."""

    effective_on: date
    minor_per_point: int
    double_days: list[int]
    double_dates: list[date]
    keep_from_points: int | None
    monthly: list[RewardView]
    offers: list[RewardView]
    voucher_days: int
    referral_face: AmountView | None
    referral_due: Annotated[ReferralDue, Choice]


class LoyaltyTermsList(View):
    """All terms that a programme has had and is to have, in the order of their first days."""

    items: list[LoyaltyTermsView]


@ROUTES.get(
    "/v1/programmes/{programme_id}/loyalty-terms",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.ALL_TERMS,
)
async def read_loyalty_terms(
    programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration
) -> LoyaltyTermsList:
    """List a programme's loyalty terms."""
    programme = configuration.programme(programme_id)
    history = await terms_of_programme(house.pool, programme.id)
    return LoyaltyTermsList(items=[_view(each, programme.unit) for each in history])


@ROUTES.put(
    "/v1/programmes/{programme_id}/loyalty-terms",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH, Decline.DAY_CLOSED),
    example=examples.DATED_TERMS,
)
async def put_loyalty_terms(
    programme_id: ProgrammeId, fields: LoyaltyTermsFields, house: TheHouse, author: TheAuthor
) -> LoyaltyTermsView:
    """Set a programme's loyalty terms from a day on; what closed days have earned stays."""
    async with configuration_change(house.pool, author) as change:
        programme = change.catalogue.programmes.get(programme_id)
        if programme is None:
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        command = SetLoyaltyTerms(programme_id, fields.terms(programme.unit), fields.effective_on)
        return _view(accepted(await set_loyalty_terms(change, command)), programme.unit)


def _view(dated: DatedTerms, unit: str) -> LoyaltyTermsView:
    terms, rule = dated.terms, dated.terms.points
    face_minor = terms.referral_face_minor
    return LoyaltyTermsView(
        effective_on=dated.effective_on,
        minor_per_point=rule.minor_per_point,
        double_days=list(rule.double_days),
        double_dates=list(rule.double_dates),
        keep_from_points=rule.keep_from_points,
        monthly=[_reward_view(each, unit) for each in terms.monthly],
        offers=[_reward_view(each, unit) for each in terms.offers],
        voucher_days=terms.voucher_days,
        referral_face=None if face_minor is None else amount_view(face_minor, unit),
        referral_due=terms.referral_due,
    )


def _reward_view(reward: Reward, unit: str) -> RewardView:
    return RewardView(points=reward.points, face=amount_view(reward.face_minor, unit))
