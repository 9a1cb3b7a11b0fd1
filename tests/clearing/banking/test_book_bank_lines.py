"""A bank's statement is looked at once, line by line, and each line does what it is for, and nothing twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from florin.clearing.banking import book_bank_lines as looking
from florin.clearing.banking.book_bank_lines import book_bank_lines
from florin.domain.counterparty import CounterpartyKind
from florin.domain.identifiers import wire_id
from florin.domain.matching import MatchPass
from florin.domain.netting_payout import NettingPayout
from florin.domain.statement_file import FileFormat
from florin.storage.banking.lines_to_book import mark_line
from florin.storage.reconciliation.match_runs import run_matching
from tests.clearing.banking.bank_desk import BankDesk, Entry, camt053
from tests.clearing.closures.leaving import Leaving
from tests.clearing.customers.cashier import subject
from tests.clearing.settlement.between import Between
from tests.world import TODAY

FORMATS: Final = (FileFormat.CAMT_053, FileFormat.MT_940)


async def sent_payout(desk: BankDesk, amount_minor: int = 100_00) -> UUID:
    """A merchant's payout that is on its way."""
    await desk.confirm_account()
    await desk.buy(amount_minor)
    await desk.settle_day()
    await desk.pay()
    return (await desk.payouts())[-1].id


async def killed(*_: object) -> None:
    raise SystemError("killed")


async def matched(desk: BankDesk) -> tuple[dict[str, int], int]:
    """A run of matching: by which pass what was matched, and how many breaks there are."""
    run = await run_matching(desk.house.pool, TODAY + timedelta(days=20), desk.now)
    (breaks,) = desk.world.one("SELECT count(*) FROM break WHERE ended_at IS NULL AND kind <> 'file_gap'")
    return {str(name): count for name, count in run.matched.items() if count}, int(breaks)


@pytest.mark.parametrize("form", FORMATS)
async def test_a_transfer_that_names_an_order_funds_it(desk: BankDesk, form: FileFormat) -> None:
    order = desk.cashier.approved_order()
    reference = desk.cashier.reference_of(order.id)
    entry = Entry(order.price_minor, f"cards {reference[:4]} {reference[4:]}")
    assert {"received": 1} == await desk.shows(entry, form=form)
    assert "funded" == desk.cashier.status(order.id)
    assert [(entry.reference, reference)] == desk.world.rows("SELECT bank_reference, payment_reference FROM receipt")
    assert ({MatchPass.BOOKED_FROM: 1}, 0) == await matched(desk)


async def test_what_a_line_has_posted_days_afterwards_is_no_difference_of_days(desk: BankDesk) -> None:
    late = TODAY - timedelta(days=9)
    await desk.take_in(raw=camt053([Entry(5_00, "nobody")], late))
    assert {"in_suspense": 1} == await desk.look()
    assert ({MatchPass.BOOKED_FROM: 1}, 0) == await matched(desk)


async def test_nothing_is_done_twice_however_often_it_is_looked_at(desk: BankDesk) -> None:
    order = desk.cashier.approved_order()
    raw = camt053([Entry(100_00, desk.cashier.reference_of(order.id)), Entry(5_00, "nobody")], TODAY)
    first = await desk.take_in(raw=raw)
    assert {"received": 1, "in_suspense": 1} == await desk.look()
    assert first == await desk.take_in(raw=raw)
    assert {} == await desk.look()
    assert (105_00, 5_00) == (desk.at_bank, desk.suspense)


@pytest.mark.parametrize("posted", [0, 1, 2, 3])
async def test_a_process_that_ends_between_posting_and_marking_leaves_nothing_to_be_done_twice(
    desk: BankDesk, monkeypatch: pytest.MonkeyPatch, posted: int
) -> None:
    payout = await sent_payout(desk)
    order = desk.cashier.approved_order()
    entries = [
        Entry(order.price_minor, desk.cashier.reference_of(order.id)),
        Entry(7_00, "who is it?"),
        Entry(100_00, "no such account", key=payout.hex),
        Entry(-100_00, key=payout.hex),
    ]
    await desk.take_in(*entries)
    marks = 0

    async def killed_after(*told: object) -> None:
        nonlocal marks
        if marks == posted:
            await killed()
        marks += 1
        await mark_line(*told)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(looking, "mark_line", killed_after)
        with pytest.raises(SystemError):
            await book_bank_lines(desk.house, desk.now)
    # What would be decided otherwise by now has been posted, and stays so.
    desk.world.connection.execute("UPDATE customer SET status = 'suspended'")
    await desk.look()
    assert (order.price_minor + 7_00, 7_00) == (desk.at_bank, desk.suspense)
    done = desk.world.rows(
        "SELECT outcome FROM booked_line b JOIN statement_line l ON l.id = b.line_id ORDER BY l.position"
    )
    assert ["received", "in_suspense", "returned", "recorded_before"] == [outcome for (outcome,) in done]
    assert ({MatchPass.BOOKED_FROM: 4}, 0) == await matched(desk)


