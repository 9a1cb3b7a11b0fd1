"""What our finance people do with the money of a customer, and what stands in the book afterwards."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.clearing.customers.decide_funding_refund import DecideFundingRefund, decide_funding_refund
from florin.clearing.customers.pay_funding_refund import PayFundingRefund, pay_funding_refund
from florin.clearing.customers.proposal import decide_proposal
from florin.clearing.customers.record_receipt import RecordReceipt, record_receipt
from florin.clearing.customers.refund_account import REFUND_ACCOUNT, propose_refund_account
from florin.clearing.customers.request_funding_refund import RequestFundingRefund, request_funding_refund
from florin.clearing.house import ClearingHouse
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor
from florin.domain.receipt import Parties, Party, PaymentMethod
from florin.storage.corporate.proposals import RefundAccount
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from tests.clearing.desk import fresh_proof
from tests.corporate import Corporate, KnownOrder
from tests.till import fresh
from tests.world import NOON, TODAY, World

PARTIES: Final = Parties(Party("Honeynut 有限公司", "6222021001234567"), Party("Florin Farm", "6222021009999999"))
NAMELESS_CASH: Final = Parties(Party("Honeynut 有限公司"), Party("Florin Farm"))

_steps: Final = itertools.count(1)


@dataclass
class Cashier:
    """Acts as finance for one customer, and asks the book what came of it."""

    house: ClearingHouse
    corporate: Corporate
    customer: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.customer = self.corporate.customer()

    @property
    def world(self) -> World:
        return self.corporate.world

    # Doing ------------------------------------------------------------------------------------------------------------

    def receipt(self, amount_minor: int = 100_00, **changes: Any) -> RecordReceipt:  # noqa: ANN401 (any field of it)
        """A bank transfer of today under a reference of its own, with some fields changed."""
        fields: dict[str, Any] = {
            "customer_id": self.customer,
            "method": PaymentMethod.BANK_TRANSFER,
            "bank_reference": fresh("bank"),
            "unit": "CNY",
            "received_on": TODAY,
            "parties": PARTIES,
        }
        return RecordReceipt(amount_minor=amount_minor, **(fields | changes))

    async def receive(
        self,
        amount_minor: int = 100_00,
        *,
        by: Actor | None = None,
        key: str | None = None,
        **changes: Any,  # noqa: ANN401
    ) -> Answer | Decline:
        """Money comes in."""
        return await self.record(self.receipt(amount_minor, **changes), by=by, key=key)

    async def record(
        self, command: RecordReceipt, *, by: Actor | None = None, key: str | None = None
    ) -> Answer | Decline:
        """A receipt as it is, under a key of its own."""
        return await record_receipt(self.house, by or self.corporate.finance, command, key or fresh("key"), NOON)

    def approved_order(self, cards: int = 3) -> KnownOrder:
        """An order of as many cards of 100 that was approved after those before it, and waits for money."""
        order = self.corporate.order(self.customer, OrderStatus.APPROVED, (("bearer_gift", 100_00, cards),))
        self.world.connection.execute(
            "UPDATE corporate_order SET approved_at = %s WHERE id = %s",
            (NOON + timedelta(seconds=next(_steps)), order.id),
        )
        return order

    def reference_of(self, order_id: UUID) -> str:
        """What the customer's bookkeeper types into the remark."""
        return str(self.world.one("SELECT payment_reference FROM corporate_order WHERE id = %s", order_id)[0])

    async def refund_account(self, number: str = "6222021001234567") -> UUID:
        """A bank account of the customer's own, in force."""
        account = BankAccount.read("Honeynut 有限公司", "Bank of Honey", number)
        proposed = await propose_refund_account(self.house, self.corporate.finance, self.customer, account, NOON)
        assert isinstance(proposed, RefundAccount)
        manager = self.corporate.manager
        decided = await decide_proposal(
            self.house, manager, REFUND_ACCOUNT, proposed.id, self.proof(manager), NOON, accept=True
        )
        assert isinstance(decided, RefundAccount)
        return decided.id

    async def request(
        self, amount_minor: int, *, by: Actor | None = None, key: str | None = None, unit: str = "CNY"
    ) -> Answer | Decline:
        """Somebody of finance wants to send money back."""
        command = RequestFundingRefund(
            customer_id=self.customer, amount_minor=amount_minor, unit=unit, reason="order given up"
        )
        return await request_funding_refund(self.house, by or self.corporate.finance, command, key or fresh("key"))

    async def decide(
        self, refund_id: UUID, *, approve: bool = True, by: Actor | None = None, proof: CodeProof | None = None
    ) -> Answer | Decline:
        """Another person approves or refuses."""
        actor = by or self.corporate.finance_approver
        command = DecideFundingRefund(refund_id, approve)
        return await decide_funding_refund(self.house, actor, command, proof or self.proof(actor), fresh("key"))

    async def pay(
        self, refund_id: UUID, *, by: Actor | None = None, bank_reference: str | None = None
    ) -> Answer | Decline:
        """The bank's statement shows that it has been paid."""
        command = PayFundingRefund(refund_id, bank_reference or fresh("bank"))
        return await pay_funding_refund(self.house, by or self.corporate.finance, command, fresh("key"))

    def proof(self, actor: Actor) -> CodeProof:
        """A one-time code that nobody has used."""
        return fresh_proof(self.world, actor)

    # Asking -----------------------------------------------------------------------------------------------------------

    @property
    def money(self) -> tuple[int, int]:
        """The customer's balance and what is reserved of it, in minor units."""
        return self.world.one(
            "SELECT balance_minor, held_minor FROM strict_account WHERE owner_id = %s AND code = 2030", self.customer
        )

    def status(self, order_id: UUID) -> str:
        return str(self.world.one("SELECT status FROM corporate_order WHERE id = %s", order_id)[0])

    def actions(self, subject: UUID | None = None) -> list[str]:
        """What the audit trail says of the customer, or of an order."""
        rows = self.world.rows("SELECT action FROM audit WHERE subject_id = %s ORDER BY id", subject or self.customer)
        return [action for (action,) in rows]


def said(answer: Answer | Decline) -> dict[str, Any]:
    """What an answer that is no refusal said."""
    assert isinstance(answer, Answer)
    assert answer.decline is None, answer.decline
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told


def subject(answer: Answer | Decline) -> UUID:
    """What it was about."""
    assert isinstance(answer, Answer)
    assert answer.decline is None, answer.decline
    assert answer.subject_id is not None
    return answer.subject_id


def refusal(answer: Answer | Decline) -> Decline | None:
    """Why not, wherever that was said."""
    return answer.decline if isinstance(answer, Answer) else answer
