"""Replacements: the old number is dead, the new one has all that was on it, and value moves by two people's word."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec
import pytest

from florin.batch.orders import replace_cards as carrying_out
from florin.batch.orders.replace_cards import replace_cards
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.activate_ordered_card import ActivateOrderedCard, activate_ordered_card
from florin.clearing.orders.ask_replacements import (
    AskReplacements,
    NotReplaceable,
    ask_replacements,
    replacements_asked_before,
)
from florin.clearing.orders.decide_replacement import DecideReplacement, decide_replacement
from florin.clearing.payer import CardAndPin
from florin.domain.card_instruction import InstructionKind
from florin.domain.card_selection import CardRange
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.replacement import CardFinding, Replacement, ReplacementReason, ReplacementStatus, ReportedCard
from florin.storage.corporate.replacements import find_replacement
from florin.storage.posting.request import Caller, KeyReusedError
from tests.batch.orders.box_desk import BoxDesk, broken_proofs, fresh_key, next_moment, shown
from tests.corporate import Corporate
from tests.till import Till
from tests.world import Balance, World

DAMAGED = ReplacementReason.DAMAGED
REPLACED, WAITING = ReplacementStatus.REPLACED, ReplacementStatus.WAITING_FOR_APPROVAL

Asked = list[Replacement] | NotReplaceable | Decline


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> BoxDesk:
    return BoxDesk(house, corporate)


async def ask(desk: BoxDesk, *serials: int, actor: Actor | None = None, key: str | None = None, line: int = 1) -> Asked:
    now, actor = next_moment(), actor or desk.buyer
    cards = tuple(ReportedCard(line, serial, DAMAGED) for serial in serials)
    command = AskReplacements(desk.order.id, cards, key or fresh_key())
    before = await replacements_asked_before(desk.house, actor, command)
    return before or await ask_replacements(desk.house, actor, command, await shown(desk.house, actor, now), now)


async def asked(desk: BoxDesk, *serials: int) -> list[Replacement]:
    replacements = await ask(desk, *serials)
    assert isinstance(replacements, list), replacements
    return replacements


async def decide(
    desk: BoxDesk, replacement: Replacement, *, actor: Actor | None = None, no: str | None = None
) -> Replacement | Decline:
    now, actor = next_moment(), actor or desk.corporate.manager
    command = DecideReplacement(desk.order.id, replacement.id, no)
    return await decide_replacement(desk.house, actor, command, await shown(desk.house, actor, now), now)


async def as_it_stands(desk: BoxDesk, replacement: Replacement) -> Replacement:
    await replace_cards(desk.house, desk.order.id, desk.corporate.world.clock)
    found = await find_replacement(desk.house.pool, replacement.id)
    assert found is not None
    return found


async def replaced(desk: BoxDesk, serial: int) -> Replacement:
    """The finished replacement of an active card."""
    (waiting,) = await asked(desk, serial)
    assert isinstance(await decide(desk, waiting), Replacement)
    return await as_it_stands(desk, waiting)


def secrets(world: World, card_id: UUID | None) -> CardAndPin:
    """What the holder of a card that the service has made knows of it."""
    assert card_id is not None
    key_id, sealed = world.one("SELECT key_id, number_encrypted FROM card WHERE id = %s", card_id)
    number = world.vault.card_numbers.open(sealed, card_id.bytes).decode()
    return CardAndPin(number, world.vault.cards.derive_pin(key_id, card_id.bytes))


async def test_a_card_that_waits_gives_its_place_and_its_reservation(desk: BoxDesk, world: World) -> None:
    (replacement,) = await asked(desk, 2)
    done = await as_it_stands(desk, replacement)
    assert (REPLACED, 2, 4, None) == (done.status, done.old_serial, done.new_serial, done.journal_id)
    assert [["sold", "replaced", "sold", "sold"]] == desk.statuses()
    assert ("delivered", desk.order.price_minor, 0) == desk.standing()
    assert ["card.replaced"] == world.events(done.old_card_id)
    outcome = await desk.done()
    assert (3, 1, 0) == (outcome.done, outcome.skipped, outcome.refused)
    assert Balance(95_00, 5_00) == world.balance(done.new_card_id or done.id)
    assert ("activated", 0, desk.order.price_minor) == desk.standing()
    assert [] == await broken_proofs(desk.house.pool)


async def test_a_reported_card_is_not_activated_before_it_is_replaced(desk: BoxDesk) -> None:
    (replacement,) = await asked(desk, 2)
    outcome = await desk.done()
    assert (2, 0, 1) == (outcome.done, outcome.skipped, outcome.refused)
    assert [["active", "sold", "active"]] == desk.statuses()
    assert REPLACED == (await as_it_stands(desk, replacement)).status
    assert [["active", "replaced", "active", "sold"]] == desk.statuses()
    assert 1 == (await desk.done()).done
    assert "activated" == desk.standing()[0]
    assert [] == await broken_proofs(desk.house.pool)


async def test_an_active_card_moves_to_the_fen_and_its_old_number_is_dead(desk: BoxDesk, world: World) -> None:
    await desk.done()
    card, till = desk.order.cards[0][0], Till(desk.house, world.shop)
    assert None is (await till.purchase(card.by_pin, 7_01)).decline
    before = world.balance(card.id)
    done = await replaced(desk, 1)
    assert (REPLACED, Balance(), before) == (
        done.status,
        world.balance(card.id),
        world.balance(done.new_card_id or done.id),
    )
    clearing, new = (2092, world.home), done.new_card_id
    assert [
        ("card_replaced", 92_99, 2010, card.id, *clearing),
        ("card_replaced", 92_99, *clearing, 2010, new),
    ] == world.transfers(done.journal_id)
    assert Decline.CARD_NOT_ACTIVE is (await till.purchase(card.by_pin, 1)).decline
    assert Decline.CARD_NOT_ACTIVE is (await till.at(world.member()).redeem(card.by_pin)).decline
    assert None is (await till.purchase(secrets(world, new), 92_99)).decline
    expiry = world.rows("SELECT DISTINCT expires_on FROM card WHERE id = ANY(%s)", [card.id, new])
    assert 1 == len(expiry)
    assert ["card.activated", "purchase.completed", "card.blocked", "card.replaced"] == world.events(card.id)
    assert [] == await broken_proofs(desk.house.pool)


async def test_both_lots_move_to_the_same_lots(desk: BoxDesk, world: World) -> None:
    await desk.done()
    done = await replaced(desk, 1)
    assert Balance(95_00, 5_00) == world.balance(done.new_card_id or done.id)
    assert [95_00, 95_00, 5_00, 5_00] == [row[1] for row in world.transfers(done.journal_id)]
    assert [] == await broken_proofs(desk.house.pool)


async def test_value_moves_only_with_a_second_person(desk: BoxDesk, corporate: Corporate, world: World) -> None:
    await desk.done()
    (waiting,) = await asked(desk, 1)
    assert WAITING == (await as_it_stands(desk, waiting)).status
    assert [["active"] * 3] == desk.statuses()
    assert Decline.ROLE_REQUIRED is await decide(desk, waiting, actor=corporate.operator)
    assert Decline.ROLE_REQUIRED is await decide(desk, waiting, actor=desk.buyer)
    double = corporate.person(Role.MANAGER, same_as=desk.buyer)
    assert Decline.SAME_PERSON is await decide(desk, waiting, actor=double)
    assert isinstance(await decide(desk, waiting), Replacement)
    assert Decline.REPLACEMENT_DECIDED is await decide(desk, waiting)
    assert REPLACED == (await as_it_stands(desk, waiting)).status
    people = world.rows("SELECT action, actor_id FROM audit WHERE subject_id = %s ORDER BY id", desk.order.id)[-3:]
    assert [
        ("order.replacements_asked", desk.buyer.session_id),
        ("order.replacement_approved", corporate.manager.session_id),
        ("order.card_replaced", desk.buyer.session_id),
    ] == people


async def test_a_no_leaves_the_card_and_lets_it_be_asked_for_again(desk: BoxDesk) -> None:
    await desk.done()
    (waiting,) = await asked(desk, 1)
    refused = await decide(desk, waiting, no="no police report")
    assert isinstance(refused, Replacement)
    assert (ReplacementStatus.REFUSED, "not_approved") == (refused.status, refused.refusal)
    assert [["active"] * 3] == desk.statuses()
    assert REPLACED == (await replaced(desk, 1)).status


async def test_a_card_with_open_holds_is_not_replaced(desk: BoxDesk, world: World) -> None:
    await desk.done(ranges=[CardRange(1, 1, 1)])
    card = desk.order.cards[0][0]
    assert None is (await Till(desk.house, world.shop).hold(card.by_pin, 1_00)).decline
    done = await replaced(desk, 1)
    assert (ReplacementStatus.REFUSED, "open_holds") == (done.status, done.refusal)
    # Its successor has nobody's place: it is void, and nobody hears of it.
    assert [["active", "sold", "sold", "voided"]] == desk.statuses()
    again = await desk.done()
    assert (2, 2, 0) == (again.done, again.skipped, again.refused)
    assert [] == await broken_proofs(desk.house.pool)


async def test_a_used_up_card_has_nothing_to_move(desk: BoxDesk, world: World) -> None:
    await desk.done()
    assert None is (await Till(desk.house, world.shop).purchase(desk.order.cards[0][0].by_pin, 100_00)).decline
    assert "insufficient_funds" == (await replaced(desk, 1)).refusal


async def test_a_card_is_replaced_once(desk: BoxDesk) -> None:
    await asked(desk, 1)
    twice = NotReplaceable((CardFinding("1-000001", Decline.CARD_NOT_REPLACEABLE),))
    assert twice == await ask(desk, 1, 2)
    await replace_cards(desk.house, desk.order.id)
    assert twice == await ask(desk, 1)
    # Its successor may be damaged in turn.
    (second,) = await asked(desk, 4)
    assert 5 == (await as_it_stands(desk, second)).new_serial


async def test_what_cannot_be_replaced_is_named_card_by_card(desk: BoxDesk, world: World) -> None:
    await desk.done(InstructionKind.VOID, [CardRange(1, 2, 2)])
    world.connection.execute("UPDATE card SET status = 'redeemed' WHERE id = %s", (desk.order.cards[0][2].id,))
    expected = (
        CardFinding("1-000002", Decline.CARD_NOT_ACTIVE),
        CardFinding("1-000003", Decline.CARD_REDEEMED),
        CardFinding("1-000009", Decline.CARD_NOT_FOUND),
    )
    assert NotReplaceable(expected) == await ask(desk, 1, 2, 3, 9)
    assert [] == world.rows("SELECT id FROM card_replacement WHERE order_id = %s", desk.order.id)
    world.connection.execute("UPDATE card SET status = 'sold' WHERE id = %s", (desk.order.cards[0][2].id,))


async def test_a_claimed_card_waits_for_approval_although_it_is_worth_nothing(desk: BoxDesk, world: World) -> None:
    card = desk.order.cards[0][0]
    world.insert(
        "claim_link",
        card_id=card.id, order_id=desk.order.id, line=1, serial=1, token_index=card.id.bytes, sending=1,
        **claimed(world),
    )  # fmt: skip
    (waiting,) = await asked(desk, 1)
    assert WAITING == waiting.status


def claimed(world: World) -> dict[str, object]:
    now = world.clock.now
    return {"sent_at": now, "expires_at": now.replace(year=2027), "claimed_at": now}


async def test_a_key_that_the_customer_has_used_replaces_a_card_all_the_same(desk: BoxDesk) -> None:
    (replacement,) = await asked(desk, 1)
    for word in ("asked", "approved"):
        await desk.occupy(f"replace:{replacement.id.hex}:{word}")
    assert REPLACED == (await as_it_stands(desk, replacement)).status


async def test_a_card_that_was_being_activated_when_it_was_reported_waits_for_approval_then(desk: BoxDesk) -> None:
    (replacement,) = await asked(desk, 1)
    caller = Caller(desk.order.id, desk.buyer.session_id)
    begun = ActivateOrderedCard(desk.customer, desk.order.id, replacement.old_card_id)
    assert None is (await desk.house.engine.submit(activate_ordered_card(desk.house, caller, "begun", begun))).decline
    await desk.done()
    waiting = await as_it_stands(desk, replacement)
    assert (WAITING, 4) == (waiting.status, waiting.new_serial)
    assert isinstance(await decide(desk, waiting), Replacement)
    done = await as_it_stands(desk, waiting)
    assert (REPLACED, waiting.new_card_id) == (done.status, done.new_card_id)
    assert [["replaced", "active", "active", "active"]] == desk.statuses()
    assert [] == await broken_proofs(desk.house.pool)


async def test_the_same_key_finds_the_same_replacements(desk: BoxDesk) -> None:
    key = fresh_key()
    first = await ask(desk, 1, 2, key=key)
    assert first == await ask(desk, 2, 1, key=key)
    with pytest.raises(KeyReusedError):
        await ask(desk, 1, key=key)


@pytest.mark.parametrize(
    "status", [each for each in OrderStatus if each not in (OrderStatus.DELIVERED, OrderStatus.ACTIVATED)]
)
async def test_cards_are_replaced_from_receipt_on(
    house: ClearingHouse, corporate: Corporate, status: OrderStatus
) -> None:
    assert Decline.ORDER_NOT_IN_STATE is await ask(BoxDesk(house, corporate, status), 1)


async def test_who_may_ask(desk: BoxDesk, corporate: Corporate) -> None:
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    assert Decline.ORDER_NOT_FOUND is await ask(desk, 1, actor=stranger)
    assert Decline.ROLE_REQUIRED is await ask(desk, 1, actor=corporate.manager)
    assert isinstance(await ask(desk, 1, actor=corporate.operator), list)


async def test_a_registered_card_keeps_its_holder(house: ClearingHouse, corporate: Corporate) -> None:
    desk = BoxDesk(house, corporate, OrderStatus.ACTIVATED, (("registered_gift", 2000_00, 1),))
    world, card_id = corporate.world, desk.order.cards[0][0].id
    holder = Identity("Ada Lovelace", DocumentKind.PASSPORT, "P1234567")
    sealed = world.vault.card_identities.seal(msgspec.json.encode(holder), card_id.bytes)
    world.insert("card_holder", card_id=card_id, shard=0, identity_encrypted=sealed, recorded_at=world.clock.now)
    new = (await replaced(desk, 1)).new_card_id
    assert new is not None
    (kept,) = world.one("SELECT identity_encrypted FROM card_holder WHERE card_id = %s", new)
    assert holder == msgspec.json.decode(world.vault.card_identities.open(kept, new.bytes), type=Identity)


@pytest.mark.parametrize("active", [False, True])
async def test_a_kill_between_the_steps_splits_nothing(
    desk: BoxDesk, world: World, monkeypatch: pytest.MonkeyPatch, *, active: bool
) -> None:
    if active:
        await desk.done()
    (replacement,) = await asked(desk, 1)
    if active:
        await decide(desk, replacement)
    for step in ("_take_place", "end_replacement"):
        with monkeypatch.context() as broken:
            broken.setattr(carrying_out, step, _killed)
            with pytest.raises(KeyboardInterrupt):
                await replace_cards(desk.house, desk.order.id, world.clock)
        worth = [status for line in desk.statuses() for status in line if status in ("sold", "active")]
        assert 3 == len(worth)
        assert [] == await broken_proofs(desk.house.pool)
    done = await as_it_stands(desk, replacement)
    assert (REPLACED, 4) == (done.status, done.new_serial)
    assert 4 == sum(map(len, desk.statuses()))


async def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


async def test_the_schema_lets_no_value_move_by_one_persons_word(desk: BoxDesk, world: World) -> None:
    await desk.done()
    done = await replaced(desk, 1)
    for change in ("decided_person = NULL, decided_by = NULL, decided_at = NULL", "decided_person = asked_person"):
        with pytest.raises(Exception, match="two_people"):
            world.connection.execute(f"UPDATE card_replacement SET {change} WHERE id = %s", (done.id,))  # noqa: S608


async def test_two_processes_replace_a_card_once(desk: BoxDesk, world: World) -> None:
    replacements: Sequence[Replacement] = await asked(desk, 1, 2, 3)
    async with world.clearing_house() as other:
        await asyncio.gather(
            *(replace_cards(each, desk.order.id, world.clock) for each in (desk.house, other, desk.house, other))
        )
    stand = [await as_it_stands(desk, each) for each in replacements]
    assert [REPLACED] * 3 == [each.status for each in stand]
    assert [["replaced"] * 3 + ["sold"] * 3] == desk.statuses()
    assert [] == await broken_proofs(desk.house.pool)