async def test_two_processes_at_once_are_one(desk: BankDesk) -> None:
    order = desk.cashier.approved_order()
    reference = desk.cashier.reference_of(order.id)
    await desk.take_in(*(Entry(10_00 + each, reference) for each in range(5)), Entry(1_00, "nobody"))
    done = await asyncio.gather(*(book_bank_lines(desk.house, desk.now) for _ in range(3)))
    assert 2 == done.count(None)
    assert (51_10, 1_00) == (desk.at_bank, desk.suspense)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([Entry(1_00, "for the farm")], "nobody_named"),
        ([Entry(1_00, "{one} and {other}")], "several_named"),
        ([Entry(1_00, "{one}", account=None)], "payer_unknown"),
        ([Entry(99_00, key="{payout}")], "other_amount"),
        ([Entry(1_00, "{one}", key="{payout}")], "several_named"),
    ],
)
async def test_a_credit_that_fits_nobody_exactly_waits_in_suspense(
    desk: BankDesk, entries: list[Entry], reason: str
) -> None:
    words = {
        "one": desk.cashier.reference_of(desk.cashier.approved_order().id),
        "other": desk.cashier.reference_of(desk.cashier.approved_order().id),
        "payout": (await sent_payout(desk)).hex,
    }
    told = [
        replace(each, text=each.text.format(**words), key=each.key and each.key.format(**words)) for each in entries
    ]
    assert {"in_suspense": len(told)} == await desk.shows(*told)
    assert {reason: len(told)} == desk.reasons()
    assert sum(each.signed_minor for each in told) == desk.suspense
    by_pass, breaks = await matched(desk)
    assert ({MatchPass.BOOKED_FROM: len(told)}, 0) == (by_pass, breaks)


async def test_money_of_a_suspended_customer_waits_for_people(desk: BankDesk) -> None:
    order = desk.cashier.approved_order()
    desk.world.connection.execute("UPDATE customer SET status = 'suspended' WHERE id = %s", (desk.cashier.customer,))
    await desk.shows(Entry(order.price_minor, desk.cashier.reference_of(order.id)))
    assert {"customer_not_active": 1} == desk.reasons()


async def test_fees_interest_and_strange_debits_are_left_to_matching(desk: BankDesk) -> None:
    payout = await sent_payout(desk)
    entries = [
        Entry(-1_00, code="CHRG"),
        Entry(2_00, code="INTR"),
        Entry(-3_00, "whatever"),
        Entry(-99_00, key=payout.hex),
        Entry(4_00, is_reversal=True),
    ]
    assert {"left": 5} == await desk.shows(*entries)
    assert {"fee": 1, "interest": 1, "nothing_named": 1, "other_amount": 1, "reversal": 1} == desk.reasons()
    assert (0, 0) == (desk.at_bank, desk.suspense)


@pytest.mark.parametrize("form", FORMATS)
async def test_a_payout_is_paid_when_the_statement_shows_it(desk: BankDesk, form: FileFormat) -> None:
    payout = await sent_payout(desk)
    assert {"settled": 1} == await desk.shows(Entry(-100_00, key=payout.hex), form=form)
    assert ("settled", -100_00, 0) == ((await desk.payouts())[0].status, desk.at_bank, desk.standing(1090))
    assert ({MatchPass.BOOKED_FROM: 1}, 0) == await matched(desk)


