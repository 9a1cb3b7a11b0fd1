"""A payment provider that does what a test says, and members who pay through it.

It stands behind the real protocol and keeps what it is told, as a provider does; its callbacks are signed with a key
that the gateway's half checks. Nothing of ours is imitated.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.batch.payments.follow_payments import follow_payments
from florin.batch.payments.send_refunds import send_refunds
from florin.clearing.house import ClearingHouse
from florin.clearing.payments.create_payment import CreatePayment, PaymentBegun, create_payment
from florin.clearing.payments.receive_callback import receive_callback
from florin.clearing.payments.request_refund import RequestRefund, request_refund
from florin.domain.declines import Decline
from florin.domain.payment import Payment
from florin.domain.throttle_rules import RateLimited
from florin.gateways.payment_provider import (
    Callback,
    CallbackRefusedError,
    PaymentFound,
    PaymentOffer,
    PaymentState,
    PaymentWanted,
    ProviderAccount,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
    RefundWanted,
)
from florin.storage.payments.payments import find_payment
from florin.storage.posting.request import Answer, Caller
from tests.till import fresh
from tests.world import World

NAME: Final = "till_and_till"
OLDEST: Final = timedelta(days=4)

Signed = tuple[dict[str, str], bytes]
"""A callback on the wire: its headers and its body."""


@dataclass
class ScriptedProvider:
    """A provider's whole world. ``down`` names the calls that find nobody, ``deaf`` those whose answer is lost."""

    key: bytes = b"the provider's key"
    payments: dict[str, PaymentFound] = field(default_factory=dict)
    refunds: dict[str, RefundFound] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    refund_state: RefundState = RefundState.PAID
    calls: list[str] = field(default_factory=list)
    return_urls: dict[str, str | None] = field(default_factory=dict)
    bills: dict[tuple[str, date], bytes] = field(default_factory=dict)
    paid_on_closing: Payment | None = None

    # What a gateway asks of it ----------------------------------------------------------------------------------------

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        self._begin("create")
        found = PaymentFound(wanted.reference, PaymentState.WAITING, wanted.amount_minor, wanted.unit, None, None)
        self.payments.setdefault(wanted.reference, found)
        self.return_urls[wanted.reference] = wanted.return_url
        self._end("create")
        return PaymentOffer(f"https://pay.test/{wanted.reference}", f"theirs-{wanted.reference[:8]}")

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:
        del provider_reference
        self._begin("find")
        self._end("find")
        return self.payments.get(reference)

    async def close(self, reference: str, provider_reference: str | None) -> None:
        del provider_reference
        self._begin("close")
        if self.paid_on_closing is not None:
            self.pay(self.paid_on_closing)
        found = self.payments.get(reference)
        if found is not None and found.state is PaymentState.PAID:
            raise ProviderRefusedError("paid")
        if found is not None:
            self.payments[reference] = replace(found, state=PaymentState.CLOSED)
        self._end("close")

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        self._begin("refund")
        found = RefundFound(
            wanted.reference, wanted.payment_reference, self.refund_state, wanted.amount_minor, wanted.unit, None
        )
        kept = self.refunds.setdefault(wanted.reference, found)
        self._end("refund")
        return kept

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        self._begin("find_refund")
        self._end("find_refund")
        return self.refunds.get(wanted.reference)

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:
        if not hmac.compare_digest(headers.get("signature", ""), self._signature(body)):
            raise CallbackRefusedError("signature")
        told = msgspec.json.decode(body)
        occurred_at = datetime.fromisoformat(told["occurred_at"])
        if now - occurred_at > OLDEST:
            raise CallbackRefusedError("too old")
        found: Any = msgspec.convert(told["found"], PaymentFound if told["kind"] == "payment" else RefundFound)
        return Callback(told["event_id"], occurred_at, found)

    async def bill(self, day: date) -> bytes:
        return self._bill("bill", day)

    async def fund_flow_bill(self, day: date) -> bytes:
        return self._bill("fund_flow_bill", day)

    def _bill(self, call: str, day: date) -> bytes:
        self._begin(call)
        if (call, day) not in self.bills:
            raise ProviderRefusedError("no_statement")
        return self.bills[call, day]

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if call in self.down:
            raise ProviderUnavailableError(call)
        if call in self.refuses:
            raise ProviderRefusedError("no")

    def _end(self, call: str) -> None:
        if call in self.deaf:
            raise ProviderUnavailableError(f"the answer to {call} is lost")

    # What happens there -----------------------------------------------------------------------------------------------

    def pay(self, payment: Payment, amount_minor: int | None = None, unit: str | None = None) -> PaymentFound:
        """Somebody pays: as much as is asked for, unless a test says otherwise."""
        amount_minor, unit = amount_minor or payment.amount_minor, unit or payment.unit
        found = PaymentFound(payment.reference, PaymentState.PAID, amount_minor, unit, "theirs", payment.created_at)
        self.payments[payment.reference] = found
        return found

    def paid(self, found: PaymentFound, amount_minor: int) -> PaymentFound:
        """What is said of a payment when so much of it is paid; what the provider keeps of it does not change."""
        return replace(found, state=PaymentState.PAID, amount_minor=amount_minor)

    def callback(self, found: PaymentFound | RefundFound, at: datetime, event_id: str | None = None) -> Signed:
        """What the provider would post to us."""
        kind = "payment" if isinstance(found, PaymentFound) else "refund"
        told = {"event_id": event_id or fresh("event"), "occurred_at": at.isoformat(), "kind": kind, "found": found}
        body = msgspec.json.encode(told)
        return {"signature": self._signature(body)}, body

    def _signature(self, body: bytes) -> str:
        return hmac.digest(self.key, body, hashlib.sha256).hex()


