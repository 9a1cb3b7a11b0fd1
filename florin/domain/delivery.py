"""Deliveries of ordered cards as files: who may ask for one, approve it, fetch it and read its password.

Numbers and PINs leave in two files. A sealed one opens with the customer's key for its part only; a zip file is fetched
by one person and its password read by another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.people import Actor, second_person

DELIVERY_LIFETIME: Final = timedelta(days=7)
"""How long a file can be fetched and its password read, from the request or its approval on: a week of holidays."""

MOST_NAMED_CARDS: Final = 1_000
"""How many replacement cards one delivery may name."""


class DeliveryPart(StrEnum):
    """Which half of the cards' secrets a file holds; neither is of use without the other."""

    NUMBERS = auto()  # the number and what the card is, with the first half of its e-code
    PINS = auto()  # the PIN, with the second half of the e-code


class DeliveryForm(StrEnum):
    """What keeps a file closed."""

    AGE = auto()  # sealed to the customer's delivery key for the part
    ZIP = auto()  # AES-256 with a password that another person is told


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    WAITING_FOR_APPROVAL = auto()  # the part has left before, so a second person must consent
    OPEN = auto()  # can be fetched
    FETCHED = auto()  # has been fetched, once and for all
    EXPIRED = auto()  # was not fetched in time, or another one was asked for instead
    REFUSED = auto()  # the second person did not consent


_UNFETCHED: Final = (DeliveryStatus.WAITING_FOR_APPROVAL, DeliveryStatus.OPEN)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery and what its order and customer say about it now.

    ``selection`` names the replacement cards that it is of, None for the whole order. ``key_is_in_force`` tells whether
    the key that it is sealed for is still the customer's; a zip file has none. People are given by login.
    """

    id: UUID
    order_id: UUID
    customer_id: UUID
    order_status: OrderStatus
    customer_is_active: bool
    part: DeliveryPart
    form: DeliveryForm
    recipient: str | None
    key_is_in_force: bool
    password_key_id: int | None
    selection: tuple[str, ...] | None
    cards: int
    is_repetition: bool
    status: DeliveryStatus
    requested_by: str
    requested_person: UUID
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    expires_at: datetime
    fetched_by: str | None
    fetched_at: datetime | None
    size_bytes: int | None
    sha256: bytes | None
    password_read_by: str | None
    password_read_at: datetime | None

    def status_at(self, now: datetime) -> DeliveryStatus:
        """The status, in which time has done its part."""
        is_late = self.status in _UNFETCHED and self.expires_at <= now
        return DeliveryStatus.EXPIRED if is_late else self.status


def refused_decision(delivery: Delivery, actor: Actor, now: datetime) -> Decline | None:
    """Why the actor, an approver, may not approve or refuse a repetition; None when he or she may."""
    match delivery.status_at(now):
        case DeliveryStatus.WAITING_FOR_APPROVAL:
            return second_person(delivery.requested_person, actor)
        case DeliveryStatus.EXPIRED:
            return Decline.DELIVERY_EXPIRED
        case DeliveryStatus.FETCHED | DeliveryStatus.OPEN | DeliveryStatus.REFUSED:
            return Decline.DELIVERY_NOT_IN_STATE


def refused_fetch(delivery: Delivery, actor: Actor, now: datetime) -> Decline | None:
    """Why the actor, a buyer, may not fetch the file; None when he or she may."""
    status = delivery.status_at(now)
    if status is not DeliveryStatus.OPEN:
        return _UNFETCHABLE[status]
    if delivery.requested_person != actor.person_id:
        return Decline.REQUESTER_ONLY
    return _refused_by_customer(delivery)


def refused_password(delivery: Delivery, actor: Actor, now: datetime) -> Decline | None:
    """Why the actor, an approver, may not read the password of a zip file; None when he or she may."""
    if delivery.form is not DeliveryForm.ZIP:
        return Decline.DELIVERY_HAS_NO_PASSWORD
    if delivery.status not in (DeliveryStatus.OPEN, DeliveryStatus.FETCHED):
        return _UNFETCHABLE[delivery.status]
    if delivery.password_read_at is not None:
        return Decline.DELIVERY_PASSWORD_READ
    if delivery.expires_at <= now:
        return Decline.DELIVERY_EXPIRED
    return second_person(delivery.requested_person, actor) or _refused_by_customer(delivery)


_UNFETCHABLE: Final = {
    DeliveryStatus.WAITING_FOR_APPROVAL: Decline.APPROVAL_REQUIRED,
    DeliveryStatus.FETCHED: Decline.DELIVERY_FETCHED,
    DeliveryStatus.EXPIRED: Decline.DELIVERY_EXPIRED,
    DeliveryStatus.REFUSED: Decline.DELIVERY_NOT_IN_STATE,
}


def _refused_by_customer(delivery: Delivery) -> Decline | None:
    if not delivery.customer_is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    follows = permit(OrderOperation.DELIVER, delivery.order_status)
    if isinstance(follows, Decline):
        return follows
    return None if delivery.key_is_in_force else Decline.DELIVERY_KEY_NOT_IN_FORCE
