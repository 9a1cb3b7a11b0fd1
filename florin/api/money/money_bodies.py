r"""The bodies of the money routes, as callers send them.

Everything is bounded, numbers are integers, unknown fields are refused. The patterns end in ``$(?!\n)`` because
Python's ``$`` alone also matches before a last line feed, which JSON Schema's does not.
"""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from florin.domain.identity import DocumentKind
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.reference import REFERENCE_FORM, REFERENCE_PATTERN

MOST_ITEMS: Final = 1000
"""How many operations one list may hold."""
LONGEST_HOLD_S: Final = 31 * 24 * 3600
"""31 days, the longest that any programme lets a hold live."""

MinorUnits = Annotated[int, Meta(ge=1, le=MAX_AMOUNT_MINOR, description="Minor units: 1200 of CNY is 12.00 yuan.")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", description="ISO 4217 code.")]
Reference = Annotated[
    str,
    Meta(
        pattern=REFERENCE_PATTERN,
        description=f"The merchant's own name for the operation, used once for ever: {REFERENCE_FORM}.",
    ),
]
ItemKey = Annotated[
    str, Meta(pattern=r"^[!-~]{8,128}$(?!\n)", description="The item's idempotency key, as in `Idempotency-Key`.")
]
CardNumber = Annotated[
    str, Meta(min_length=1, max_length=40, description="As typed or scanned; spaces and hyphens do not matter.")
]
Pin = Annotated[str, Meta(min_length=1, max_length=16)]

SaleTime = Annotated[
    datetime,
    Meta(tz=True, description="When the sale happened: at most 366 days ago, RFC 3339 with an offset. Left out: now."),
]


class Body(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What all bodies have in common: a field that is not declared is refused.

    Written anew (`repeated_names`), a body is as callers mostly send it: without what they need not say.
    """


class Amount(Body):
    """An amount of money."""

    amount: MinorUnits
    currency: Currency


class CardAndPinBody(Body):
    """A card by its number and PIN."""

    number: CardNumber
    pin: Pin

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "CardAndPinBody(...)"


class PayWithBody(Body):
    """Who pays: exactly one of a card with its PIN, a card's e-code, or a member's payment code."""

    card: CardAndPinBody | UnsetType = UNSET
    e_code: Annotated[str, Meta(min_length=1, max_length=40)] | UnsetType = UNSET
    payment_code: Annotated[str, Meta(min_length=1, max_length=40)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none and several."""
        if sum(each is not UNSET for each in (self.card, self.e_code, self.payment_code)) != 1:
            raise ValueError("exactly one of card, e_code and payment_code")

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "PayWithBody(...)"


# Two properties are never there together, and one always is: that is how JSON Schema says "exactly one".
PayWith = Annotated[PayWithBody, Meta(extra_json_schema={"minProperties": 1, "maxProperties": 1})]


class PurchaseBody(Body):
    """Take money for a sale."""

    pay_with: PayWith
    amount: Amount
    reference: Reference
    allow_partial: bool = False
    event_at: SaleTime | None = None


class HoldBody(Body):
    """Reserve money for a sale to come; without a lifetime, for the programme's usual time."""

    pay_with: PayWith
    amount: Amount
    reference: Reference
    lifetime_s: Annotated[int, Meta(ge=1, le=LONGEST_HOLD_S, description="Seconds.")] | None = None


class CaptureBody(Body):
    """Take what a hold reserves: all of it, or the amount given."""

    reference: Reference
    amount: Amount | None = None


class RefundBody(Body):
    """Give back what a purchase took: all that remains, or the amount given."""

    reference: Reference
    amount: Amount | None = None


class RefundByReferenceBody(Body):
    """Give back what the purchase of the merchant's own reference took: all that remains, or the amount given."""

    original_reference: Reference
    reference: Reference
    amount: Amount | None = None


class NothingBody(Body):
    """Nothing needs to be said."""


class ReversalBody(Body):
    """Undo what carries the merchant's own reference, whether or not it has arrived; money only within 24 hours."""

    original_reference: Reference


class HolderBody(Body):
    """Who holds a registered card."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    document_kind: DocumentKind
    document_number: Annotated[str, Meta(min_length=1, max_length=40)]

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "HolderBody(...)"


class ActivationBody(Body):
    """Sell and switch on a card. A registered card needs its holder, many bearer cards at once need their buyer."""

    number: CardNumber
    reference: Reference
    holder: HolderBody | None = None


class SaleBody(Body):
    """Hand a card over ahead of its activation."""

    number: CardNumber
    reference: Reference


class LoadBody(CardAndPinBody):
    """Load the card's whole value into the member's wallet."""


class PurchaseItem(PurchaseBody, kw_only=True):
    """A purchase in a list."""

    key: ItemKey


class ActivationItem(ActivationBody, kw_only=True):
    """An activation in a list."""

    key: ItemKey


class PurchaseList(Body):
    """Up to 1,000 purchases, each with its own key and its own outcome."""

    items: Annotated[list[PurchaseItem], Meta(min_length=1, max_length=MOST_ITEMS)]


class ActivationList(Body):
    """Up to 1,000 activations, each with its own key and its own outcome; what has no holder counts as one purchase."""

    items: Annotated[list[ActivationItem], Meta(min_length=1, max_length=MOST_ITEMS)]


def encode(body: Body) -> bytes:
    """A body as a caller sends it."""
    return msgspec.json.encode(body)
