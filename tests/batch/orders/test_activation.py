"""Activation of ordered cards: what is posted, who may ask, and what becomes of cards that cannot be activated."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from florin.batch.orders.carry_out import carry_out, carry_out_what_waits
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.activate_ordered_card import ActivateOrderedCard, activate_ordered_card
from florin.clearing.orders.recipients import sealed_recipient
from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.card_selection import CardRange
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.identity import Identity as Person
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.domain.recipient import Recipient
from florin.storage.corporate.instructions import refusals_of
from florin.storage.posting.request import Caller, KeyReusedError
from tests.batch.orders.box_desk import BoxDesk, broken_proofs, fresh_key
from tests.corporate import Corporate, code_at
from tests.till import Till
from tests.world import NOON, Balance, KnownCard, World

VOID = InstructionKind.VOID


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> BoxDesk:
    return BoxDesk(house, corporate)


async def test_an_activated_card_is_worth_its_face_paid_part_and_bonus_apart(desk: BoxDesk, world: World) -> None:
    done = await desk.done(ranges=[CardRange(1, 2, 2)])
    card = desk.order.cards[0][1]
    assert (1, 0, 0, True) == (done.done, done.skipped, done.refused, done.is_finished)
    assert [["sold", "active", "sold"]] == desk.statuses()
    assert ("delivered", 190_00, 95_00) == desk.standing()
    assert Balance(95_00, 5_00) == world.balance(card.id)
    (journal_id,) = world.one(
        "SELECT journal_id FROM outbox WHERE subject_id = %s AND name = 'card.activated'", card.id
    )
    clearing = (2091, world.home)
    assert [
        ("card_activated", 95_00, 2030, desk.customer, *clearing),
        ("card_activated", 95_00, *clearing, 2010, card.id),
        ("card_activated", 5_00, 5010, world.home, 2011, card.id),
    ] == world.transfers(journal_id)
    (answer,) = world.one("SELECT answer FROM operation WHERE journal_id = %s", journal_id)
    assert ("1-000002", "2029-03-02") == (answer["reference"], answer["expires_on"])
    paid = await Till(desk.house, world.shop).purchase(card.by_pin, 100_00)
    assert None is paid.decline
    assert [] == await broken_proofs(desk.house.pool)


async def test_a_card_is_worth_nothing_before_its_activation(desk: BoxDesk, world: World) -> None:
    card = desk.order.cards[0][0]
    assert Decline.CARD_NOT_ACCEPTED is (await Till(desk.house, world.shop).purchase(card.by_pin, 1)).decline
    assert Decline.CARD_NOT_SELLABLE is (await Till(desk.house, world.shop).activate(card)).decline


async def test_the_last_card_completes_the_order(desk: BoxDesk, world: World) -> None:
    await desk.done(ranges=[CardRange(1, 1, 2)])
    assert [] == world.events(desk.order.id)
    await desk.done(ranges=[CardRange(1, 2, 3)])
    assert ("activated", 0, desk.order.price_minor) == desk.standing()
    assert ["order.activated"] == world.events(desk.order.id)
    assert [] == await broken_proofs(desk.house.pool)


async def test_cards_that_are_active_are_skipped_and_others_refused_by_name(desk: BoxDesk, world: World) -> None:
    world.connection.execute("UPDATE card SET block = 'all' WHERE id = %s", (desk.order.cards[0][1].id,))
    await desk.done(ranges=[CardRange(1, 3, 3)])
    done = await desk.done()
    assert (1, 1, 1) == (done.done, done.skipped, done.refused)
    assert [RefusedCard(1, 2, "card_blocked")] == await refusals_of(desk.house.pool, done.id, 10)
    world.connection.execute("UPDATE card SET block = 'none' WHERE id = %s", (desk.order.cards[0][1].id,))
    assert 1 == (await desk.done()).done
    assert ("activated", 0, desk.order.price_minor) == desk.standing()


async def test_a_voided_card_is_refused_when_it_is_named(desk: BoxDesk) -> None:
    await desk.done(VOID, [CardRange(1, 1, 1)])
    done = await desk.done(ranges=[CardRange(1, 1, 3)])
    assert (2, 0, 1) == (done.done, done.skipped, done.refused)
    assert [RefusedCard(1, 1, "card_not_sellable")] == await refusals_of(desk.house.pool, done.id, 10)
    assert ("activated", 0, 190_00) == desk.standing()


async def test_whoever_says_all_means_the_cards_that_are_left(desk: BoxDesk) -> None:
    await desk.done(VOID, [CardRange(1, 1, 1)])
    done = await desk.done()
    assert (2, 1, 0) == (done.done, done.skipped, done.refused)
    assert ("activated", 0, 190_00) == desk.standing()


@pytest.mark.parametrize("status", [each for each in OrderStatus if each is not OrderStatus.DELIVERED])
async def test_nothing_is_activated_before_receipt_or_after_the_end(
    house: ClearingHouse, corporate: Corporate, status: OrderStatus
) -> None:
    desk = BoxDesk(house, corporate, status)
    before = corporate.world.everything_that_counts()
    assert Decline.ORDER_NOT_IN_STATE is await desk.ask()
    assert before == corporate.world.everything_that_counts()


@pytest.mark.parametrize("kind", InstructionKind)
async def test_the_engine_refuses_a_card_of_an_order_in_another_state(
    house: ClearingHouse, corporate: Corporate, kind: InstructionKind
) -> None:
    desk = BoxDesk(house, corporate)
    instruction = await desk.asked(kind)
    corporate.world.connection.execute(
        "UPDATE corporate_order SET status = 'generating' WHERE id = %s", (desk.order.id,)
    )
    done = await carry_out(house, instruction.id)
    assert (0, 0, 3) == (done.done, done.skipped, done.refused)
    assert {"order_not_in_state"} == {each.code for each in await refusals_of(house.pool, done.id, 10)}
    corporate.world.connection.execute(
        "UPDATE corporate_order SET status = 'delivered' WHERE id = %s", (desk.order.id,)
    )


async def test_who_may_ask(desk: BoxDesk) -> None:
    corporate = desk.corporate
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    approver = corporate.person(Role.APPROVER, customer=desk.customer)
    assert Decline.ORDER_NOT_FOUND is await desk.ask(actor=stranger)
    assert Decline.ROLE_REQUIRED is await desk.ask(actor=approver)
    assert Decline.ROLE_REQUIRED is await desk.ask(actor=corporate.operator)
    assert Decline.ROLE_REQUIRED is await desk.ask(VOID, actor=corporate.manager)
    assert isinstance(await desk.ask(VOID, actor=corporate.operator), Instruction)


async def test_a_code_activates_once(desk: BoxDesk) -> None:
    code = code_at(NOON - timedelta(hours=1))
    assert Decline.TOTP_CODE_INCORRECT is await desk.ask(code=code)
    first = await desk.asked(ranges=[CardRange(1, 1, 1)])
    again = await desk.ask(ranges=[CardRange(1, 2, 2)], code=code_at(first.asked_at))
    assert Decline.TOTP_CODE_INCORRECT is again


async def test_a_refused_instruction_spends_no_code(desk: BoxDesk, world: World) -> None:
    spent = "SELECT totp_last_step FROM login WHERE id = %s"
    before = world.one(spent, desk.buyer.login_id)
    with pytest.raises(InvalidField):
        await desk.ask(ranges=[CardRange(1, 3, 4)])
    assert before == world.one(spent, desk.buyer.login_id)


async def test_the_same_key_finds_the_same_instruction(desk: BoxDesk) -> None:
    key = fresh_key()
    first = await desk.ask(key=key)
    assert isinstance(first, Instruction)
    assert first == await desk.ask(key=key, code="000000")
    with pytest.raises(KeyReusedError):
        await desk.ask(ranges=[CardRange(1, 1, 3)], key=key)
    # Voiding is another thing, whatever its key.
    assert isinstance(await desk.ask(VOID, key=key), Instruction)


async def test_a_suspended_customer_activates_nothing(desk: BoxDesk, world: World) -> None:
    instruction = await desk.asked()
    world.connection.execute("UPDATE customer SET status = 'suspended' WHERE id = %s", (desk.customer,))
    assert Decline.CUSTOMER_NOT_ACTIVE is await desk.ask()
    done = await carry_out(desk.house, instruction.id)
    assert (0, 3) == (done.done, done.refused)


async def test_a_registered_card_gets_its_recipient_for_a_holder(house: ClearingHouse, corporate: Corporate) -> None:
    desk = BoxDesk(house, corporate, lines=(("registered_gift", 2000_00, 2),))
    world, place = corporate.world, (1, 1)
    person = Person("王小明", DocumentKind.PASSPORT, "E12345678")
    sealed = sealed_recipient(world.vault, desk.order.id, place, Recipient("王小明", "x@example.org", None, person))
    world.insert("order_recipient", order_id=desk.order.id, **sealed._asdict())
    done = await desk.done()
    assert (1, 1) == (done.done, done.refused)
    assert [RefusedCard(1, 2, "real_name_required")] == await refusals_of(house.pool, done.id, 10)
    card_id = desk.order.cards[0][0].id
    (kept,) = world.one("SELECT identity_encrypted FROM card_holder WHERE card_id = %s", card_id)
    opened = msgspec.json.decode(world.vault.card_identities.open(kept, card_id.bytes), type=Identity)
    assert Identity("王小明", DocumentKind.PASSPORT, "E12345678") == opened
    assert (None,) == world.one("SELECT expires_on FROM card WHERE id = %s", card_id)


async def test_no_more_is_activated_than_is_reserved(desk: BoxDesk, world: World) -> None:
    with world.connection.transaction():
        world.connection.execute(
            "UPDATE corporate_order SET reserved_minor = %s WHERE id = %s", (189_99, desk.order.id)
        )
        world.connection.execute(
            "UPDATE strict_account SET held_minor = %s WHERE owner_id = %s", (189_99, desk.customer)
        )
    done = await desk.done()
    assert (1, 2) == (done.done, done.refused)
    assert {"not_funded"} == {each.code for each in await refusals_of(desk.house.pool, done.id, 10)}
    assert ("delivered", 94_99, 95_00) == desk.standing()


async def test_a_card_of_another_order_is_not_activated_by_this_one(desk: BoxDesk) -> None:
    other = desk.corporate.order(desk.customer, OrderStatus.DELIVERED)
    stranger = desk.corporate.customer(funding_minor=1000_00)

    async def said_to(customer: UUID, card: KnownCard) -> Decline | None:
        command = ActivateOrderedCard(customer, desk.order.id, card.id)
        caller = Caller(desk.order.id, desk.buyer.session_id)
        return (await desk.house.engine.submit(activate_ordered_card(desk.house, caller, fresh_key(), command))).decline

    assert Decline.CARD_NOT_FOUND is await said_to(desk.customer, other.cards[0][0])
    assert Decline.ORDER_NOT_FOUND is await said_to(stranger, desk.order.cards[0][0])


@pytest.mark.parametrize("kind", InstructionKind)
async def test_a_key_that_the_customer_has_used_changes_nothing(desk: BoxDesk, kind: InstructionKind) -> None:
    instruction = await desk.asked(kind)
    for card in desk.order.cards[0]:
        await desk.occupy(f"{kind}:{instruction.id.hex}:{card.id.hex}")
    done = await carry_out(desk.house, instruction.id)
    assert (3, 0, 0) == (done.done, done.skipped, done.refused)
    assert [["active" if kind is InstructionKind.ACTIVATE else "voided"] * 3] == desk.statuses()


async def test_the_duty_finishes_what_was_begun(desk: BoxDesk) -> None:
    await desk.asked(ranges=[CardRange(1, 1, 1)])
    await desk.asked(ranges=[CardRange(1, 2, 3)])
    await carry_out_what_waits(desk.house)
    assert [["active"] * 3] == desk.statuses()


async def test_an_instruction_stands_in_the_audit_trail_of_its_order(desk: BoxDesk, world: World) -> None:
    await desk.done()
    rows = world.rows("SELECT action, actor_id FROM audit WHERE subject_id = %s ORDER BY id", desk.order.id)
    session = desk.buyer.session_id
    assert [("order.activation_asked", session), ("order.activated", session)] == rows
