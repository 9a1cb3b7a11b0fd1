"""What the journal of the provider is made of: everything that has happened, in order. Amounts are minor units."""

from datetime import datetime
from enum import StrEnum, auto

import msgspec


class Answers(StrEnum):
    """What a merchant who calls gets."""

    NORMAL = auto()
    UNAVAILABLE = auto()  # nothing is done
    LOST = auto()  # what was asked is done, and the answer never arrives


class Forgery(StrEnum):
    """What is wrong with a notification."""

    NONE = auto()
    SIGNATURE = auto()  # signed by a key of somebody else, under our serial
    BODY = auto()  # altered after it was signed
    SERIAL = auto()  # rightly signed by a key of somebody else, under a serial that nobody knows
    AGE = auto()  # rightly signed, an hour ago


class RefundOutcome(StrEnum):
    """What becomes of a refund that is asked for."""

    PAID = auto()
    PENDING = auto()  # until somebody settles it
    FAILED = auto()


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the provider behaves until it is told otherwise; as it comes, it behaves well.

    ``hold`` keeps notifications back until they are asked for, ``paid_off_by_minor`` is added to what a person pays,
    and ``bills_at_once`` makes the files of a day that is not over.
    """

    answers: Answers = Answers.NORMAL
    copies: int = 1
    delay_s: int = 0
    hold: bool = False
    forge: Forgery = Forgery.NONE
    paid_off_by_minor: int = 0
    refunds: RefundOutcome = RefundOutcome.PAID
    bills_at_once: bool = False


class PaymentMade(msgspec.Struct, frozen=True, tag=True):
    """A merchant has offered a payment; ``page`` is the part of its page's address that nobody can guess."""

    at: datetime
    payment_id: str
    page: str
    reference: str
    amount_minor: int
    currency: str
    description: str
    expires_at: datetime
    callback_url: str
    return_url: str | None


class PaymentPaid(msgspec.Struct, frozen=True, tag=True):
    """A person has paid."""

    at: datetime
    reference: str
    amount_minor: int


class PaymentClosed(msgspec.Struct, frozen=True, tag=True):
    """Nobody can pay any more: the merchant has closed the payment, or the person has refused."""

    at: datetime
    reference: str


class RefundMade(msgspec.Struct, frozen=True, tag=True):
    """A merchant has asked for a refund."""

    at: datetime
    refund_id: str
    reference: str
    payment_reference: str
    amount_minor: int
    reason: str


class RefundSettled(msgspec.Struct, frozen=True, tag=True):
    """The money of a refund has gone back, or cannot."""

    at: datetime
    reference: str
    paid: bool


class PaidOut(msgspec.Struct, frozen=True, tag=True):
    """Money of the merchant has left for his bank."""

    at: datetime
    payout_id: str
    amount_minor: int


class NotificationMade(msgspec.Struct, frozen=True, tag=True):
    """Something to tell the merchant, ``copies`` times from ``first_at`` on, or when it is asked for (None)."""

    at: datetime
    event_id: str
    callback_url: str
    body: str
    first_at: datetime | None
    copies: int
    forge: Forgery


class NotificationTried(msgspec.Struct, frozen=True, tag=True):
    """The merchant has taken a notification, or has not."""

    at: datetime
    event_id: str
    taken: bool


class BehaviourSet(msgspec.Struct, frozen=True, tag=True):
    """From now on the provider behaves like this."""

    at: datetime
    behaviour: Behaviour


Entry = (
    PaymentMade
    | PaymentPaid
    | PaymentClosed
    | RefundMade
    | RefundSettled
    | PaidOut
    | NotificationMade
    | NotificationTried
    | BehaviourSet
)
