"""The statement of an order against a count by hand, whatever has become of its cards."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from florin.batch.orders.replace_cards import replace_cards
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.ask_replacements import AskReplacements, ask_replacements
from florin.clearing.orders.decide_replacement import DecideReplacement, decide_replacement
from florin.clearing.orders.read_statement import SHOWS_CARDS, read_order_cards, read_statement
from florin.domain.card_instruction import InstructionKind
from florin.domain.card_selection import CardRange
from florin.domain.corporate_order import principal_of
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_statement import CardCounts, OrderStatement
from florin.domain.people import Role
from florin.domain.replacement import Replacement, ReplacementReason, ReportedCard
from florin.storage.corporate.order_statement import ListedCard
from tests.batch.orders.box_desk import BoxDesk, broken_proofs, fresh_key, next_moment, shown
from tests.corporate import Corporate
from tests.till import Till
from tests.world import NOON

FACES = (100_00, 200_00)
FATES = ("waiting", "voided", "unused", "spent", "loaded", "expired", "replaced waiting", "replaced active")
BASIS_POINTS = 9_300


@dataclass(frozen=True)
class Fate:
    """What becomes of a card, and how much of it is spent before, in minor units."""

    what: str
    spent_minor: int


fates = st.lists(
    st.builds(Fate, st.sampled_from(FATES), st.sampled_from([1, 50_00, 99_99, 100_00])), min_size=1, max_size=9
)


async def live(desk: BoxDesk, line: int, serial: int, fate: Fate) -> None:
    """Let a card's fate happen; it waits before."""
    world, here = desk.corporate.world, [CardRange(line, serial, serial)]
    card = desk.order.cards[line - 1][serial - 1]
    till = Till(desk.house, world.shop)
    if fate.what == "voided":
        await desk.done(InstructionKind.VOID, here)
    elif fate.what != "waiting":
        if fate.what != "replaced waiting":
            await desk.done(ranges=here)
        if fate.what in ("spent", "expired", "replaced active"):
            assert None is (await till.purchase(card.by_pin, fate.spent_minor)).decline
        if fate.what == "loaded":
            assert None is (await till.at(world.member(named=True)).redeem(card.by_pin)).decline
        if fate.what == "expired":
            world.connection.execute("UPDATE card SET expires_on = %s WHERE id = %s", (date(2026, 3, 1), card.id))
        if fate.what.startswith("replaced"):
            await replaced(desk, line, serial)


async def replaced(desk: BoxDesk, line: int, serial: int) -> None:
    house, buyer, manager = desk.house, desk.buyer, desk.corporate.manager
    now = next_moment()
    command = AskReplacements(desk.order.id, (ReportedCard(line, serial, ReplacementReason.MISSING),), fresh_key())
    asked = await ask_replacements(house, buyer, command, await shown(house, buyer, now), now)
    assert isinstance(asked, list)
    now = next_moment()
    decision = DecideReplacement(desk.order.id, asked[0].id, None)
    decided = await decide_replacement(house, manager, decision, await shown(house, manager, now), now)
    assert isinstance(decided, Replacement) or decided is Decline.REPLACEMENT_DECIDED
    await replace_cards(desk.house, desk.order.id, desk.corporate.world.clock)


def classes_of(face_minor: int, fate: Fate) -> tuple[list[str], int]:
    """How the statement should count the card, and its successor where it has one, and what is left on it."""
    left_minor = face_minor - fate.spent_minor
    by_use = "used_up" if left_minor == 0 else "partly_used"
    match fate.what:
        case "waiting" | "voided" | "loaded":
            return [fate.what], 0
        case "unused":
            return ["unused"], face_minor
        case "spent":
            return [by_use], left_minor
        case "expired":
            return ["used_up" if left_minor == 0 else "expired"], left_minor
        case "replaced waiting":
            return ["replaced", "waiting"], 0
        case _:
            # There is nothing to move from an empty card, so it stays.
            return (["replaced", "partly_used"], left_minor) if left_minor else (["used_up"], 0)


async def statement_of(desk: BoxDesk) -> OrderStatement:
    found = await read_statement(desk.house, desk.buyer, desk.order.id, NOON)
    assert not isinstance(found, Decline)
    return found[1]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(by_line=st.tuples(fates, fates))