async def test_closures_and_funding_refunds_are_paid_by_the_statement_too(desk: BankDesk) -> None:
    leaving = Leaving(desk.house, desk.till, desk.corporate)
    who = await leaving.member(30_00)
    closure = subject(await leaving.request(who))  # type: ignore[arg-type]
    await leaving.confirm(closure)
    desk.world.clock.advance(timedelta(days=4))
    await leaving.approve(closure)
    await leaving.pay()
    (closed,) = desk.world.one("SELECT id FROM closure_payout")
    customer = desk.corporate.customer(funding_minor=50_00)
    refund = desk.corporate.funding_refund(customer, 20_00)
    before = desk.at_bank
    assert {"settled": 2} == await desk.shows(Entry(-30_00, key=closed.hex), Entry(-20_00, key=refund.hex))
    assert (before - 50_00, 0) == (desk.at_bank, desk.standing(1090))
    assert {"returned": 1, "in_suspense": 1} == await desk.shows(
        Entry(30_00, "AC01 no such account", key=closed.hex, is_reversal=True), Entry(20_00, "AC04", key=refund.hex)
    )
    assert [("returned", "AC01 no such account"), ("account_needed", None)] == desk.world.rows(
        "SELECT status, return_reason FROM closure_payout ORDER BY id"
    )
    assert {"refund_came_back": 1} == desk.reasons()


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("shown_first", [True, False])
async def test_a_payout_comes_back_before_or_after_it_was_shown(
    desk: BankDesk, shown_first: bool, apart: bool  # noqa: FBT001 (a table)
) -> None:  # fmt: skip
    payout = await sent_payout(desk)
    entries = [Entry(-100_00, key=payout.hex), Entry(100_00, "no such account", key=payout.hex, is_reversal=True)]
    if not shown_first:
        entries.reverse()
    for some in [[each] for each in entries] if apart else [entries]:
        await desk.shows(*some)
    assert ["returned", "due"] == [each.status for each in await desk.payouts()]
    assert (0, 0, 100_00) == (desk.at_bank, desk.standing(1090), desk.payable)
    assert ({MatchPass.BOOKED_FROM: 2}, 0) == await matched(desk)


async def netting_on_its_way(desk: BankDesk) -> tuple[Between, NettingPayout]:
    """The neighbour owes home 100.00 for its rival shop, and pays it."""
    between = Between(desk.world, desk.house)
    await between.belongs_to(desk.within, merchant=between.rival.merchant)
    await between.rival.buy(100_00)
    await between.settle_day()
    assert (await between.approve(await between.net()))[1] is None
    await between.neighbour.pay()
    return between, (await between.payouts())[-1]


@pytest.mark.parametrize(
    ("named", "form"),
    [
        (("{payout}", None), FileFormat.CAMT_053),
        (("{payout}", None), FileFormat.MT_940),
        (("{payout}", "netting {statement}"), FileFormat.CAMT_053),
        # Some banks have no underscore.
        ((None, "netting {statement_spelled}"), FileFormat.MT_940),
    ],
)
async def test_money_of_another_programme_arrives_by_the_statement(
    desk: BankDesk, monkeypatch: pytest.MonkeyPatch, named: tuple[str | None, str | None], form: FileFormat
) -> None:
    _, payout = await netting_on_its_way(desk)
    statement = wire_id("netting_statement", payout.netting_id)
    words = {"payout": payout.id.hex, "statement": statement, "statement_spelled": statement.replace("_", " ")}
    key, text = (each and each.format(**words) for each in named)
    entry = Entry(100_00, text or "", key=key)
    await desk.take_in(entry, form=form)
    with monkeypatch.context() as patch:
        patch.setattr(looking, "mark_line", killed)
        with pytest.raises(SystemError):
            await book_bank_lines(desk.house, desk.now)
    assert {"received": 1} == await desk.look()
    assert (100_00, 0) == (desk.at_bank, desk.standing(1090))
    assert [(entry.reference,)] == desk.world.rows("SELECT received_reference FROM netting_payout")
    assert ({MatchPass.BOOKED_FROM: 1}, 0) == await matched(desk)
    # The same once more is nobody's.
    assert {"in_suspense": 1} == await desk.shows(replace(entry, reference="B-2"), form=form)
    assert {"payout_not_sent": 1} == desk.reasons()


async def test_a_line_stands_for_netting_that_finance_had_received_by_hand(desk: BankDesk) -> None:
    between, payout = await netting_on_its_way(desk)
    assert {"in_suspense": 1} == await desk.shows(Entry(99_99, key=payout.id.hex))
    assert await between.received(payout.id) is None
    assert {"recorded_before": 1} == await desk.shows(Entry(100_00, key=payout.id.hex))
    assert ({MatchPass.BOOKED_FROM: 2}, 0) == await matched(desk)


