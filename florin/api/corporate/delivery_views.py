"""What is asked and told about deliveries of an order's cards."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from florin.api.corporate import delivery_examples as examples
from florin.api.fields import Choice, DeliveryId, OrderId, PrivateFields, TotpCode
from florin.api.views import View
from florin.domain.delivery import MOST_NAMED_CARDS, Delivery, DeliveryForm, DeliveryPart, DeliveryStatus

CardName = Annotated[str, Field(pattern="^[1-9][0-9]{0,2}-[0-9]{1,8}$")]
"""A card of an order: its line and its serial number in the line."""


class DeliveryFields(PrivateFields, example=examples.NEW_DELIVERY):
    """Which half of the cards' secrets is wanted, in which form; of the whole order unless replacement cards are named.

    `age` is sealed to the customer's delivery key for the part, `zip` opens with a password that an approver reads.
    """

    part: Annotated[DeliveryPart, Choice]
    form: Annotated[DeliveryForm, Choice]
    replacements: Annotated[list[CardName], Field(min_length=1, max_length=MOST_NAMED_CARDS)] | None = None
    totp_code: TotpCode


class DeliveryView(View):
    """A delivery and, once the file was fetched, its receipt: size and SHA-256 (hexadecimal) of the file as it left.

    People are given by user name. A repetition waits until another person of the customer has approved it.
    """

    id: DeliveryId
    order_id: OrderId
    part: Annotated[DeliveryPart, Choice]
    form: Annotated[DeliveryForm, Choice]
    recipient: str | None
    replacements: list[str] | None
    cards: int
    is_repetition: bool
    status: Annotated[DeliveryStatus, Choice]
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    expires_at: datetime
    fetched_by: str | None
    fetched_at: datetime | None
    size_bytes: int | None
    sha256: str | None
    password_read_by: str | None
    password_read_at: datetime | None


class DeliveryList(View):
    """All deliveries of an order, the oldest first."""

    items: list[DeliveryView]


class PasswordView(View):
    """The password of a zip file; shown this once."""

    delivery_id: DeliveryId
    password: Annotated[str, Field(repr=False)]


def delivery_view(delivery: Delivery, now: datetime) -> DeliveryView:
    """A delivery as it stands at a time."""
    return DeliveryView(
        id=delivery.id,
        order_id=delivery.order_id,
        part=delivery.part,
        form=delivery.form,
        recipient=delivery.recipient,
        replacements=None if delivery.selection is None else list(delivery.selection),
        cards=delivery.cards,
        is_repetition=delivery.is_repetition,
        status=delivery.status_at(now),
        requested_by=delivery.requested_by,
        requested_at=delivery.requested_at,
        decided_by=delivery.decided_by,
        decided_at=delivery.decided_at,
        expires_at=delivery.expires_at,
        fetched_by=delivery.fetched_by,
        fetched_at=delivery.fetched_at,
        size_bytes=delivery.size_bytes,
        sha256=None if delivery.sha256 is None else delivery.sha256.hex(),
        password_read_by=delivery.password_read_by,
        password_read_at=delivery.password_read_at,
    )
