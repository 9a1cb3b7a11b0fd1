"""Redeem: a card's whole value goes into a wallet, once; the preview checks the same and moves nothing."""

from dataclasses import dataclass

import pytest

from florin.clearing.membership.record_identity import record_identity
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import DocumentKind, Identity
from florin.storage.audit_trail import Author
from tests.clearing.troubles import Troubles, befallen
from tests.till import Till, fresh, said, subject
from tests.world import NOON, Balance, World


@dataclass(frozen=True)
class Attempt:
    """What can be wrong with a redemption."""

    member_status: str = "active"
    wrong_pin: bool = False
    card_programme: str = "home"
    kind: str = "recharge"
    redeemed: bool = False
    block: str = "none"
    expired: bool = False
    principal_minor: int = 200_00
    held_minor: int = 0
    wallet_minor: int = 0
    named: bool = True


TROUBLES: Troubles = (
    ({"member_status": "blocked"}, Decline.MEMBER_NOT_ACTIVE),
    ({"wrong_pin": True}, Decline.CARD_NOT_ACCEPTED),
    ({"card_programme": "abroad"}, Decline.CARD_NOT_ACCEPTED),
    ({"redeemed": True}, Decline.CARD_REDEEMED),
    ({"block": "debit"}, Decline.CARD_BLOCKED),
    ({"expired": True}, Decline.CARD_EXPIRED),
    ({"held_minor": 1}, Decline.OPEN_HOLDS),
    # A wallet is a registered account of the pack: at most 5,000 yuan, and no more than a bearer's without a name.
    ({"wallet_minor": 4800_01}, Decline.LIMIT_EXCEEDED),
    ({"wallet_minor": 800_01, "named": False}, Decline.REAL_NAME_REQUIRED),
)


@pytest.mark.parametrize("verb", ["redeem", "preview"])
@pytest.mark.parametrize("first", range(len(TROUBLES)))
async def test_the_first_of_several_refusals_is_given(world: World, till: Till, verb: str, first: int) -> None:
    attempt = befallen(Attempt(), TROUBLES[first:])
    card = world.card(
        kind=attempt.kind,
        status="redeemed" if attempt.redeemed else "active",
        block=attempt.block,
        expires_on="2026-03-01" if attempt.expired else None,
        principal_minor=attempt.principal_minor,
        programme=getattr(world, attempt.card_programme),
    )
    if attempt.held_minor:
        world.connection.execute(
            "UPDATE strict_account SET held_minor = %s WHERE owner_id = %s AND balance_minor > 0",
            (attempt.held_minor, card.id),
        )
    member = till.at(
        world.member(status=attempt.member_status, principal_minor=attempt.wallet_minor, named=attempt.named)
    )
    pay_with = card.by_wrong_pin if attempt.wrong_pin else card.by_pin
    before = world.everything_that_counts()
    answer = await (member.redeem(pay_with) if verb == "redeem" else member.preview(pay_with))
    assert TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("verb", ["redeem", "preview"])
async def test_a_registered_card_or_an_empty_one_loads_no_wallet(world: World, till: Till, verb: str) -> None:
    member = till.at(world.member())
    registered, empty = world.card(kind="registered_gift"), world.card(kind="recharge", principal_minor=0)
    cards = [registered.by_pin, empty.by_pin]
    answers = [await (member.redeem(each) if verb == "redeem" else member.preview(each)) for each in cards]
    assert [Decline.CARD_NOT_ACCEPTED, Decline.INSUFFICIENT_FUNDS] == [each.decline for each in answers]


