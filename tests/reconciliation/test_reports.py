"""The reports of the book show what stands in it, of any day and sealed or not, and tie to it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from florin.documents.report_json import report_value
from florin.domain.invalid_field import InvalidField
from florin.domain.report import Money, Report, Row
from florin.reconciliation.findings import account_name
from florin.reconciliation.reports.registry import REPORTS, day_reports, read_report
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.reports.movements import read_movements
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, PROGRAMME, Book, clerk
from tests.reconciliation.closing import close
from tests.reconciliation.conftest import Story

LATER = DAY + timedelta(days=2)


async def report(pool: Pool, name: str, through: date = DAY, since: date | None = None) -> Report:
    kind = REPORTS[name]
    return await read_report(pool, kind, kind.asked(PROGRAMME, since, through))


def plain(rows: tuple[Row, ...]) -> list[tuple[object, ...]]:
    """Rows with amounts as minor units."""
    return [tuple(cell.amount_minor if isinstance(cell, Money) else cell for cell in row) for row in rows]


async def test_a_trial_balance_has_equal_sides_and_ends_on_the_day_asked_for(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=LATER)
    found = await report(pool, "trial_balance")
    (accounts,) = found.sections
    assert [
        ("merchant receivable (cards sold at a till)", 1030, 23_000, 0, 23_000),
        ("card value, principal", 2010, 8_000, 24_000, 16_000),
        ("card value, bonus", 2011, 500, 2_000, 1_500),
        ("member wallet, principal", 2020, 0, 5_000, 5_000),
        ("merchant payable", 2040, 1_000, 3_500, 2_500),
        ("redemption clearing", 2090, 5_000, 5_000, 0),
        ("promotional value granted", 5010, 2_000, 0, 2_000),
    ] == plain(accounts.rows)
    assert [("total", None, 39_500, 39_500, None)] == plain(accounts.totals)
    assert found.holds
    assert len(found.checks) == 2


async def test_the_roll_forward_leads_from_opening_to_closing(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=LATER)
    story.book.post("top_up", (700, 1020, MERCHANT, 2020, story.member), day=LATER)
    (first,) = (await report(pool, "liability_roll_forward", DAY, DAY)).sections
    wanted = {
        "opening": (0, 0, 0, 0, 0, 0),
        "sold": (23_000, 0, 0, 0, 0, 23_000),
        "granted": (0, 2_000, 0, 0, 0, 2_000),
        "moved": (-5_000, 0, 5_000, 0, 0, 0),
        "spent": (-3_000, -500, 0, 0, 0, -3_500),
        "refunded": (1_000, 0, 0, 0, 0, 1_000),
    }
    rows = {str(name).rpartition(" ")[2]: tuple(amounts) for name, *amounts in plain(first.rows)}
    assert wanted == {name: amounts for name, amounts in rows.items() if any(amounts) or name == "opening"}
    second = await report(pool, "liability_roll_forward", LATER, LATER)
    assert plain(first.totals)[0][1:] == plain(second.sections[0].rows)[0][1:] == (16_000, 1_500, 5_000, 0, 0, 22_500)
    assert plain(second.sections[0].totals)[0][1:] == (15_900, 1_500, 5_700, 0, 0, 23_100)
    assert second.holds


async def test_outstanding_value_is_shown_by_product_denomination_and_age(story: Story, pool: Pool) -> None:
    story.book.card("in_stock")
    story.book.connection.execute(
        "UPDATE card SET activated_at = %s WHERE id = %s", (NEXT_MORNING - timedelta(days=200), story.card)
    )
    story.book.purchase(story.card, 100, day=LATER)
    found = await report(pool, "outstanding")
    cards, total = found.sections
    assert [
        ("gift", 10_000, "181-365", 1, 7_000, 500),
        ("gift", 10_000, "unknown", 1, 9_000, 1_000),
    ] == plain(cards.rows)
    assert [("total", 22_500)] == plain(total.totals)
    assert found.holds
    today = await report(pool, "outstanding", LATER)
    assert 6_900 == plain(today.sections[0].rows)[0][4]
    assert today.holds


@pytest.mark.parametrize("name", list(REPORTS))
async def test_a_report_of_a_day_says_the_same_before_and_after_it_is_sealed(
    story: Story, pool: Pool, name: str
) -> None:
    story.book.purchase(story.card, 100, day=LATER)
    unsealed = await report(pool, name)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert unsealed == await report(pool, name)
    assert unsealed.holds


async def test_what_days_moved_is_read_from_sealed_totals_and_later_transfers(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=LATER)
    async with one_snapshot(pool) as connection:
        unsealed = await read_movements(connection, PROGRAMME.id)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    story.book.break_it(
        "UPDATE posting_total SET amount_minor = amount_minor + 7 WHERE event = 'purchase' AND debit_code = 2010"
    )
    async with one_snapshot(pool) as connection:
        sealed = await read_movements(connection, PROGRAMME.id)
        assert [] == await read_movements(connection, PROGRAMME.id, DAY + timedelta(days=1), DAY + timedelta(days=1))
    (changed,) = set(sealed) - set(unsealed)
    assert ("purchase", 2010, 3_107, 2) == (
        changed.event, changed.debit_code, changed.amount_minor, changed.journals,
    )  # fmt: skip
    assert not (await report(pool, "trial_balance")).holds
    assert not (await report(pool, "liability_roll_forward")).holds


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.usefixtures("book")
async def test_an_empty_book_has_every_report(pool: Pool, name: str) -> None:
    assert (await report(pool, name)).holds


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.usefixtures("book")
async def test_a_report_is_in_the_programmes_own_currency(pool: Pool, name: str) -> None:
    yen = replace(PROGRAMME, unit="JPY", policy_pack="none")
    kind = REPORTS[name]
    found = await read_report(pool, kind, kind.asked(yen, None, DAY))
    assert "JPY" == report_value(found)["currency"]
    assert '"CNY"' not in json.dumps(report_value(found))


async def test_the_reports_of_a_day_are_the_same_bytes_each_time(story: Story, pool: Pool) -> None:
    first = await day_reports(pool, PROGRAMME, DAY)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    story.book.purchase(story.card, 100, day=LATER)
    assert first == await day_reports(pool, PROGRAMME, DAY)
    names = [name for name, _ in first]
    assert sorted(set(names)) == sorted(names)
    assert {"trial_balance.json", "trial_balance.xlsx", "liability_roll_forward.json"} <= set(names)


Posting = tuple[str, int, int]
LEGS: dict[str, tuple[str, int, int]] = {
    "activate": ("card_activated", 1030, 2010),
    "grant": ("card_activated", 5010, 2011),
    "top_up": ("top_up", 1020, 2020),
    "spend": ("purchase", 2010, 2040),
    "spend_wallet": ("purchase", 2020, 2040),
    "refund": ("refund", 2040, 2010),
    "void": ("void", 2040, 2020),
    "fund": ("funding_received", 1010, 2030),
    "give_back": ("funding_refunded", 2030, 1090),
    "close": ("closure_requested", 2010, 2050),
    "lapse": ("balance_lapsed", 2020, 2060),
    "forfeit": ("closure_approved", 2011, 5010),
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(LEGS)), st.integers(1, 10**9), st.integers(0, 4)), max_size=12),
    st.integers(0, 4),
    st.integers(0, 4),
)
async def test_any_postings_give_reports_that_tie(
    book: Book, pool: Pool, postings: list[tuple[str, int, int]], one: int, other: int
) -> None:
    card, member, company = book.card(), book.member(), MERCHANT
    if (company, 2030) not in book.accounts:
        book.open_account(2030, company)
    owners = {2010: card, 2011: card, 2020: member, 2030: company}
    for name, amount, day in postings:
        event, debit, credit = LEGS[name]
        of_debit, of_credit = owners.get(debit, MERCHANT), owners.get(credit, MERCHANT)
        if debit in owners and book.accounts[of_debit, debit][0] < amount:
            continue
        book.post(event, (amount, debit, of_debit, credit, of_credit), day=DAY + timedelta(days=day))
    since, through = DAY + timedelta(days=min(one, other)), DAY + timedelta(days=max(one, other))
    rolled = await report(pool, "liability_roll_forward", through, since)
    assert rolled.checks == tuple(each for each in rolled.checks if each.holds)
    for name in ("trial_balance", "outstanding"):
        assert (await report(pool, name, through)).holds
    total = plain(rolled.sections[0].totals)[0][-1]
    assert total == plain((await report(pool, "outstanding", through)).sections[1].totals)[0][1]


def test_an_account_is_named_by_its_code_and_its_owner_in_wire_form() -> None:
    assert f"2040:mer_{MERCHANT.hex}" == account_name(2040, MERCHANT)
    assert f"2030:{MERCHANT.hex}" == account_name(2030, MERCHANT)


@pytest.mark.parametrize(
    ("name", "since", "through"),
    [("trial_balance", DAY, DAY), ("outstanding", DAY, DAY), ("liability_roll_forward", LATER, DAY)],
)
def test_a_question_has_the_span_of_its_report(name: str, since: date, through: date) -> None:
    with pytest.raises(InvalidField, match="since"):
        REPORTS[name].asked(PROGRAMME, since, through)
