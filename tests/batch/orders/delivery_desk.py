"""The people of a customer at its deliveries: each action with a fresh one-time code, at the time of the world."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from florin.batch.orders.build_delivery import HandedOver, fetch_delivery
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.approve_delivery import approve_delivery, refuse_delivery
from florin.clearing.orders.read_password import DeliveryPassword, read_password
from florin.clearing.orders.request_delivery import RequestDelivery, request_delivery
from florin.clearing.people.step_up import checked_code
from florin.crypto.recipient_file import decrypt_file, new_identity
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery, DeliveryForm, DeliveryPart
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from tests.corporate import Corporate, KnownOrder, Lines, code_at
from tests.world import NOON, KnownCard

NUMBERS, PINS = DeliveryPart.NUMBERS, DeliveryPart.PINS
AGE, ZIP = DeliveryForm.AGE, DeliveryForm.ZIP
THREE_CARDS: Lines = (("bearer_gift", 100_00, 3),)


@dataclass
class DeliveryDesk:
    """A customer with a buyer, an approver, and a delivery key for each part, of which ``identities`` is the secret."""

    house: ClearingHouse
    corporate: Corporate
    customer: UUID = field(init=False)
    identities: dict[DeliveryPart, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = self.corporate.world
        self.customer = self.corporate.customer(funding_minor=10_000_00)
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)
        self.approver = self.corporate.person(Role.APPROVER, customer=self.customer)
        for part in DeliveryPart:
            self.register_key(part)

    def register_key(self, part: DeliveryPart) -> None:
        """Put a new key in force for a part."""
        self.identities[part], recipient = new_identity()
        with self.world.connection.transaction():
            self.world.connection.execute(
                "UPDATE customer_proposal SET status = 'replaced' WHERE customer_id = %s AND purpose = %s",
                (self.customer, str(part)),
            )
            self.world.insert(
                "customer_proposal",
                id=fresh_id(), customer_id=self.customer, purpose=str(part), recipient=recipient, status="in_force",
                proposed_by=self.buyer.login_id, proposed_person=self.buyer.person_id, proposed_at=NOON,
                decided_by=self.approver.login_id, decided_person=self.approver.person_id, decided_at=NOON,
            )  # fmt: skip

    def order(self, lines: Lines = THREE_CARDS, status: OrderStatus = OrderStatus.READY) -> KnownOrder:
        """An order of the customer, to be delivered as files."""
        return self.corporate.order(self.customer, status, lines)

    def replacement(self, order: KnownOrder, old: KnownCard, serial: int, status: str = "sold") -> KnownCard:
        """A card that has taken the place of one of line 1, at the time of the world."""
        world = self.world
        (issue_id,) = world.one("SELECT issue_id FROM order_line WHERE order_id = %s AND line = 1", order.id)
        new = world.card(status=status, issue_id=issue_id, serial=serial, sold_by=order.customer_id, sold_at=NOON)
        world.connection.execute("UPDATE card SET status = 'replaced' WHERE id = %s", (old.id,))
        world.insert(
            "card_replacement",
            id=fresh_id(), order_id=order.id, line=1, order_key=new.id.hex, old_card_id=old.id, new_card_id=new.id,
            recipient_serial=1, reason="missing", status="replaced", asked_by=self.buyer.login_id,
            asked_person=self.buyer.person_id, session_id=self.buyer.session_id, asked_at=world.clock.now,
            replaced_at=world.clock.now,
        )  # fmt: skip
        return new

    async def proof(self, actor: Actor) -> CodeProof:
        """The actor's next code, some while after the last."""
        self.world.clock.advance(timedelta(seconds=90))
        proof = await checked_code(self.house, actor, code_at(self.world.clock.now), self.world.clock.now)
        assert isinstance(proof, CodeProof), proof
        return proof

    # The verbs --------------------------------------------------------------------------------------------------------

    async def request(
        self,
        order: UUID,
        part: DeliveryPart = NUMBERS,
        form: DeliveryForm = AGE,
        *,
        by: Actor | None = None,
        replacements: tuple[str, ...] | None = None,
        key: str | None = None,
    ) -> Delivery | Decline:
        actor = by or self.buyer
        command = RequestDelivery(order, part, form, replacements, key)
        return await request_delivery(self.house, actor, command, await self.proof(actor), self.world.clock.now)

    async def requested(
        self, order: UUID, part: DeliveryPart = NUMBERS, form: DeliveryForm = AGE, *, by: Actor | None = None,
        replacements: tuple[str, ...] | None = None,
    ) -> Delivery:  # fmt: skip
        """As `request`, and it must go through."""
        made = await self.request(order, part, form, by=by, replacements=replacements)
        assert isinstance(made, Delivery), made
        return made

    async def fetch(self, delivery: Delivery, *, by: Actor | None = None) -> bytes | Decline:
        file = BytesIO()
        taken = await fetch_delivery(self.house, by or self.buyer, delivery.id, file, self.world.clock.now)
        return taken.file.read() if isinstance(taken, HandedOver) else taken

    async def fetched(self, order: UUID, part: DeliveryPart = NUMBERS, form: DeliveryForm = AGE) -> bytes:
        """The file of a part that has not left before."""
        file = await self.fetch(await self.requested(order, part, form))
        assert isinstance(file, bytes), file
        return file

    async def approve(self, delivery: Delivery, *, by: Actor | None = None) -> Delivery | Decline:
        actor = by or self.approver
        return await approve_delivery(self.house, actor, delivery.id, await self.proof(actor), self.world.clock.now)

    async def refuse(self, delivery: Delivery, *, by: Actor | None = None) -> Delivery | Decline:
        actor = by or self.approver
        return await refuse_delivery(self.house, actor, delivery.id, await self.proof(actor), self.world.clock.now)

    async def password(self, delivery: Delivery, *, by: Actor | None = None) -> str | Decline:
        actor = by or self.approver
        read = await read_password(self.house, actor, delivery.id, await self.proof(actor), self.world.clock.now)
        return read.password if isinstance(read, DeliveryPassword) else read

    def opened(self, file: bytes, part: DeliveryPart = NUMBERS) -> list[dict[str, str]]:
        """The lines of a sealed file, by the names of their columns."""
        plain = BytesIO()
        decrypt_file(BytesIO(file), plain, self.identities[part])
        return rows_of(plain.getvalue())


def rows_of(plain: bytes) -> list[dict[str, str]]:
    """The lines of a part, by the names of their columns."""
    header, *lines = (line.split(",") for line in plain.decode().splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]
