"""Sell and activate: from stock to a card that is worth its face, and the order of the refusals."""

from dataclasses import dataclass, replace
from datetime import date

import msgspec
import pytest

from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import DocumentKind, Identity
from tests.clearing.troubles import Troubles, befallen
from tests.till import Till, fresh, said
from tests.world import TODAY, Balance, World

HOLDER = Identity("Ada Lovelace", DocumentKind.PASSPORT, "P1234567")


@dataclass(frozen=True)
class Attempt:
    """What can be wrong with the sale of a card."""

    merchant: str = "shop"
    unknown: bool = False
    status: str = "in_stock"
    block: str = "none"
    expired: bool = False
    sold_by: str | None = None
    kind: str = "bearer_gift"


SELL_TROUBLES: Troubles = (
    ({"merchant": "suspended"}, Decline.MERCHANT_INACTIVE),
    ({"unknown": True}, Decline.CARD_NOT_ACCEPTED),
    ({"merchant": "stranger"}, Decline.OUT_OF_NETWORK),
    ({"status": "created"}, Decline.CARD_NOT_SELLABLE),
    ({"block": "debit"}, Decline.CARD_BLOCKED),
    ({"expired": True}, Decline.CARD_EXPIRED),
)
ACTIVATE_TROUBLES: Troubles = (
    *SELL_TROUBLES,
    ({"status": "sold", "sold_by": "rival"}, Decline.CARD_NOT_SELLABLE),
    ({"kind": "registered_gift"}, Decline.REAL_NAME_REQUIRED),
)
CASES = [("sell", each) for each in range(len(SELL_TROUBLES))]
CASES += [("activate", each) for each in range(len(ACTIVATE_TROUBLES))]


@pytest.mark.parametrize(("verb", "first"), CASES)
async def test_the_first_of_several_refusals_is_given(world: World, till: Till, verb: str, first: int) -> None:
    troubles = SELL_TROUBLES if verb == "sell" else ACTIVATE_TROUBLES
    attempt = befallen(Attempt(), troubles[first:])
    card = world.card(
        kind=attempt.kind,
        status=attempt.status,
        block=attempt.block,
        expires_on=date(2026, 3, 1) if attempt.expired else None,
        sold_by=getattr(world, attempt.sold_by).id if attempt.sold_by else None,
    )
    if attempt.unknown:
        card = replace(card, number="9123450000000000000")
    before = world.everything_that_counts()
    till = till.at(getattr(world, attempt.merchant))
    answer = await (till.sell(card) if verb == "sell" else till.activate(card))
    assert troubles[first][1] == answer.decline
    assert before == world.everything_that_counts()


async def test_an_activated_card_is_worth_its_face(world: World, till: Till) -> None:
    card = world.card(status="in_stock", face_minor=500_00)
    answer = await till.activate(card, reference="sale 1")
    assert [("card_activated", 500_00, 1030, world.shop.id, 2010, card.id)] == world.transfers(answer.journal_id)
    assert said(answer) == {
        "id": wire_id("card", card.id),
        "last4": card.number[-4:],
        "status": "active",
        "block": "none",
        "denomination": {"amount": 500_00, "currency": "CNY"},
        # A bearer card of the pack is valid for three years at least.
        "expires_on": "2029-03-02",
        "activated_at": "2026-03-02T04:00:00Z",
        "reference": "sale 1",
        "journal_id": said(answer)["journal_id"],
        "balance": {"amount": 500_00, "currency": "CNY"},
        "available": {"amount": 500_00, "currency": "CNY"},
    }
    assert ["card.activated"] == world.events(card.id)
    assert None is (await till.purchase(card.by_pin, 500_00)).decline


async def test_a_card_is_worth_nothing_before_its_activation(world: World, till: Till) -> None:
    card = world.card(status="in_stock")
    sold = await till.sell(card)
    assert ("sold", None, Balance()) == (said(sold)["status"], sold.journal_id, world.balance(card.id))
    refused = [
        await till.purchase(card.by_pin, 1),
        await till.hold(card.by_ecode, 1),
        await till.inquire(card.by_pin),
        await till.at(world.member()).redeem(card.by_pin),
    ]
    assert [Decline.CARD_NOT_ACCEPTED] * 4 == [each.decline for each in refused]
    assert Decline.CARD_NOT_SELLABLE == (await till.sell(card)).decline
    assert None is (await till.activate(card)).decline


async def test_a_card_is_activated_once(world: World, till: Till) -> None:
    card = world.card(status="in_stock")
    answers = [await till.activate(card) for _ in range(3)]
    assert [None, *[Decline.CARD_NOT_SELLABLE] * 2] == [each.decline for each in answers]
    assert Balance(100_00) == world.balance(card.id)


async def test_a_registered_card_keeps_its_holder_sealed_and_never_expires(world: World, till: Till) -> None:
    card = world.card(status="in_stock", kind="registered_gift", face_minor=2000_00)
    assert None is (await till.activate(card, holder=HOLDER)).decline
    (sealed,) = world.one("SELECT identity_encrypted FROM card_holder WHERE card_id = %s", card.id)
    assert b"Lovelace" not in sealed
    opened = world.vault.card_identities.open(sealed, card.id.bytes)
    assert HOLDER == msgspec.json.decode(opened, type=Identity)
    assert (None,) == world.one("SELECT expires_on FROM card WHERE id = %s", card.id)


async def test_a_card_sold_again_has_a_new_holder_and_a_new_expiry(world: World, till: Till) -> None:
    card, reference = world.card(status="in_stock", kind="registered_gift"), fresh("ref")
    await till.activate(card, holder=HOLDER, reference=reference)
    await till.reverse(reference)
    other = Identity("Grace Hopper", DocumentKind.PASSPORT, "P7654321")
    assert None is (await till.activate(card, holder=other)).decline
    (sealed,) = world.one("SELECT identity_encrypted FROM card_holder WHERE card_id = %s", card.id)
    assert other == msgspec.json.decode(world.vault.card_identities.open(sealed, card.id.bytes), type=Identity)


async def test_a_card_pays_on_its_last_day_and_not_on_the_next(world: World, till: Till) -> None:
    card = world.card(expires_on=TODAY)
    assert None is (await till.purchase(card.by_pin, 1)).decline
    world.clock.now = world.clock.now.replace(hour=16)  # midnight in Shanghai
    assert Decline.CARD_EXPIRED == (await till.purchase(card.by_pin, 1)).decline
