"""The money routes: for each its address, who may use it, what it takes, the verb that it asks, and its answers.

To add one: its body in `money_bodies`, its answer in `money_answers`, and an entry here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from florin.api import examples
from florin.api.callers import Access, Audience
from florin.api.money import money_answers, money_bodies, money_verbs
from florin.api.money.money_bodies import Body
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.domain.throttle_rules import LOADS_BY_MEMBER, ThrottleRule
from florin.storage.posting.request import Caller, PostingRequest

Verb = Callable[[ClearingHouse, Caller, str, Any, Any], PostingRequest]
"""Turns a caller, an idempotency key, the route's body and the id in its path (or None) into a posting request."""

BODY_LIMIT_BYTES: Final = 64 * 1024
LIST_LIMIT_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSubject:
    """The thing whose id stands in the path, and what is said when there is no such thing."""

    kind: str
    not_found: Decline


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRoute:
    """One ``POST`` that goes through the posting engine under an idempotency key."""

    path: str
    allows: Access
    tag: str
    summary: str
    body: type[Body]
    verb: Verb
    answer: type[msgspec.Struct]
    status: int
    declines: tuple[Decline, ...]
    example: Mapping[str, Any]
    answer_example: Mapping[str, Any]
    subject: PathSubject | None = None
    item: type[Body] | None = None
    verb_of_list: Callable[[ClearingHouse, Sequence[Any]], Awaitable[Verb]] | None = None
    """Makes the verb of all items of a list, where they are decided on together."""
    carries_secret: bool = False
    """Whether a till could guess: at the PIN, e-code or payment code in the body."""
    throttle: ThrottleRule | None = None
    """The rule that limits the caller's refused attempts, where a guess must be charged before it is looked at."""

    @property
    def is_list(self) -> bool:
        """Whether the body is a list of operations, each with a key of its own."""
        return self.item is not None

    @property
    def body_limit_bytes(self) -> int:
        """How long a body may be."""
        return LIST_LIMIT_BYTES if self.is_list else BODY_LIMIT_BYTES

    @property
    def needs_body(self) -> bool:
        """Whether anything must be said; otherwise no body at all is as good as an empty object."""
        return bool(self.body.__struct_fields__)


_HOLD: Final = PathSubject(kind="hold", not_found=Decline.HOLD_NOT_FOUND)
_PURCHASE: Final = PathSubject(kind="purchase", not_found=Decline.PURCHASE_NOT_FOUND)

# What a verb can answer, in the order in which it refuses.
_PAYING: Final = (
    Decline.RATE_LIMITED,
    Decline.DUPLICATE_REFERENCE,
    Decline.ALREADY_REVERSED,
    Decline.MERCHANT_INACTIVE,
    Decline.CARD_NOT_ACCEPTED,
    Decline.PAYMENT_CODE_INVALID,
    Decline.CURRENCY_MISMATCH,
    Decline.OUT_OF_NETWORK,
    Decline.CARD_NOT_ACTIVE,
    Decline.CARD_REDEEMED,
    Decline.CARD_BLOCKED,
    Decline.CARD_EXPIRED,
    Decline.MEMBER_NOT_ACTIVE,
    Decline.INSUFFICIENT_FUNDS,
)
_GIVING_BACK: Final = (
    Decline.ALREADY_REVERSED,
    Decline.MERCHANT_INACTIVE,
    Decline.PURCHASE_NOT_FOUND,
    Decline.CARD_NOT_ACTIVE,
    Decline.CARD_BLOCKED,
    Decline.MEMBER_NOT_ACTIVE,
)
_HELD: Final = (Decline.MERCHANT_INACTIVE, Decline.HOLD_NOT_FOUND, Decline.HOLD_EXPIRED, Decline.HOLD_NOT_OPEN)
_SELLING: Final = (
    Decline.DUPLICATE_REFERENCE,
    Decline.ALREADY_REVERSED,
    Decline.MERCHANT_INACTIVE,
    Decline.CARD_NOT_ACCEPTED,
    Decline.OUT_OF_NETWORK,
    Decline.CARD_NOT_SELLABLE,
    Decline.CARD_BLOCKED,
    Decline.CARD_EXPIRED,
)

