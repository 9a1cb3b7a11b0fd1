"""What a merchant and a tester may ask for. Amounts are minor units."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Reference = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
WebAddress = Annotated[str, msgspec.Meta(pattern="^https?://[^\\s]+$", max_length=2_000)]
AwareMoment = Annotated[datetime, msgspec.Meta(tz=True)]


class NewPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment to be offered; the merchant's reference is its identity."""

    reference: Reference
    amount_minor: Amount
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    description: Annotated[str, msgspec.Meta(max_length=200)]
    expires_at: AwareMoment
    callback_url: WebAddress
    return_url: WebAddress | None = None


class NewRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refund of a paid payment, whole or in part; the merchant's reference is its identity."""

    reference: Reference
    payment_reference: Reference
    amount_minor: Amount
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Settlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tester makes of a refund that waits."""

    paid: bool


class SendNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Notifications that a tester wants sent at once, one after the other.

    All that the merchant has not taken, and with ``taken`` those that he has, too.
    """

    order: Literal["oldest_first", "newest_first"] = "oldest_first"
    taken: bool = False
