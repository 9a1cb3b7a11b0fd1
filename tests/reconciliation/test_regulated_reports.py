"""Custody and its alarm, the quarter's return, ageing of merchants and breaks, and the estimate of breakage."""

import dataclasses
from datetime import date, timedelta

from florin.domain.programme import IssuerClass
from florin.domain.report import Report
from florin.reconciliation.reports.registry import REPORTS, read_report
from florin.reconciliation.watch_custody import watch_custody
from florin.storage.book.sealing import close_days, seal_day
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, NOON, PROGRAMME, Book, clerk
from tests.reconciliation.test_reports import plain, report

LAST_QUARTER = date(2026, 9, 30)


def fund(book: Book, amount: int, day: date) -> None:
    company = fresh_id()
    book.open_account(2030, company)
    book.post("funding_received", (amount, 1010, PROGRAMME.id, 2030, company), announced="funding.received", day=day)


def facts(found: Report) -> dict[str, object]:
    return {
        column.name: cell
        for (column, _), cell in zip(found.facts, plain((tuple(c for _, c in found.facts),))[0], strict=True)
    }


async def test_custody_is_held_against_what_was_prepaid_at_the_end_of_the_last_quarter(book: Book, pool: Pool) -> None:
    card = book.card()
    book.activate(card, paid=9_000, granted=1_000, day=LAST_QUARTER)
    book.purchase(card, 1_000, day=DAY)
    fund(book, 3_599, DAY)
    short = await report(pool, "custody_ratio")
    assert {
        "in_custody": 3_599,
        "prepaid_at_quarter_end": 9_000,
        "custody_ratio": 3_998,
        "asked_ratio": 4_000,
        "required": 3_600,
        "short": 1,
    } == facts(short)
    assert "缺口 0.01 CNY" in short.alarms[0]
    kind = REPORTS["custody_ratio"]
    large = dataclasses.replace(PROGRAMME, issuer_class=IssuerClass.LARGE)
    assert () == (await read_report(pool, kind, kind.asked(large, None, DAY))).alarms
    fund(book, 1, DAY)
    enough = await report(pool, "custody_ratio")
    assert ((), True) == (enough.alarms, enough.holds)


async def test_a_day_that_is_sealed_short_of_custody_is_told_of_once(book: Book, pool: Pool) -> None:
    card = book.card()
    book.activate(card, paid=9_000, granted=1_000, day=LAST_QUARTER)
    assert 0 == await watch_custody(pool, NEXT_MORNING)
    # Sealed without the rest of the close, which would go through fifty days of it.
    for day in await close_days(pool, PROGRAMME.id, DAY, clerk(NEXT_MORNING)):
        await seal_day(pool, PROGRAMME.id, day, clerk(NEXT_MORNING))
    assert [1, 0] == [await watch_custody(pool, NEXT_MORNING) for _ in range(2)]
    told = book.connection.execute("SELECT payload FROM outbox WHERE name = 'custody.short'").fetchall()
    assert [
        {
            "programme_id": f"prg_{PROGRAMME.id.hex}",
            "business_date": DAY.isoformat(),
            "custody": {"amount": 0, "currency": "CNY"},
            "required": {"amount": 3_600, "currency": "CNY"},
        }
    ] == [payload for (payload,) in told]


async def test_the_quarters_return_counts_cards_and_leads_from_funds_to_funds(book: Book, pool: Pool) -> None:
    old, new, returned = book.card(), book.card(), book.card()
    book.activate(old, paid=9_000, day=LAST_QUARTER)
    book.activate(new, paid=5_000, day=date(2026, 10, 1))
    book.post("card_activated", (700, 1030, MERCHANT, 2010, returned), day=date(2026, 12, 31))
    book.post("reversal", (700, 2010, returned, 1030, MERCHANT), day=date(2026, 12, 31))
    book.purchase(old, 400, day=date(2026, 10, 2))
    book.purchase(old, 50, day=date(2027, 1, 1))
    found = await report(pool, "quarterly_return", date(2026, 11, 20))
    cards, funds = found.sections
    assert (date(2026, 10, 1), date(2026, 12, 31)) == (found.since, found.through)
    assert date(2027, 1, 25) == facts(found)["due_on"]
    assert [("不记名卡", 2, 1, 5_000)] == plain(cards.rows)
    amounts = {str(name).rpartition(" ")[2]: amount for name, amount in plain((*funds.rows, *funds.totals))}
    assert (9_000, 5_000, -400, 13_600) == tuple(amounts[name] for name in ("opening", "sold", "spent", "closing"))
    assert found.holds


async def test_what_merchants_are_owed_is_aged_from_the_oldest(book: Book, pool: Pool) -> None:
    card = book.card()
    book.activate(card, paid=9_000, granted=1_000, day=DAY - timedelta(days=100))
    book.purchase(card, 1_000, day=DAY - timedelta(days=40))
    book.purchase(card, 500, day=DAY - timedelta(days=5))
    book.purchase(card, 30, day=DAY)
    book.post("merchant_paid", (1_200, 2040, MERCHANT, 1090, PROGRAMME.id), day=DAY)
    found = await report(pool, "merchant_ageing")
    owed, reserve, owing, payouts = found.sections
    assert [("Shop (shop)", 330, 30, 300, 0, 0, 0)] == plain(owed.rows)
    assert [("Shop (shop)", 9_000, 0, 0, 0, 0, 9_000)] == plain(owing.rows)
    assert ((), ()) == (reserve.rows, payouts.rows)
    assert found.holds
    before = await report(pool, "merchant_ageing", DAY - timedelta(days=6))
    assert [("Shop (shop)", 1_000, 0, 0, 0, 1_000, 0)] == [
        (*row[:5], *row[5:]) for row in plain(before.sections[0].rows)
    ]