async def test_the_figures_are_those_of_a_count_by_hand(
    house: ClearingHouse, corporate: Corporate, by_line: tuple[list[Fate], list[Fate]]
) -> None:
    lines = [("bearer_gift", face, len(of_line)) for face, of_line in zip(FACES, by_line, strict=True)]
    desk = BoxDesk(house, corporate, lines=(*lines, ("bearer_gift", 100_00, 1)), price_basis_points=BASIS_POINTS)
    expected, left_minor, paid_minor, face_minor = [], 0, 0, 0
    for line, (face, of_line) in enumerate(zip(FACES, by_line, strict=True), 1):
        counted: Counter[str] = Counter()
        for serial, fate in enumerate(of_line, 1):
            await live(desk, line, serial, fate)
            classes, left = classes_of(face, fate)
            counted.update(classes)
            left_minor += left
            if not {"waiting", "voided"} & set(classes):
                paid_minor += principal_of(face, BASIS_POINTS)
                face_minor += face
        expected.append(CardCounts(**counted))

    statement = await statement_of(desk)

    # The last line's only card waits, so that the order is never at its end before its time.
    assert [each.told(with_use=True) for each in (*expected, CardCounts(waiting=1))] == [
        each.counts for each in statement.lines
    ]
    total, amounts = sum(expected, CardCounts(waiting=1)), statement.amounts
    assert total.told(with_use=True) == statement.total
    assert (face_minor, paid_minor, face_minor - paid_minor) == (
        amounts.face_minor, amounts.paid_minor, amounts.bonus_minor,
    )  # fmt: skip
    unknown = total.partly_used + total.expired
    told = (face_minor - left_minor, left_minor) if unknown == 0 or unknown >= 10 else (None, None)
    assert told == (amounts.spent_minor, amounts.outstanding_minor)
    assert sum(len(of_line) for of_line in by_line) + 1 - total.voided == total.sold
    assert [] == await broken_proofs(house.pool)


@pytest.mark.parametrize("partly_used", [0, 1, 9, 10])
async def test_a_sum_over_few_cards_is_not_told(house: ClearingHouse, corporate: Corporate, partly_used: int) -> None:
    desk = BoxDesk(house, corporate, OrderStatus.ACTIVATED, (("bearer_gift", 100_00, 20),))
    till = Till(house, corporate.world.shop)
    for card in desk.order.cards[0][:partly_used]:
        assert None is (await till.purchase(card.by_pin, 30_00)).decline
    amounts = (await statement_of(desk)).amounts
    assert (2000_00, 1900_00, 100_00) == (amounts.face_minor, amounts.paid_minor, amounts.bonus_minor)
    told = (amounts.spent_minor, amounts.outstanding_minor)
    if partly_used in (1, 9):
        assert (None, None) == told
    else:
        assert (partly_used * 30_00, 2000_00 - partly_used * 30_00) == told


@pytest.mark.parametrize("status", OrderStatus)
async def test_nothing_is_visible_before_all_cards_are_made(
    house: ClearingHouse, corporate: Corporate, status: OrderStatus
) -> None:
    desk = BoxDesk(house, corporate, status)
    statement = await read_statement(house, desk.buyer, desk.order.id, NOON)
    cards = await read_order_cards(house, desk.buyer, desk.order.id, 10)
    if status in SHOWS_CARDS:
        assert not isinstance(statement, Decline)
        assert not isinstance(cards, Decline)
    else:
        assert (Decline.ORDER_NOT_IN_STATE,) * 2 == (statement, cards)


async def test_ours_see_what_the_customer_sees_and_strangers_nothing(
    house: ClearingHouse, corporate: Corporate
) -> None:
    desk = BoxDesk(house, corporate, OrderStatus.ACTIVATED)
    theirs = await read_statement(house, desk.buyer, desk.order.id, NOON)
    for role in (Role.OPERATOR, Role.MANAGER, Role.FINANCE, Role.AUDITOR):
        assert theirs == await read_statement(house, corporate.person(role), desk.order.id, NOON)
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    assert Decline.ORDER_NOT_FOUND is await read_statement(house, stranger, desk.order.id, NOON)
    assert Decline.ROLE_REQUIRED is await read_statement(
        house, corporate.person(Role.ADMINISTRATOR), desk.order.id, NOON
    )


async def test_the_list_of_cards_tells_of_no_use(house: ClearingHouse, corporate: Corporate) -> None:
    desk = BoxDesk(house, corporate, lines=(("bearer_gift", 100_00, 4), ("bearer_gift", 200_00, 2)))
    for serial, what in enumerate(("spent", "loaded", "replaced waiting", "voided"), 1):
        await live(desk, 1, serial, Fate(what, 100_00))
    listed = await read_order_cards(house, desk.buyer, desk.order.id, 50)
    assert not isinstance(listed, Decline)
    assert [
        (1, 1, "activated", None),
        (1, 2, "activated", None),
        (1, 3, "replaced", 5),
        (1, 4, "voided", None),
        (1, 5, "waiting", None),
        (2, 1, "waiting", None),
        (2, 2, "waiting", None),
    ] == [(each.line, each.serial, each.step, each.successor) for each in listed]
    assert desk.order.cards[0][0].number[-4:] == listed[0].last4
    pages: list[ListedCard] = []
    after = (0, 0)
    while page := await read_order_cards(house, desk.buyer, desk.order.id, 3, after):
        assert not isinstance(page, Decline)
        pages += page
        after = (page[-1].line, page[-1].serial)
    assert listed == pages
