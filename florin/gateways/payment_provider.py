"""What a payment provider can be asked, whichever it is, and what it says.

Payments and refunds are known to both sides by a reference of ours: the hex digits of our id, 32 characters, which
every provider accepts. Amounts are minor units. Asking twice with the same reference is asking once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final, Protocol


class ProviderUnavailableError(Exception):
    """The provider did not answer, or not with sense: whether it did what was asked is unknown, so ask again later."""


class ProviderRefusedError(Exception):
    """The provider has said no, and will again; ``code`` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CallbackRefusedError(Exception):
    """A callback that nobody may act on: forged, altered, too old, or signed by a key that is not on our list.

    ``reason`` is for our log; whoever sent it is told nothing.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PaymentState(StrEnum):
    """Where a payment stands at its provider."""

    WAITING = auto()  # nobody has paid yet
    PAID = auto()
    CLOSED = auto()  # nobody can pay any more


class RefundState(StrEnum):
    """Where a refund stands at its provider."""

    PENDING = auto()
    PAID = auto()
    FAILED = auto()  # the money stays where it was


@dataclass(frozen=True, slots=True)
class PaymentWanted:
    """A payment to be offered to somebody: ``expires_at`` is the moment after which nobody can pay it."""

    reference: str
    amount_minor: int
    unit: str
    description: str
    expires_at: datetime
    callback_url: str
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentOffer:
    """Where somebody pays: ``pay_url`` is opened in a browser, or shown as a QR code when it is not a web address.

    ``provider_reference`` is kept with the payment and given back with every question about it: Stripe finds a payment
    by nothing else. WeChat Pay and Alipay have none before somebody pays.
    """

    pay_url: str
    provider_reference: str | None


@dataclass(frozen=True, slots=True)
class PaymentFound:
    """What the provider says of a payment; what was paid and when is set where it is paid."""

    reference: str
    state: PaymentState
    amount_minor: int
    unit: str
    provider_reference: str | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundWanted:
    """Money of a paid payment that is to go back to where it came from."""

    reference: str
    payment_reference: str
    payment_provider_reference: str | None
    amount_minor: int
    payment_amount_minor: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundFound:
    """What the provider says of a refund."""

    reference: str
    payment_reference: str
    state: RefundState
    amount_minor: int
    unit: str
    provider_reference: str | None


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that has been verified; ``event_id`` is the provider's, the same for each repetition of one event."""

    event_id: str
    occurred_at: datetime
    found: PaymentFound | RefundFound


class PaymentProvider(Protocol):
    """One account at one provider. Every method but `read_callback` speaks to it over the network.

    They raise `ProviderUnavailableError` when it is unknown what became of the call.
    """

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        """Offer a payment; `ProviderRefusedError` when the provider will not have it."""

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:
        """What became of a payment; None when the provider has never heard of it."""

    async def close(self, reference: str, provider_reference: str | None) -> None:
        """See to it that nobody can pay any more; `ProviderRefusedError` when somebody has paid already.

        One that the provider has never heard of, or that is closed, is closed.
        """

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        """Pay back; `ProviderRefusedError` when the provider will not."""

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        """What became of a refund; None when the provider has never heard of it."""

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:
        """What a callback says once its signature, age and key are right, offline; else `CallbackRefusedError`.

        ``headers`` have lower-case names.
        """

    async def bill(self, day: date) -> bytes:
        """The file of all payments and refunds of a day, as the provider makes it on the next.

        `ProviderRefusedError` while there is none.
        """

    async def fund_flow_bill(self, day: date) -> bytes:
        """The file of what moved on our account there on a day, with fees and payouts, as the provider makes it.

        `ProviderRefusedError` while there is none.
        """


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """One account at one provider: ``code`` is our name for it, and the bounds are of a single payment."""

    code: str
    kind: str
    unit: str
    least_minor: int
    most_minor: int
    provider: PaymentProvider

    def takes(self, amount_minor: int, unit: str) -> bool:
        """Whether a payment of that amount can be offered through it."""
        return unit == self.unit and self.least_minor <= amount_minor <= self.most_minor


NO_PROVIDERS: Final[Mapping[str, ProviderAccount]] = MappingProxyType({})
"""What a service has that takes no money online."""
