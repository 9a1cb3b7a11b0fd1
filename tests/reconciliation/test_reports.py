"""The reports of the book show what stands in it, sealed or not."""

import pytest

from florin.reconciliation.findings import account_name
from florin.reconciliation.reports import flow_balances, outstanding, roll_forward, trial_balance
from florin.reconciliation.seal_day import close_and_seal
from florin.storage.book.balances import OutstandingLine, RollForwardLine
from florin.storage.connect import Pool
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, PROGRAMME, clerk
from tests.reconciliation.conftest import Story


async def test_a_trial_balance_has_equal_sides_and_ends_on_the_day_asked_for(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=NEXT_MORNING.date().replace(day=22))
    lines = await trial_balance(pool, PROGRAMME.id, DAY)
    assert [
        (1030, "merchant receivable (cards sold at a till)", 23_000, 0),
        (2010, "card value, principal", 8_000, 24_000),
        (2011, "card value, bonus", 500, 2_000),
        (2020, "member wallet, principal", 0, 5_000),
        (2040, "merchant payable", 1_000, 3_500),
        (2090, "redemption clearing", 5_000, 5_000),
        (5010, "promotional value granted", 2_000, 0),
    ] == [(line.code, line.name, line.debits_minor, line.credits_minor) for line in lines]
    assert sum(line.debits_minor for line in lines) == sum(line.credits_minor for line in lines)
    assert [3_600] == [line.credits_minor for line in await trial_balance(pool, PROGRAMME.id) if line.code == 2040]


@pytest.mark.usefixtures("story")
async def test_flow_balances_are_the_same_before_and_after_a_day_is_sealed(pool: Pool) -> None:
    unsealed = await flow_balances(pool, PROGRAMME.id)
    await close_and_seal(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert unsealed == await flow_balances(pool, PROGRAMME.id)
    assert [(1030, 23_000), (2040, 2_500), (2090, 0), (5010, 2_000)] == [
        (line.code, line.balance_minor) for line in unsealed
    ]


async def test_flow_balances_add_what_was_posted_since_the_last_seal(story: Story, pool: Pool) -> None:
    await close_and_seal(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    story.book.purchase(story.card, 100, day=NEXT_MORNING.date().replace(day=22))
    (due,) = [line for line in await flow_balances(pool, PROGRAMME.id) if line.code == 2040]
    assert (MERCHANT, 2_600) == (due.owner_id, due.balance_minor)


async def test_outstanding_value_is_shown_by_product_denomination_and_status(story: Story, pool: Pool) -> None:
    story.book.card("in_stock")
    assert [
        OutstandingLine("gift", 10_000, "active", 2, 16_000, 1_500),
        OutstandingLine("gift", 10_000, "in_stock", 1, 0, 0),
        OutstandingLine("gift", 10_000, "redeemed", 1, 0, 0),
    ] == await outstanding(pool, PROGRAMME.id)


async def test_the_roll_forward_leads_to_what_is_outstanding(story: Story, pool: Pool) -> None:
    lines = await roll_forward(pool, PROGRAMME.id)
    assert [
        RollForwardLine("card_activated", "CNY", 3, 25_000, 0),
        RollForwardLine("card_redeemed", "CNY", 1, 5_000, 5_000),
        RollForwardLine("purchase", "CNY", 1, 0, 3_500),
        RollForwardLine("refund", "CNY", 1, 1_000, 0),
    ] == lines
    balances = sum(balance for balance, _ in story.book.accounts.values())
    assert balances == sum(line.in_minor - line.out_minor for line in lines)


def test_an_account_is_named_by_its_code_and_its_owner_in_wire_form() -> None:
    assert f"2040:mer_{MERCHANT.hex}" == account_name(2040, MERCHANT)
    assert f"2030:{MERCHANT.hex}" == account_name(2030, MERCHANT)
