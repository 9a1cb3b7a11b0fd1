"""Holders who lose registered cards, and our people who help them."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.clearing.loss.find_card import FindCard, find_card_again, find_own_card
from florin.clearing.loss.replace_lost_card import ReplaceLostCard, replace_lost_card
from florin.clearing.loss.report_loss import LostCard, report_loss, report_own_loss
from florin.clearing.membership.record_identity import sealed_identity
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SignedIn
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from tests.clearing.desk import Desk
from tests.till import fresh
from tests.world import NOON, KnownCard

HOLDER: Final = Identity.read("张小蜜", DocumentKind.PASSPORT, "E12345678")
STRANGER: Final = Identity.read("李大蜂", DocumentKind.PASSPORT, "E99999999")


Said = Answer | Decline


@dataclass
class Losing(Desk):
    """Who loses a card, and who of ours has a part in it."""

    def card(self, principal_minor: int = 100_00, bonus_minor: int = 0, *, holder: Identity = HOLDER) -> KnownCard:
        """A registered card of an issue that can make another one."""
        world, issue_id = self.world, fresh_id()
        product = world.products[world.home, "registered_gift"]
        world.insert(
            "card_issue",
            id=issue_id, programme_id=world.home, product_id=product, denomination_minor=100_00, ordered=10**6,
            generated=10**6, status="ready", created_at=NOON, ready_at=NOON,
        )  # fmt: skip
        card = world.card(
            kind="registered_gift", principal_minor=principal_minor, bonus_minor=bonus_minor, issue_id=issue_id
        )
        sealed = world.vault.card_identities.seal(msgspec.json.encode(holder), card.id.bytes)
        world.insert("card_holder", card_id=card.id, shard=0, identity_encrypted=sealed, recorded_at=self.now)
        return card

    def member(self, identity: Identity | None = HOLDER) -> SignedIn:
        """A member with that document on record."""
        world = self.world
        member = world.member()
        if identity is not None:
            world.connection.execute(
                "UPDATE member SET identity_encrypted = %s WHERE id = %s",
                (sealed_identity(world.vault, member.id, identity), member.id),
            )
        return self.signed_in(member)

    async def report_own(self, who: SignedIn, card: KnownCard, key: str | None = None) -> Said:
        return await report_own_loss(self.house, who, card.number, key or fresh("key"), self.now)

    async def report(self, card_id: UUID, *, shown: Identity = HOLDER, by: Actor | None = None) -> Said:
        """Customer service reports a card for whoever shows the document."""
        actor = by or self.corporate.operator
        return await report_loss(self.house, actor, LostCard(card_id, shown), fresh("key"), self.now)

    async def find_own(self, who: SignedIn, loss_id: UUID) -> Said:
        return await find_own_card(self.house, who, loss_id, fresh("key"))

    async def find(self, loss_id: UUID, *, by: Actor | None = None) -> Said:
        return await find_card_again(
            self.house, by or self.corporate.operator, FindCard(loss_id, "it was in a coat"), fresh("key")
        )

    async def replace(
        self, loss_id: UUID, *, by: Actor | None = None, key: str | None = None, proof: CodeProof | None = None
    ) -> Said:
        """A manager has the card replaced."""
        actor = by or self.corporate.manager
        proof = proof or self.proof(actor)
        command = ReplaceLostCard(loss_id)
        return await replace_lost_card(self.house, actor, command, proof, key or fresh("key"), self.now)

    def status(self, card_id: UUID) -> tuple[str, str]:
        """Status and block of a card."""
        status, block = self.world.one("SELECT status, block FROM card WHERE id = %s", card_id)
        return status, block

    def successor(self, card_id: UUID) -> KnownCard:
        """The card in another's place, with its secrets."""
        world = self.world
        new_id, sealed, key_id = world.one(
            """SELECT n.id, n.number_encrypted, n.key_id FROM card o JOIN card n ON n.id = o.successor_id
               WHERE o.id = %s""",
            card_id,
        )
        number = world.vault.card_numbers.open(sealed, new_id.bytes).decode()
        cards = world.vault.cards
        return KnownCard(
            new_id, number, cards.derive_pin(key_id, new_id.bytes), cards.derive_ecode(key_id, new_id.bytes)
        )


def refusal(said: Said) -> Decline | None:
    """Why something was refused, if it was."""
    return said.decline if isinstance(said, Answer) else said


def subject(said: Said) -> UUID:
    """The loss that an answer is about."""
    assert isinstance(said, Answer), said
    assert said.subject_id is not None, said
    return said.subject_id


def told(said: Said) -> dict[str, Any]:
    """What the caller is told."""
    assert isinstance(said, Answer), said
    body: dict[str, Any] = msgspec.json.decode(said.body)
    return body
