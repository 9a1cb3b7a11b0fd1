"""Programmes and their products on the wire: what is sent and what is shown."""

from typing import Annotated, Any

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.fields import AmountField, Choice, Fields, ProductId, ProgrammeId, WallClock
from florin.api.problems.document import Refused
from florin.api.views import AmountView, View, amount_view
from florin.domain.case_life import LONGEST_CLOSING_DAYS
from florin.domain.cash_order import LONGEST_REVIEW_HOURS
from florin.domain.configuration_fields import LONGEST_VALIDITY_YEARS, MOST_DENOMINATIONS
from florin.domain.declines import Decline
from florin.domain.lots import SpendOrder
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.names import LONGEST_NAME
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import IssuerClass, Product, ProductKind, Programme
from florin.domain.programme_terms import (
    LONGEST_COOLING_DAYS,
    LONGEST_DORMANCY_DAYS,
    LONGEST_HOLD_S,
    LONGEST_PAYMENT_CODE_S,
    SHORTEST_PAYMENT_CODE_S,
)
from florin.domain.return_address import LONGEST_ADDRESS, MOST_ADDRESSES

Code = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{1,31}$")]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
HoldSeconds = Annotated[int, Field(ge=1, le=LONGEST_HOLD_S)]


class ThresholdField(Fields):
    """An amount that may be zero, in minor units."""

    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT_MINOR)]
    currency: Currency


class TermsFields(Fields):
    """What may be changed of a programme and need not be said; seconds, and days without any activity."""

    hold_lifetime_s: HoldSeconds | None = None
    hold_lifetime_limit_s: HoldSeconds | None = None
    payment_code_lifetime_s: Annotated[int, Field(ge=SHORTEST_PAYMENT_CODE_S, le=LONGEST_PAYMENT_CODE_S)] | None = None
    dormancy_days: Annotated[int, Field(ge=1, le=LONGEST_DORMANCY_DAYS)] | None = None
    spend_order: Annotated[SpendOrder, Choice] | None = None
    closure_cooling_days: Annotated[int, Field(ge=0, le=LONGEST_COOLING_DAYS)] | None = None
    review_hours: Annotated[int, Field(ge=1, le=LONGEST_REVIEW_HOURS)] | None = None
    case_closing_days: Annotated[int, Field(ge=1, le=LONGEST_CLOSING_DAYS)] | None = None
    issuer_class: Annotated[IssuerClass, Choice] | None = None


class ProgrammeFields(TermsFields, example=examples.NEW_PROGRAMME):
    """A new programme. What is left out of the terms gets Florin's usual value."""

    code: Code
    name: Name
    currency: Currency
    time_zone: Annotated[str, Field(min_length=1, max_length=64)]
    cut_off: WallClock
    issuer_prefix: Annotated[str, Field(pattern="^9[0-9]{5}$")]
    policy_pack: Annotated[PackName, Choice]
    low_balance_threshold: ThresholdField


class ProgrammeChangeFields(TermsFields, example=examples.PROGRAMME_CHANGE):
    """New terms of a programme; what is left out stays as it is."""

    name: Name | None = None
    policy_pack: Annotated[PackName, Choice] | None = None
    low_balance_threshold: ThresholdField | None = None


class ProductFields(Fields, example=examples.NEW_PRODUCT):
    """A new kind of card; validity in years from activation, or as the policy pack says."""

    code: Code
    name: Name
    kind: Annotated[ProductKind, Choice]
    denominations: Annotated[list[AmountField], Field(min_length=1, max_length=MOST_DENOMINATIONS)]
    has_e_code: bool = False
    validity_years: Annotated[int, Field(ge=1, le=LONGEST_VALIDITY_YEARS)] | None = None


class ProgrammeView(View):
    """A programme: what is fixed for its life, and its terms."""

    id: ProgrammeId
    code: str
    name: str
    currency: str
    time_zone: str
    cut_off: str
    issuer_prefix: str
    policy_pack: str
    low_balance_threshold: AmountView
    hold_lifetime_s: int
    hold_lifetime_limit_s: int
    payment_code_lifetime_s: int
    dormancy_days: int
    spend_order: SpendOrder
    closure_cooling_days: int
    review_hours: int
    case_closing_days: int
    issuer_class: IssuerClass


class ProgrammePage(View):
    """Some programmes, and the cursor of the next page."""

    items: list[ProgrammeView]
    next_cursor: str | None


class TrialCardView(View):
    """A member's first card of this denomination costs `price` online."""

    denomination: AmountView
    price: AmountView


class ProductView(View):
    """A kind of card in fixed denominations."""

    id: ProductId
    programme_id: ProgrammeId
    code: str
    name: str
    kind: ProductKind
    denominations: list[AmountView]
    has_e_code: bool
    validity_years: int | None
    trial_card: TrialCardView | None


class TrialCardField(Fields):
    """A member's first card of this denomination costs `price` online; the programme pays the rest."""

    denomination: AmountField
    price: AmountField


class TrialCardFields(Fields, example=examples.NEW_TRIAL_CARD):
    """The trial card of a product; null for none."""

    trial_card: TrialCardField | None


class ReturnUrlsFields(Fields, example=examples.RETURN_URLS):
    """The pages to which a programme's members may be sent back."""

    urls: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]], Field(max_length=MOST_ADDRESSES)
    ]


class ReturnUrlsView(View):
    """The pages to which a programme's members may be sent back."""

    urls: list[str]


class ProductPage(View):
    """Some products, and the cursor of the next page."""

    items: list[ProductView]
    next_cursor: str | None


def terms_given(fields: TermsFields, unit: str) -> dict[str, Any]:
    """The terms that were said, by the names that they have in `ProgrammeTerms`; ``unit`` is the programme's currency.

    Raises:
        Refused: the threshold is in another currency.
    """
    said = {name: value for name in _TERMS if (value := getattr(fields, name)) is not None}
    threshold = said.pop("low_balance_threshold", None)
    if threshold is not None:
        said["low_balance_threshold_minor"] = minor_of(threshold, unit)
    return said


def minor_of(given: AmountField | ThresholdField, unit: str) -> int:
    """The minor units of an amount that must be in the programme's currency; `Refused` otherwise."""
    if given.currency != unit:
        raise Refused(Decline.CURRENCY_MISMATCH)
    return given.amount


def programme_view(programme: Programme) -> ProgrammeView:
    """A programme as it is shown."""
    shared = {name: getattr(programme, name) for name in ProgrammeView.model_fields if hasattr(programme, name)}
    ours = {
        "currency": programme.unit,
        "cut_off": programme.cut_off.strftime("%H:%M"),
        "low_balance_threshold": amount_view(programme.low_balance_threshold_minor, programme.unit),
    }
    return ProgrammeView(**{**shared, **ours})


def product_view(product: Product, unit: str) -> ProductView:
    """A product as it is shown."""
    return ProductView(
        id=product.id,
        programme_id=product.programme_id,
        code=product.code,
        name=product.name,
        kind=product.kind,
        denominations=[amount_view(each, unit) for each in product.denominations_minor],
        has_e_code=product.has_ecode,
        validity_years=product.validity_years,
        trial_card=_trial_card(product, unit),
    )


def _trial_card(product: Product, unit: str) -> TrialCardView | None:
    if product.trial_face_minor is None or product.trial_price_minor is None:
        return None
    return TrialCardView(
        denomination=amount_view(product.trial_face_minor, unit), price=amount_view(product.trial_price_minor, unit)
    )


_TERMS = tuple(ProgrammeChangeFields.model_fields)