@dataclass(frozen=True)
class Cashpoint:
    """Members who pay online, and what our side does about it by the world's clock."""

    world: World
    house: ClearingHouse
    provider: ScriptedProvider

    def now(self) -> datetime:
        return self.world.clock.now

    async def begin(
        self,
        member: Caller,
        amount_minor: int = 100_00,
        unit: str = "CNY",
        *,
        provider: str = NAME,
        key: str | None = None,
        address: str = "192.0.2.1",
    ) -> PaymentBegun | Decline | RateLimited:
        """A member asks to top up."""
        command = CreatePayment(provider, amount_minor, unit)
        return await create_payment(self.house, member, key or fresh("key"), command, address, self.now())

    async def offered(self, member: Caller, amount_minor: int = 100_00) -> Payment:
        """A payment that can be paid."""
        begun = await self.begin(member, amount_minor)
        assert isinstance(begun, PaymentBegun), begun
        return begun.payment

    async def call_back(self, payment: Payment, amount_minor: int | None = None, unit: str | None = None) -> bool:
        """The payment is paid, and the provider says so."""
        return await self.hear(self.provider.callback(self.provider.pay(payment, amount_minor, unit), self.now()))

    async def hear(self, signed: Signed, name: str = NAME) -> bool:
        """A callback arrives."""
        headers, body = signed
        return await receive_callback(self.house, name, headers, body, self.now())

    async def credited(self, member: Caller, amount_minor: int = 100_00) -> Payment:
        """A payment that is in its member's wallet."""
        payment = await self.offered(member, amount_minor)
        assert await self.call_back(payment)
        return await self.of(payment)

    async def give_back(self, payment: Payment, amount_minor: int | None = None, *, key: str | None = None) -> Answer:
        """The member wants the money back."""
        member = Caller(payment.member_id, payment.member_id)
        command = RequestRefund(payment.id, amount_minor, None if amount_minor is None else payment.unit)
        return await self.house.engine.submit(request_refund(self.house, member, key or fresh("key"), command))

    async def of(self, payment: Payment) -> Payment:
        """The payment as it stands by now."""
        found = await find_payment(self.house.pool, payment.id)
        assert found is not None
        return found

    async def work(self, after: timedelta = timedelta(0)) -> None:
        """Time passes, and the duties have their turn."""
        self.world.clock.advance(after)
        await follow_payments(self.house, self.now())
        await send_refunds(self.house, self.now())

    def refunds(self, payment_id: UUID) -> list[Any]:
        """Cause, amount and status of what goes back of a payment."""
        return self.world.rows(
            "SELECT cause, amount_minor, status FROM payment_refund WHERE payment_id = %s ORDER BY id", payment_id
        )

    def findings(self, payment: Payment | None = None) -> list[Any]:
        """Kind, expected and found amount of what is wrong with a payment."""
        return self.world.rows(
            """SELECT kind, expected_minor, expected_unit, found_minor, found_unit FROM payment_finding
               WHERE payment_id IS NOT DISTINCT FROM %s ORDER BY id""",
            None if payment is None else payment.id,
        )


def at_cashpoint(world: World, house: ClearingHouse) -> Cashpoint:
    """The world with one provider."""
    provider = ScriptedProvider()
    account = ProviderAccount(NAME, "scripted", "CNY", 1, 10_000_00, provider)
    return Cashpoint(world, replace(house, providers={NAME: account}, public_url="https://florin.test"), provider)
