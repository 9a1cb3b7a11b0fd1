"""A customer that sends its cards as links, and whoever delivers them to the recipients."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from florin.batch.orders.waiting_links import carry_out
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.claim import ClaimedCard, ClaimPreview, claim, preview_claim
from florin.clearing.orders.link_tokens import link_of
from florin.clearing.orders.resend_link import resend_link
from florin.clearing.orders.send_links import SendLinks, send_links
from florin.clearing.people.step_up import checked_code
from florin.domain.claim_link import LinkStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.throttle_rules import RateLimited
from florin.storage.corporate.claim_links import LinkSent, list_links
from florin.storage.corporate.link_sendings import LinkSending
from florin.storage.people.logins import CodeProof
from tests.corporate import Corporate, KnownOrder, Lines, code_at

PAGE = "https://cards.example/claim"
FIVE_CARDS: Lines = (("bearer_gift", 100_00, 3), ("bearer_gift", 200_00, 2))
SENT = """
SELECT payload, subject_id FROM outbox WHERE name = 'card_link.sent' AND payload->>'order_id' = %s
ORDER BY (payload->>'line')::int, (payload->>'serial')::int, (payload->>'sending')::int
"""


@dataclass
class LinkDesk:
    """The verbs on links for tests; ``buyer`` is a person of a customer of its own."""

    house: ClearingHouse
    corporate: Corporate
    customer: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.corporate.world
        self.customer = self.corporate.customer(funding_minor=10_000_00)
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)

    def order(self, lines: Lines = FIVE_CARDS, status: OrderStatus = OrderStatus.READY) -> KnownOrder:
        """An order of the customer, to be delivered as links."""
        return self.corporate.order(self.customer, status, lines, delivery="links")

    async def proof(self, actor: Actor) -> CodeProof:
        """The actor's next code, some while after the last."""
        self.world.clock.advance(timedelta(seconds=90))
        proof = await checked_code(self.house, actor, code_at(self.world.clock.now), self.world.clock.now)
        assert isinstance(proof, CodeProof), proof
        return proof

    async def ask(self, order: UUID, *, by: Actor | None = None, key: str | None = None) -> LinkSending | Decline:
        actor = by or self.buyer
        return await send_links(self.house, actor, SendLinks(order, key), await self.proof(actor), self.world.clock.now)

    async def send(self, order: UUID) -> LinkSending:
        """All links of an order, asked for and made."""
        sending = await self.ask(order)
        assert isinstance(sending, LinkSending), sending
        return await carry_out(self.house, sending.id, chunk=2, clock=self.world.clock)

    async def resend(self, order: UUID, card: str = "1-1", *, by: Actor | None = None) -> LinkSent | Decline:
        return await resend_link(self.house, by or self.buyer, order, card, self.world.clock.now)

    def tokens(self, order: UUID) -> dict[tuple[int, int, int], str]:
        """What the deliverer puts into links: by line, serial and sending, from nothing but the events and keys."""
        return {
            (told["line"], told["serial"], told["sending"]): self._token(card_id, told["sending"])
            for told, card_id in self.world.rows(SENT, wire_id("order", order))
        }

    def _token(self, card_id: UUID, sending: int) -> str:
        (key_id,) = self.world.one("SELECT key_id FROM card WHERE id = %s", card_id)
        address, _, token = link_of(self.world.vault, PAGE, key_id, card_id, sending).partition("#")
        assert PAGE == address
        return token

    async def preview(self, token: str, address: str = "192.0.2.7") -> ClaimPreview | Decline | RateLimited:
        return await preview_claim(self.house, token, address, self.world.clock.now)

    async def claim(self, token: str, address: str = "192.0.2.7") -> ClaimedCard | Decline | RateLimited:
        return await claim(self.house, token, address, self.world.clock.now)

    async def statuses(self, order: UUID) -> list[LinkStatus]:
        """What the buyer sees, in the order of the cards."""
        page = await list_links(self.house.pool, order, 0, 200)
        return [each.status_at(self.world.clock.now) for each in page.items]
