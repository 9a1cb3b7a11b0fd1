"""A shop pays by transfer what it owes for cards that it has sold: up to that, and what was paid is not set off."""

from typing import Any, LiteralString
from uuid import UUID

import pytest

from florin.clearing.settlement.read_merchant_debts import read_merchant_debts
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.merchant_debt import MerchantDebts
from florin.domain.merchant_terms import MerchantTerms
from tests.clearing.every_proof import findings
from tests.clearing.settlement.settling import Settling
from tests.world import TODAY


async def owes(settling: Settling) -> list[int]:
    """What the shop is told that it owes."""
    found = await read_merchant_debts(settling.house, settling.merchant, settling.merchant)
    assert isinstance(found, MerchantDebts)
    return [each.owed_minor for each in found.debts if each.programme_id == settling.within]


async def test_a_shop_pays_what_it_owes_bit_by_bit_and_its_statement_says_so(settling: Settling) -> None:
    settling.world.card(principal_minor=80_00)
    assert [80_00] == await owes(settling)
    assert await settling.pay_debt(30_00) is None
    assert await settling.pay_debt(50_01) is Decline.MERCHANT_OWES_LESS
    shown = await settling.settle_day()
    assert (80_00, 30_00, 50_00) == (shown.sold_minor, shown.debt_paid_minor, shown.receivable_out_minor)
    assert await settling.pay_debt(50_00) is None
    # A day on which nothing but this happened has its statement, too.
    rest = await settling.settle_day()
    assert (50_00, 50_00, 0) == (rest.receivable_in_minor, rest.debt_paid_minor, rest.receivable_out_minor)
    assert (0, [0]) == (settling.debt, await owes(settling))
    assert await settling.pay_debt(1) is Decline.MERCHANT_OWES_LESS


async def test_what_a_drafted_statement_sets_off_is_as_good_as_paid(settling: Settling) -> None:
    await settling.agree(MerchantTerms(sets_off=True))
    settling.world.card(principal_minor=80_00)
    await settling.buy(60_00)
    settling.close_day()
    await settling.draft()
    assert [20_00] == await owes(settling)
    assert await settling.pay_debt(20_01) is Decline.MERCHANT_OWES_LESS
    assert await settling.pay_debt(20_00) is None
    # Drawn up anew, it is what it was.
    await settling.draft()
    (statement,) = await settling.statements()
    assert 60_00 == statement.set_off_minor
    assert (await settling.approve(statement))[1] is None
    assert (0, 0) == (settling.debt, (await settling.settle_day()).receivable_out_minor)


async def test_what_was_paid_since_a_day_is_not_set_off_by_its_statement(settling: Settling) -> None:
    await settling.agree(MerchantTerms(sets_off=True))
    settling.world.card(principal_minor=80_00)
    await settling.buy(60_00)
    settling.close_day()
    # Before anybody has drawn the day up.
    assert await settling.pay_debt(70_00) is None
    await settling.draft()
    (statement,) = await settling.statements()
    assert (10_00, 70_00, 50_00) == (
        statement.set_off_minor,
        statement.receivable_out_minor,
        statement.payout_minor,
    )
    assert (await settling.approve(statement))[1] is None
    assert (0, 0) == (settling.debt, (await settling.settle_day()).receivable_out_minor)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"programme_id": UUID(int=1)}, Decline.PROGRAMME_NOT_FOUND),
        ({"merchant_id": UUID(int=1)}, Decline.MERCHANT_NOT_FOUND),
        ({"unit": "EUR"}, Decline.CURRENCY_MISMATCH),
        ({"reference": "taken"}, Decline.DUPLICATE_REFERENCE),
    ],
)
async def test_a_payment_that_cannot_be_is_refused(settling: Settling, wrong: dict[str, Any], why: Decline) -> None:
    settling.world.card(principal_minor=80_00)
    assert await settling.pay_debt(1_00, "taken") is None
    assert why is await settling.pay_debt(1_00, **wrong)
    assert 79_00 == settling.debt


async def test_finance_records_what_has_come_in(settling: Settling) -> None:
    settling.world.card(principal_minor=80_00)
    assert Decline.ROLE_REQUIRED is await settling.pay_debt(1_00, by=settling.corporate.manager)
    with pytest.raises(InvalidField, match="received_on"):
        await settling.pay_debt(1_00, received_on=TODAY.replace(year=TODAY.year + 1))


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("DELETE FROM merchant_debt_payment", "merchant debt payments"),
        ("UPDATE merchant_debt_payment SET amount_minor = 1", "merchant debt payments"),
        ("DELETE FROM transfer WHERE event = 'merchant_debt_paid'", "merchant debt payments"),
        (
            "UPDATE merchant_statement SET debt_paid_minor = 1, receivable_out_minor = receivable_out_minor - 1",
            "merchant receivable",
        ),
    ],
)
async def test_what_was_changed_by_hand_is_found(settling: Settling, tampering: LiteralString, found: str) -> None:
    world = settling.world
    world.card(principal_minor=80_00)
    await settling.settle_day()
    assert await settling.pay_debt(30_00) is None
    world.connection.execute("SET session_replication_role = replica")
    world.connection.execute(tampering)
    world.connection.execute("RESET session_replication_role")
    async with settling.house.pool.connection() as connection:
        wrong = await findings(connection)
    assert any(each.startswith(f"{found}:") for each in wrong), wrong
    # The fixture proves the book when the test is over, so it begins anew.
    world.start_over()