async def test_a_recharge_card_goes_whole_into_the_wallet_lot_by_lot(world: World, till: Till) -> None:
    card, caller = world.card(kind="recharge", face_minor=200_00, bonus_minor=20_00), world.member(status="registered")
    member = till.at(caller)
    preview = await member.preview(card.by_pin)
    assert {"last4": card.number[-4:], "amount": {"amount": 220_00, "currency": "CNY"}} == said(preview)
    assert Balance(200_00, 20_00) == world.balance(card.id)
    answer = await member.redeem(card.by_pin)
    assert world.transfers(answer.journal_id) == [
        ("card_redeemed", 200_00, 2010, card.id, 2090, world.home),
        ("card_redeemed", 200_00, 2090, world.home, 2020, caller.id),
        ("card_redeemed", 20_00, 2011, card.id, 2090, world.home),
        ("card_redeemed", 20_00, 2090, world.home, 2021, caller.id),
    ]
    assert said(answer) == {
        "card_id": wire_id("card", card.id),
        "last4": card.number[-4:],
        "amount": {"amount": 220_00, "currency": "CNY"},
        "journal_id": said(answer)["journal_id"],
        "posted_at": "2026-03-02T04:00:00Z",
        "balance": {"amount": 220_00, "currency": "CNY"},
        "available": {"amount": 220_00, "currency": "CNY"},
    }
    assert (Balance(), Balance(200_00, 20_00)) == (world.balance(card.id), world.balance(caller.id))
    assert (card.id, caller.id, 220_00, card.number[-4:]) == world.one(
        "SELECT card_id, member_id, amount_minor, last4 FROM redemption WHERE journal_id = %s", answer.journal_id
    )
    assert ("redeemed", "active") == world.one(
        "SELECT c.status, m.status FROM card c, member m WHERE c.id = %s AND m.id = %s", card.id, caller.id
    )
    assert ["card.activated", "card.activated", "card.redeemed"] == world.events(card.id)


async def test_a_redeemed_card_is_of_no_use_to_anybody(world: World, till: Till) -> None:
    card = world.card(kind="recharge")
    assert None is (await till.at(world.member()).redeem(card.by_pin)).decline
    other = till.at(world.member())
    refused = [await other.redeem(card.by_pin), await other.preview(card.by_pin), await till.inquire(card.by_pin)]
    assert [Decline.CARD_REDEEMED] * 3 == [each.decline for each in refused]


async def test_the_rest_of_a_gift_card_can_be_loaded(world: World, till: Till) -> None:
    card, caller = world.card(), world.member()
    await till.purchase(card.by_pin, 40_00)
    assert None is (await till.at(caller).redeem(card.by_pin)).decline
    assert Balance(60_00) == world.balance(caller.id)


async def test_a_replayed_redemption_loads_once(world: World, till: Till) -> None:
    card, caller, key = world.card(kind="recharge"), world.member(), fresh("key")
    first, again = [await till.at(caller).redeem(card.by_pin, key=key) for _ in range(2)]
    assert (first.body, True) == (again.body, again.replayed)
    assert Balance(100_00) == world.balance(caller.id)


async def test_a_wallet_may_be_filled_to_its_cap(world: World, till: Till) -> None:
    caller = world.member(principal_minor=4900_00, named=True)
    assert None is (await till.at(caller).redeem(world.card(kind="recharge").by_pin)).decline
    assert Balance(5000_00) == world.balance(caller.id)


async def test_a_member_without_a_name_holds_what_a_bearer_may_and_records_it_for_more(
    world: World, till: Till
) -> None:
    caller = world.member(principal_minor=900_00)
    member, card = till.at(caller), world.card(kind="recharge")
    assert None is (await member.redeem(world.card(kind="recharge").by_pin)).decline
    assert Balance(1000_00) == world.balance(caller.id)
    refused = [await member.preview(card.by_pin), await member.redeem(card.by_pin)]
    assert [Decline.REAL_NAME_REQUIRED] * 2 == [each.decline for each in refused]
    author = Author(caller.actor_id, NOON)
    name = Identity("Ada Lovelace", DocumentKind.PASSPORT, "P1234567")
    assert None is await record_identity(till.house, caller.id, name, author)
    assert None is (await member.redeem(card.by_pin)).decline
    assert Balance(1100_00) == world.balance(caller.id)


async def test_a_refund_is_not_kept_back_for_want_of_a_name(world: World, till: Till) -> None:
    caller = world.member(principal_minor=1100_00)
    bought = await till.purchase(world.payment_code(caller), 200_00)
    assert None is (await till.refund(subject(bought))).decline
    assert Balance(1100_00) == world.balance(caller.id)