async def test_payouts_that_were_due_are_shown_until_the_day_on_which_they_left(book: Book, pool: Pool) -> None:
    statement, payout = fresh_id(), fresh_id()
    with book.without_walls():
        book.insert(
            "merchant_payout",
            id=payout, statement_id=statement, programme_id=PROGRAMME.id, merchant_id=MERCHANT, unit="CNY",
            amount_minor=800, pays_on=DAY - timedelta(days=3), status="due", made_at=NOON - timedelta(days=5),
        )  # fmt: skip
    (row,) = plain((await report(pool, "merchant_ageing")).sections[3].rows)
    assert ("Shop (shop)", DAY - timedelta(days=3), "1-7", 1, 800) == row
    assert () == (await report(pool, "merchant_ageing", DAY - timedelta(days=6))).sections[3].rows
    book.post("merchant_settled", (800, 4010, PROGRAMME.id, 2040, MERCHANT), day=DAY)
    sent = book.post("merchant_paid", (800, 2040, MERCHANT, 1090, PROGRAMME.id), day=DAY + timedelta(days=1))
    with book.without_walls():
        book.connection.execute(
            "UPDATE merchant_payout SET status = 'sent', paid_journal_id = %s, file_id = %s, account_id = %s",
            (sent, fresh_id(), fresh_id()),
        )
    assert 1 == len((await report(pool, "merchant_ageing")).sections[3].rows)
    assert () == (await report(pool, "merchant_ageing", DAY + timedelta(days=1))).sections[3].rows


def a_break(book: Book, kind: str, value_on: date, amount: int, *, counterparty: object = None, **more: object) -> None:
    with book.without_walls():
        book.insert(
            "break",
            id=fresh_id(), kind=kind, counterparty_id=counterparty, programme_id=PROGRAMME.id, line_id=fresh_id(),
            amount_minor=amount, currency="CNY", value_on=value_on, run_id=fresh_id(), opened_at=NOON,
            **{"state": "open", **more},
        )  # fmt: skip


async def test_breaks_are_aged_in_banking_days_less_the_lag_of_their_counterparty(book: Book, pool: Pool) -> None:
    bank = fresh_id()
    book.insert(
        "counterparty",
        id=bank, kind="bank", code="icbc", programme_id=PROGRAMME.id, owner_id=PROGRAMME.id, account_number="1",
        currency="CNY", name="Bank", formats=["camt_053"], lag_days=1, date_window_days=3, amount_tolerance_minor=0,
        fee_tolerance_minor=0, write_off_limit_minor=0, is_numbered=False, created_at=NOON,
    )  # fmt: skip
    # DAY is a Friday: the Monday before is four banking days back, the Friday before five.
    a_break(book, "missing_bank", DAY - timedelta(days=4), 100, counterparty=bank)
    a_break(book, "missing_bank", DAY - timedelta(days=7), -50, counterparty=bank)
    a_break(book, "missing_bank", DAY - timedelta(days=1), 1, counterparty=bank)
    a_break(book, "file_gap", DAY - timedelta(days=1), 0)
    ended = {"state": "closed", "ended_at": NEXT_MORNING - timedelta(days=1)}
    a_break(book, "amount_diff", DAY - timedelta(days=4), 7, counterparty=bank, **ended)
    a_break(book, "amount_diff", DAY + timedelta(days=3), 7, counterparty=bank)
    found = await report(pool, "break_ageing")
    assert [
        ("", "file_gap", "up_to_3", 1, 0),
        ("icbc", "missing_bank", "not_due", 1, 1),
        ("icbc", "missing_bank", "up_to_3", 1, 100),
        ("icbc", "missing_bank", "up_to_10", 1, 50),
    ] == plain(found.sections[0].rows)
    assert found.holds
    earlier = await report(pool, "break_ageing", DAY - timedelta(days=3))
    assert {"amount_diff", "missing_bank"} == {row[1] for row in earlier.sections[0].rows}


async def test_breakage_is_estimated_from_cohorts_that_are_three_years_old(book: Book, pool: Pool) -> None:
    old, young, moved, member = book.card(), book.card(), book.card(), book.member()
    book.activate(old, paid=9_000, granted=1_000, day=date(2023, 11, 20))
    book.purchase(old, 6_000, day=date(2024, 3, 1))
    book.activate(young, paid=9_000, granted=1_000, day=date(2026, 8, 20))
    gone = book.purchase(young, 2_500, 500, day=date(2026, 10, 2))
    book.refund(young, gone, 1_000, day=DAY)
    book.post("card_activated", (5_000, 1030, MERCHANT, 2010, moved), day=date(2026, 8, 21))
    book.redeem(moved, member, day=date(2026, 8, 22))
    found = await report(pool, "breakage_estimate")
    cohorts, curve = found.sections
    assert [
        # Of 20,000 that have lived through their second quarter 8,000 were spent in it, and nothing at another age.
        ("2023-Q4", 10_000, 6_000, 6_000, 4_000, 4_000, 0),
        ("2026-Q3", 10_000, 2_000, 4_000, 6_000, 3_000, 3_000),
    ] == plain(cohorts.rows)
    assert (13, (12, 4_000)) == (len(curve.rows), curve.rows[-1])
    assert found.holds
    unknown = await report(pool, "breakage_estimate", date(2026, 9, 30))
    assert 0 == sum(row[4] for row in plain(unknown.sections[0].rows) if isinstance(row[4], int))
    assert [] == book.connection.execute("SELECT FROM transfer WHERE event LIKE '%breakage%'").fetchall()