REFUNDS: Final = MoneyRoute(
    path="/v1/purchases/{purchase_id}/refunds",
    allows=Scope.REFUNDS_WRITE,
    tag="Purchases",
    summary="Give back what a purchase took, or part of it",
    body=money_bodies.RefundBody,
    verb=money_verbs.refund_request,
    answer=money_answers.RefundMade,
    status=201,
    declines=(
        Decline.DUPLICATE_REFERENCE,
        *_GIVING_BACK,
        Decline.CURRENCY_MISMATCH,
        Decline.REFUND_EXCEEDS_REMAINING,
        Decline.REFUND_ABOVE_CAP,
    ),
    example=examples.REFUND,
    answer_example=examples.REFUND_MADE,
    subject=_PURCHASE,
)
PURCHASES: Final = MoneyRoute(
    path="/v1/purchases",
    allows=Scope.PURCHASES_WRITE,
    tag="Purchases",
    summary="Take a payment from a card or a member's wallet",
    body=money_bodies.PurchaseBody,
    verb=money_verbs.purchase_request,
    answer=money_answers.PurchaseMade,
    status=201,
    declines=(*_PAYING, Decline.EVENT_TIME_NOT_ACCEPTED),
    example=examples.PURCHASE,
    answer_example=examples.PURCHASE_MADE,
    carries_secret=True,
)
ACTIVATIONS: Final = MoneyRoute(
    path="/v1/activations",
    allows=Scope.CARDS_SELL,
    tag="Cards at the till",
    summary="Sell and switch on a card",
    body=money_bodies.ActivationBody,
    verb=money_verbs.activation_request,
    answer=money_answers.CardActivated,
    status=201,
    declines=(*_SELLING, Decline.REAL_NAME_REQUIRED),
    example=examples.ACTIVATION,
    answer_example=examples.CARD_ACTIVATED,
)

