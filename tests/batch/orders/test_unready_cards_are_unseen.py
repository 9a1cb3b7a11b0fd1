"""No till, no holder and no card file gets at the cards of an order that is not ready, not even with their secrets."""

from pathlib import Path
from uuid import UUID

import pytest

from florin.batch.card_file import ExportCards, export_cards
from florin.batch.issue import fill_issue
from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.crypto.recipient_file import new_identity
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import read_page
from tests.batch.orders.paid_orders import offer, paid
from tests.corporate import Corporate
from tests.till import Till
from tests.world import FACES_MINOR, NOON, KnownCard, World

CARD = """
SELECT c.id, c.issue_id, c.number_encrypted, c.key_id FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %s AND c.serial = 1
"""


@pytest.fixture
async def unready(corporate: Corporate, world: World, maker: Maker) -> tuple[KnownCard, UUID]:
    """A card of an order of which another line is not made, known with all its secrets, and its issue."""
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 2), ("bearer_gift", 500_00, 2))
    offer(world, "bearer_gift", [100_00])
    await generate_order(maker, order.id)
    offer(world, "bearer_gift", list(FACES_MINOR))
    card_id, issue_id, sealed, key_id = world.one(CARD, order.id)
    cards = world.vault.cards
    return KnownCard(
        card_id,
        world.vault.card_numbers.open(sealed, card_id.bytes).decode(),
        cards.derive_pin(key_id, card_id.bytes),
        cards.derive_ecode(key_id, card_id.bytes),
    ), issue_id


async def test_whoever_knows_its_secrets_learns_nothing_and_gets_nothing(
    unready: tuple[KnownCard, UUID], world: World, house: ClearingHouse
) -> None:
    card, _ = unready
    till = Till(house, world.shop)
    member = till.at(world.member())

    answers = {
        "inquire by PIN": await till.inquire(card.by_pin),
        "inquire by e-code": await till.inquire(card.by_ecode),
        "purchase": await till.purchase(card.by_pin, 1_00),
        "hold": await till.hold(card.by_ecode, 1_00),
        "redeem": await member.redeem(card.by_pin),
        "sell": await till.sell(card),
        "activate": await till.activate(card),
    }

    selling = dict.fromkeys(("sell", "activate"), Decline.CARD_NOT_SELLABLE)
    assert {**dict.fromkeys(answers, Decline.CARD_NOT_ACCEPTED), **selling} == {
        name: answer.decline for name, answer in answers.items()
    }


async def test_no_card_file_is_made_of_it(
    unready: tuple[KnownCard, UUID], house: ClearingHouse, tmp_path: Path
) -> None:
    _, issue_id = unready
    _, recipient = new_identity()
    path = tmp_path / "cards.age"

    exported = await export_cards(house.pool, house.vault, ExportCards(issue_id, recipient, path), Author(None, NOON))

    assert Decline.ISSUE_NOT_FOUND == exported
    assert not path.exists()
    assert [] == await read_page(house.pool, issue_id, 0, 10)


async def test_it_is_no_issue_for_stock_to_go_on_with(unready: tuple[KnownCard, UUID], house: ClearingHouse) -> None:
    _, issue_id = unready

    assert Decline.ISSUE_NOT_FOUND == await fill_issue(house.pool, house.vault, issue_id)
