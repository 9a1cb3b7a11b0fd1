"""What a world has to sell online: cards, a trial card, and members whose real name is on record."""

from florin.clearing.membership.record_identity import sealed_identity
from florin.domain.identity import DocumentKind, Identity
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.world import KnownCard, World


def card_for_sale(world: World, *, kind: str = "bearer_gift", face_minor: int = 100_00) -> KnownCard:
    """A card of home that is for sale online."""
    card = world.card(kind=kind, status="in_stock", face_minor=face_minor)
    product_id = world.products[world.home, kind]
    world.insert(
        "online_card",
        card_id=card.id,
        programme_id=world.home,
        product_id=product_id,
        denomination_minor=face_minor,
    )
    return card


def offer_trial_card(world: World, kind: str) -> None:
    """A member's first card of a hundred yuan costs ninety."""
    world.connection.execute(
        "UPDATE product SET trial_face_minor = 10000, trial_price_minor = 9000 WHERE id = %s",
        (world.products[world.home, kind],),
    )
    world.connection.execute(RAISE_VERSION)


def person(world: World, document_number: str | None = None) -> Caller:
    """A member with a real name on record, by a document of its own unless a test says which."""
    member = world.member()
    identity = Identity("陈晓", DocumentKind.PASSPORT, document_number or fresh_id().hex[:20].upper())
    sealed = sealed_identity(world.vault, member.id, identity)
    world.connection.execute("UPDATE member SET identity_encrypted = %s WHERE id = %s", (sealed, member.id))
    return member