MONEY_ROUTES: Final = (
    PURCHASES,
    replace(
        PURCHASES,
        path="/v1/purchases/bulk",
        summary="Take up to 1,000 payments, each with its own key and its own outcome",
        body=money_bodies.PurchaseList,
        answer=money_answers.PurchaseOutcomes,
        status=200,
        example={"items": [{"key": "order-5521-purchase", **examples.PURCHASE}]},
        answer_example=examples.outcomes(examples.PURCHASE_MADE),
        item=money_bodies.PurchaseItem,
    ),
    REFUNDS,
    replace(
        REFUNDS,
        path="/v1/refunds",
        summary="Give back what the purchase of a reference took, or part of it",
        body=money_bodies.RefundByReferenceBody,
        verb=money_verbs.refund_by_reference_request,
        example=examples.REFUND_BY_REFERENCE,
        subject=None,
    ),
    MoneyRoute(
        path="/v1/purchases/{purchase_id}/void",
        allows=Scope.PURCHASES_WRITE,
        tag="Purchases",
        summary="Take a purchase back whole within 24 hours",
        body=money_bodies.NothingBody,
        verb=money_verbs.void_request,
        answer=money_answers.PurchaseVoided,
        status=200,
        declines=(*_GIVING_BACK, Decline.VOID_WINDOW_PASSED, Decline.PARTLY_REFUNDED),
        example={},
        answer_example=examples.PURCHASE_VOIDED,
        subject=_PURCHASE,
    ),
    MoneyRoute(
        path="/v1/reversals",
        allows=Scope.PURCHASES_WRITE,
        tag="Purchases",
        summary="Undo an operation by its reference, whether or not it has arrived",
        body=money_bodies.ReversalBody,
        verb=money_verbs.reversal_request,
        answer=money_answers.Reversal,
        status=200,
        declines=(
            Decline.MERCHANT_INACTIVE,
            Decline.REVERSAL_WINDOW_PASSED,
            Decline.NOT_REVERSIBLE,
            Decline.CARD_NOT_ACTIVE,
            Decline.CARD_REDEEMED,
            Decline.CARD_BLOCKED,
            Decline.MEMBER_NOT_ACTIVE,
        ),
        example=examples.REVERSAL,
        answer_example=examples.REVERSED,
    ),
    MoneyRoute(
        path="/v1/holds",
        allows=Scope.HOLDS_WRITE,
        tag="Holds",
        summary="Reserve money for a purchase to come",
        body=money_bodies.HoldBody,
        verb=money_verbs.hold_request,
        answer=money_answers.HoldChanged,
        status=201,
        declines=(*_PAYING, Decline.LIMIT_EXCEEDED),
        example=examples.HOLD,
        answer_example=examples.HOLD_OPENED,
        carries_secret=True,
    ),
    MoneyRoute(
        path="/v1/holds/{hold_id}/capture",
        allows=Scope.HOLDS_WRITE,
        tag="Holds",
        summary="Turn a hold into a purchase of at most what it reserves",
        body=money_bodies.CaptureBody,
        verb=money_verbs.capture_request,
        answer=money_answers.PurchaseMade,
        status=201,
        declines=(
            Decline.DUPLICATE_REFERENCE,
            Decline.ALREADY_REVERSED,
            *_HELD,
            Decline.HOLD_AWAITS_PAYMENT,
            Decline.CURRENCY_MISMATCH,
            Decline.CAPTURE_EXCEEDS_HOLD,
            Decline.CARD_NOT_ACTIVE,
            Decline.CARD_REDEEMED,
            Decline.MEMBER_NOT_ACTIVE,
        ),
        example=examples.CAPTURE,
        answer_example=examples.PURCHASE_CAPTURED,
        subject=_HOLD,
    ),
    MoneyRoute(
        path="/v1/holds/{hold_id}/release",
        allows=Scope.HOLDS_WRITE,
        tag="Holds",
        summary="Give up a hold",
        body=money_bodies.NothingBody,
        verb=money_verbs.release_request,
        answer=money_answers.HoldChanged,
        status=200,
        declines=_HELD,
        example={},
        answer_example=examples.HOLD_RELEASED,
        subject=_HOLD,
    ),
    MoneyRoute(
        path="/v1/sales",
        allows=Scope.CARDS_SELL,
        tag="Cards at the till",
        summary="Hand a card over ahead of its activation",
        body=money_bodies.SaleBody,
        verb=money_verbs.sale_request,
        answer=money_answers.CardSold,
        status=201,
        declines=_SELLING,
        example=examples.SALE,
        answer_example=examples.CARD_SOLD,
    ),
    ACTIVATIONS,
    replace(
        ACTIVATIONS,
        path="/v1/activations/bulk",
        summary="Sell and switch on up to 1,000 cards, each with its own key and its own outcome",
        body=money_bodies.ActivationList,
        answer=money_answers.ActivationOutcomes,
        status=200,
        example={"items": [{"key": "order-5521-card-1", **examples.ACTIVATION}]},
        answer_example=examples.outcomes(examples.CARD_ACTIVATED),
        item=money_bodies.ActivationItem,
        verb_of_list=money_verbs.activations_at_once,
    ),
    MoneyRoute(
        path="/v1/me/loads",
        allows=Audience.MEMBER,
        tag="The member's own",
        summary="Load a card's whole value into the wallet; the card is void from then on",
        body=money_bodies.LoadBody,
        verb=money_verbs.load_request,
        answer=money_answers.Load,
        status=201,
        declines=(
            Decline.MEMBER_NOT_ACTIVE,
            Decline.CARD_NOT_ACCEPTED,
            Decline.CARD_NOT_ACTIVE,
            Decline.CARD_REDEEMED,
            Decline.CARD_BLOCKED,
            Decline.CARD_EXPIRED,
            Decline.INSUFFICIENT_FUNDS,
            Decline.OPEN_HOLDS,
            Decline.LIMIT_EXCEEDED,
            Decline.REAL_NAME_REQUIRED,
            Decline.RATE_LIMITED,
        ),
        example=examples.LOAD,
        answer_example=examples.LOADED,
        throttle=LOADS_BY_MEMBER,
    ),
)
