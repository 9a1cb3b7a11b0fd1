"""People who order: each verb on orders called as somebody, at the time of the world."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.approve_order import ApproveOrder, approve_order
from florin.clearing.orders.cancel_order import CancelOrder, cancel_order
from florin.clearing.orders.change_order import ChangeOrder, change_order
from florin.clearing.orders.draft_order import DraftOrder, draft_order
from florin.clearing.orders.recipients import sealed_recipient
from florin.clearing.orders.repeat_order import RepeatOrder, repeat_order
from florin.clearing.orders.return_order import ReturnOrder, return_order
from florin.clearing.orders.submit_order import submit_order
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.order_rules import WantedLine
from florin.domain.people import Actor, Role
from florin.domain.recipient import Recipient
from florin.storage.connect import transaction
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.recipients import add_recipients
from tests.corporate import Corporate, Lines

THREE_CARDS: Final[Lines] = (("bearer_gift", 100_00, 3),)


@dataclass
class Ordering:
    """The verbs on orders for tests; ``buyer`` and ``approver`` are people of a customer of their own."""

    house: ClearingHouse
    corporate: Corporate
    customer: UUID

    def __post_init__(self) -> None:
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)
        self.approver = self.corporate.person(Role.APPROVER, customer=self.customer)
        self.manager = self.corporate.manager
        self.operator = self.corporate.operator

    @property
    def now(self) -> datetime:
        return self.corporate.world.clock.now

    def wanted(self, lines: Lines) -> tuple[WantedLine, ...]:
        """Lines of the home programme's products."""
        world = self.corporate.world
        return tuple(WantedLine(world.products[world.home, kind], face, quantity) for kind, face, quantity in lines)

    # The verbs --------------------------------------------------------------------------------------------------------

    async def draft(
        self, lines: Lines = THREE_CARDS, *, by: Actor | None = None, delivery: str = "files", key: str | None = None
    ) -> OrderView | Decline:
        actor = by or self.buyer
        customer = None if actor.customer_id else self.customer
        command = DraftOrder(customer, DeliveryKind(delivery), self.wanted(lines))
        return await draft_order(self.house, actor, command, self.now, key)

    async def change(
        self, order_id: UUID, lines: Lines, *, by: Actor | None = None, delivery: str = "files"
    ) -> OrderView | Decline:
        command = ChangeOrder(order_id, DeliveryKind(delivery), self.wanted(lines))
        return await change_order(self.house, by or self.buyer, command, self.now)

    async def submit(self, order_id: UUID, *, by: Actor | None = None) -> OrderView | Decline:
        return await submit_order(self.house, by or self.buyer, order_id, self.now)

    async def approve(
        self, order_id: UUID, *, by: Actor | None = None, submission_hash: bytes | None = None
    ) -> OrderView | Decline:
        command = ApproveOrder(order_id, submission_hash or (await self.read(order_id)).submission_hash or b"")
        return await approve_order(self.house, by or self.manager, command, self.now)

    async def give_back(self, order_id: UUID, *, by: Actor | None = None) -> OrderView | Decline:
        return await return_order(self.house, by or self.manager, ReturnOrder(order_id, "two cards too many"), self.now)

    async def cancel(self, order_id: UUID, *, by: Actor | None = None) -> OrderView | Decline:
        return await cancel_order(self.house, by or self.operator, CancelOrder(order_id, "no longer wanted"), self.now)

    async def repeat(self, order_id: UUID, *, by: Actor | None = None, key: str | None = None) -> OrderView | Decline:
        return await repeat_order(self.house, by or self.buyer, RepeatOrder(order_id), self.now, key)

    # What stands there ------------------------------------------------------------------------------------------------

    async def read(self, order_id: UUID) -> OrderView:
        order = await find_order(self.house.pool, order_id)
        assert order is not None
        return order

    async def drafted(
        self, lines: Lines = THREE_CARDS, *, by: Actor | None = None, delivery: str = "files"
    ) -> OrderView:
        """A draft."""
        return made(await self.draft(lines, by=by, delivery=delivery))

    async def submitted(self, lines: Lines = THREE_CARDS, *, by: Actor | None = None) -> OrderView:
        """An order that was drafted and submitted by the verbs, so that its hash is right."""
        return made(await self.submit((await self.drafted(lines, by=by)).id, by=by))

    async def name_recipients(self, order: OrderView, *, identified: bool = False) -> None:
        """Give every card of a draft a recipient."""
        vault = self.house.vault
        places = [(line.line, serial) for line in order.lines for serial in range(1, line.quantity + 1)]
        sealed = [
            sealed_recipient(vault, order.id, place, recipient(number, identified=identified))
            for number, place in enumerate(places)
        ]
        async with transaction(self.house.pool) as connection:
            await add_recipients(connection, order.id, sealed)

    def steps(self, order_id: UUID) -> list[str]:
        """What the audit trail says was done to an order."""
        query = "SELECT action FROM audit WHERE subject_id = %s ORDER BY at, id"
        return [action for (action,) in self.corporate.world.rows(query, order_id)]


def recipient(number: int, *, identified: bool) -> Recipient:
    """Somebody."""
    identity = Identity(f"王{number}", DocumentKind.PASSPORT, f"E{number:08}") if identified else None
    return Recipient(f"王{number}", f"+8613800{number:06}", f"N-{number}", identity)


def made(result: OrderView | Decline) -> OrderView:
    """The order that a verb returned, which it must not have declined."""
    assert isinstance(result, OrderView), result
    return result