async def test_a_shop_that_names_its_reference_pays_what_it_owes_for_cards(
    desk: BankDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.world.card(principal_minor=80_00)
    reference, before = desk.shop_reference, desk.at_bank
    await desk.take_in(Entry(30_00, f"cards {reference[:4]}-{reference[4:]}", account=None))
    with monkeypatch.context() as patch:
        patch.setattr(looking, "mark_line", killed)
        with pytest.raises(SystemError):
            await book_bank_lines(desk.house, desk.now)
    assert {"received": 1} == await desk.look()
    assert (50_00, before + 30_00) == (desk.debt, desk.at_bank)
    # More than it owes is nothing of it; what finance has recorded by hand is known by number or by name.
    assert {"in_suspense": 1} == await desk.shows(Entry(50_01, reference))
    assert {"more_than_owed": 1} == desk.reasons()
    by_number, by_name = Entry(20_00, "for cards"), Entry(10_00, reference)
    assert await desk.pay_debt(20_00, by_number.reference) is None
    assert await desk.pay_debt(10_00, "as read on the telephone") is None
    assert {"recorded_before": 2} == await desk.shows(by_number, by_name)
    assert {"received": 1} == await desk.shows(Entry(20_00, reference))
    assert 0 == desk.debt
    assert ({MatchPass.BOOKED_FROM: 5}, 0) == await matched(desk)


async def test_a_line_stands_for_what_finance_had_recorded_by_hand(desk: BankDesk) -> None:
    payout = await sent_payout(desk)
    order = desk.cashier.approved_order()
    reference = desk.cashier.reference_of(order.id)
    by_number, by_order = Entry(11_00, "no reference"), Entry(12_00, reference)
    await desk.cashier.receive(11_00, bank_reference=by_number.reference)
    await desk.cashier.receive(12_00, bank_reference="as read on the telephone", payment_reference=reference)
    await desk.shown(payout, "as read on the telephone, too")
    done = await desk.shows(by_number, by_order, Entry(-100_00, key=payout.hex))
    assert {"recorded_before": 3} == done
    # The next one like it is another one.
    assert {"received": 1} == await desk.shows(Entry(12_00, reference))
    assert ({MatchPass.BOOKED_FROM: 4}, 0) == await matched(desk)


async def test_a_reference_of_the_bank_that_stands_for_something_else_is_left_to_people(desk: BankDesk) -> None:
    reference = desk.cashier.reference_of(desk.cashier.approved_order().id)
    await desk.cashier.receive(11_00, bank_reference="B-1")
    assert {"left": 1} == await desk.shows(Entry(12_00, reference, reference="B-1"))
    assert {"reference_taken": 1} == desk.reasons()
    assert 11_00 == desk.at_bank


async def test_lines_that_share_a_reference_of_the_bank_are_told_apart(desk: BankDesk) -> None:
    order = desk.cashier.approved_order()
    reference = desk.cashier.reference_of(order.id)
    batch = [Entry(1_00, reference, reference="BATCH"), Entry(1_00, reference, reference="BATCH")]
    assert {"received": 2} == await desk.shows(*batch)
    assert {"received": 1} == await desk.shows(Entry(1_00, reference, reference="BATCH"), day=TODAY - timedelta(days=1))
    assert 3_00 == desk.at_bank


async def test_a_credit_may_be_a_providers_payout_for_as_long_as_one_may_be_late(desk: BankDesk) -> None:
    await desk.register(CounterpartyKind.PROVIDER, "sandbox", FileFormat.WECHAT_TRADE, lag_days=2)
    # Monday; two banking days later is Wednesday.
    assert {"waiting": 1} == await desk.shows(Entry(30_00, "batch 77"))
    assert {"waiting": 1} == await desk.look(desk.now + timedelta(days=2))
    assert 0 == desk.suspense
    assert {"in_suspense": 1} == await desk.look(desk.now + timedelta(days=3))
    assert {} == await desk.look(desk.now + timedelta(days=3))
    assert 30_00 == desk.suspense


@pytest.mark.parametrize(("amount_minor", "number"), [(30_00, "PO-1"), (99_00, "BATCH77")])
async def test_a_credit_is_left_to_matching_where_a_provider_has_told_of_the_payout(
    desk: BankDesk, amount_minor: int, number: str
) -> None:
    provider = await desk.register(CounterpartyKind.PROVIDER, "sandbox", FileFormat.WECHAT_TRADE, lag_days=0)
    await desk.take_in(Entry(30_00, "your BATCH77"))
    line, statement = desk.world.one("SELECT id, statement_id FROM statement_line")
    desk.world.insert(
        "provider_total",
        relation="payouts", line_id=line, counterparty_id=provider.id, statement_id=statement, key=number,
        direction="out", amount_minor=amount_minor, currency="CNY", booked_on=TODAY, is_itemised=False,
    )  # fmt: skip
    assert {"left": 1} == await desk.look(desk.now + timedelta(days=30))
    assert {"provider_payout": 1} == desk.reasons()


async def test_a_line_that_people_decide_about_is_theirs(desk: BankDesk) -> None:
    await desk.register(CounterpartyKind.PROVIDER, "sandbox", FileFormat.WECHAT_TRADE, lag_days=2)
    await desk.shows(Entry(30_00, "batch 77"))
    assert ({}, 1) == await matched(desk)
    desk.world.connection.execute("UPDATE break SET state = 'proposed'")
    assert {} == await desk.look(desk.now + timedelta(days=9))
