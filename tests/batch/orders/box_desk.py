"""A buyer's desk: asks what buyers ask of an order that has cards, each time with a fresh one-time code."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.batch.orders.carry_out import carry_out
from florin.clearing.customers.request_funding_refund import RequestFundingRefund, request_funding_refund
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.instruct_cards import InstructCards, instruct_cards, instruction_given_before
from florin.clearing.people.step_up import checked_code
from florin.domain.card_instruction import Instruction, InstructionKind
from florin.domain.card_selection import CardRange
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.throttle_rules import RateLimited
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from tests.corporate import Corporate, KnownOrder, Lines, code_at
from tests.world import NOON

ENOUGH_MINOR: Final = 10_000_000_00
_steps: Final = itertools.count(1)
_keys: Final = itertools.count(1)


def next_moment() -> datetime:
    """A moment whose one-time code nobody has used."""
    return NOON + timedelta(seconds=30 * next(_steps))


def fresh_key() -> str:
    """An idempotency key that no test has used."""
    return f"box-desk-{next(_keys):06}"


@dataclass
class BoxDesk:
    """An order of a customer with plenty of money, and the buyer who takes delivery of it."""

    house: ClearingHouse
    corporate: Corporate
    status: OrderStatus = OrderStatus.DELIVERED
    lines: Lines = (("bearer_gift", 100_00, 3),)
    price_basis_points: int = 9_500
    customer: UUID = field(init=False)
    buyer: Actor = field(init=False)
    order: KnownOrder = field(init=False)

    def __post_init__(self) -> None:
        self.customer = self.corporate.customer(funding_minor=ENOUGH_MINOR)
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)
        self.order = self.corporate.order(
            self.customer, self.status, self.lines, price_basis_points=self.price_basis_points
        )

    async def ask(
        self,
        kind: InstructionKind = InstructionKind.ACTIVATE,
        ranges: Sequence[CardRange] | None = None,
        *,
        actor: Actor | None = None,
        key: str | None = None,
        code: str | None = None,
        order_id: UUID | None = None,
    ) -> Instruction | Decline:
        """Give an instruction, of all cards unless ranges are named."""
        now = next_moment()
        actor = actor or self.buyer
        named = None if ranges is None else tuple(ranges)
        command = InstructCards(order_id or self.order.id, kind, named, key or fresh_key())
        given = await instruction_given_before(self.house, actor, command)
        proof = given or await checked_code(self.house, actor, code or code_at(now), now)
        assert not isinstance(proof, RateLimited)
        return await instruct_cards(self.house, actor, command, proof, now) if isinstance(proof, CodeProof) else proof

    async def asked(
        self, kind: InstructionKind = InstructionKind.ACTIVATE, ranges: Sequence[CardRange] | None = None
    ) -> Instruction:
        """An instruction that was accepted."""
        instruction = await self.ask(kind, ranges)
        assert isinstance(instruction, Instruction), instruction
        return instruction

    async def done(
        self, kind: InstructionKind = InstructionKind.ACTIVATE, ranges: Sequence[CardRange] | None = None
    ) -> Instruction:
        """An instruction that was carried out."""
        instruction = await self.asked(kind, ranges)
        return await carry_out(self.house, instruction.id, clock=self.corporate.world.clock)

    async def occupy(self, key: str) -> None:
        """Use an idempotency key for the customer, for something else: the answer to it is kept, also a no."""
        refund = RequestFundingRefund(customer_id=self.customer, amount_minor=1, unit="CNY", reason="spare")
        answer = await request_funding_refund(self.house, self.corporate.finance, refund, key)
        assert isinstance(answer, Answer), answer

    def statuses(self) -> list[list[str]]:
        """The status of each card, line by line."""
        world = self.corporate.world
        rows = world.rows(
            """SELECT l.line, c.status FROM order_line l JOIN card c ON c.issue_id = l.issue_id
               WHERE l.order_id = %s ORDER BY l.line, c.serial""",
            self.order.id,
        )
        return [[status for of, status in rows if of == line] for line in range(1, len(self.lines) + 1)]

    def standing(self) -> tuple[str, int, int]:
        """The order's status, what it has reserved, and what it has used, in minor units."""
        status, reserved_minor, used_minor = self.corporate.world.one(
            "SELECT status, reserved_minor, used_minor FROM corporate_order WHERE id = %s", self.order.id
        )
        return status, reserved_minor, used_minor


async def broken_proofs(pool: Pool) -> list[object]:
    """What the proofs of the book find."""
    report = await run_proofs(pool)
    return [each.findings for each in report.results if not each.holds]


async def shown(house: ClearingHouse, actor: Actor, now: datetime) -> CodeProof:
    """The proof of a one-time code that the actor has shown."""
    proof = await checked_code(house, actor, code_at(now), now)
    assert isinstance(proof, CodeProof), proof
    return proof
