"""The files of a day, cell by cell, in WeChat Pay's formats."""

from datetime import UTC, date, datetime, timedelta

from florin.sandbox_provider.bills import fund_flow_bill, trade_bill
from florin.sandbox_provider.book import Payment, fee_minor
from florin.sandbox_provider.desk import Desk
from florin.sandbox_provider.entries import Behaviour, RefundOutcome
from florin.sandbox_provider.requests import NewPayment, NewRefund

MERCHANT = "1900000109"
DAY, NEXT = date(2026, 11, 22), date(2026, 11, 23)
MORNING = datetime(2026, 11, 22, 2, tzinfo=UTC)
LAST_SECOND = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)


def paid(desk: Desk, reference: str, amount_minor: int, at: datetime) -> Payment:
    wanted = NewPayment(
        reference, amount_minor, "CNY", "Top-up, a `wallet`", at + timedelta(hours=1), "http://merchant.test/"
    )
    payment = desk.offer(wanted, at)
    desk.pay(payment, at)
    return payment


def lines(file: bytes) -> list[str]:
    text = file.decode()
    assert text.endswith("\r\n")
    return text.removesuffix("\r\n").split("\r\n")


def test_the_trade_bill_has_a_line_for_each_payment_and_refund_of_the_day(desk: Desk) -> None:
    first, last = paid(desk, "a", 10_000, MORNING), paid(desk, "b", 83, LAST_SECOND)
    paid(desk, "c", 500, MIDNIGHT)
    refund = desk.refund(NewRefund("r", "a", 4_000), LAST_SECOND)
    heading, *rows, totals_heading, totals = lines(trade_bill(desk.book, MERCHANT, DAY))
    assert 27 == len(heading.split(","))
    assert (heading[:10], totals_heading[:5]) == ("交易时间,公众账号I", "总交易单数")
    goods = "`Top-up a wallet"
    ids = [first.made.payment_id, last.made.payment_id, refund.made.refund_id]
    beginning, end = f"`wxsandbox,`{MERCHANT},`0,`", "`OTHERS,`CNY"
    no_refund = "`0,`0,`0.00,`0.00,`,`"
    assert [
        (
            f"`2026-11-22 10:00:00,{beginning},`{ids[0]},`a,`,`NATIVE,`SUCCESS,{end},`100.00,`0.00,{no_refund},{goods}"
            ",`,`0.60000,`0.60%,`100.00,`0.00,`"
        ),
        (
            f"`2026-11-22 23:59:59,{beginning},`{ids[1]},`b,`,`NATIVE,`SUCCESS,{end},`0.83,`0.00,{no_refund},{goods},`"
            ",`0.00000,`0.60%,`0.83,`0.00,`"
        ),
        (
            f"`2026-11-22 23:59:59,{beginning},`{ids[0]},`a,`,`NATIVE,`REFUND,{end},`0.00,`0.00,"
            f"`{ids[2]},`r,`40.00,`0.00,`ORIGINAL,`SUCCESS,{goods},`,`-0.24000,`0.60%,`0.00,`40.00,`"
        ),
    ] == rows
    assert "`3,`100.83,`40.00,`0.00,`0.36000,`100.83,`40.00" == totals
    assert all(27 == len(each.split(",")) for each in rows)


def test_the_fund_flow_bill_has_a_line_for_each_movement_and_the_balance_that_it_left(desk: Desk) -> None:
    payment = paid(desk, "a", 10_000, MORNING)
    refund = desk.refund(NewRefund("r", "a", 4_000), LAST_SECOND)
    assert 5_964 == desk.pay_out(MIDNIGHT).amount_minor
    heading, *rows, totals_heading, totals = lines(fund_flow_bill(desk.book, MERCHANT, DAY))
    assert 11 == len(heading.split(","))
    assert "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额" == totals_heading
    name, api = payment.made.payment_id, f"`{MERCHANT}API"
    numbers = [f"`{number:020d}" for number in (1, 2, 3)]
    at, note = "`2026-11-22", "`退款总金额40.00元;含手续费0.24元"
    assert [
        f"{at} 10:00:00,`{name},{numbers[0]},`交易,`交易,`收入,`100.00,`100.00,{api},`,`a",
        f"{at} 10:00:00,`{name},{numbers[1]},`交易,`扣除交易手续费,`支出,`0.60,`99.40,{api},`,`a",
        f"{at} 23:59:59,`{refund.made.refund_id},{numbers[2]},`退款,`退款,`支出,`39.76,`59.64,{api},{note},`r",
    ] == rows
    assert "`3,`1,`100.00,`2,`40.36" == totals
    *_, payout, _, totals = lines(fund_flow_bill(desk.book, MERCHANT, NEXT))
    assert "`提现,`提现,`支出,`59.64,`0.00" in payout
    assert "`1,`0,`0.00,`1,`59.64" == totals


def test_a_day_without_business_has_its_headings_and_totals_of_nothing(desk: Desk) -> None:
    assert "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00" == lines(trade_bill(desk.book, MERCHANT, DAY))[2]
    assert "`0,`0,`0.00,`0,`0.00" == lines(fund_flow_bill(desk.book, MERCHANT, DAY))[2]


def test_a_refund_that_waits_or_failed_stands_in_no_file(desk: Desk) -> None:
    paid(desk, "a", 10_000, MORNING)
    before = trade_bill(desk.book, MERCHANT, DAY), fund_flow_bill(desk.book, MERCHANT, DAY)
    desk.behave(Behaviour(refunds=RefundOutcome.PENDING), MORNING)
    waiting = desk.refund(NewRefund("r", "a", 4_000), MORNING)
    desk.behave(Behaviour(refunds=RefundOutcome.FAILED), MORNING)
    desk.refund(NewRefund("s", "a", 4_000), MORNING)
    assert before == (trade_bill(desk.book, MERCHANT, DAY), fund_flow_bill(desk.book, MERCHANT, DAY))
    desk.settle(waiting, paid=True, now=MIDNIGHT)
    assert before == (trade_bill(desk.book, MERCHANT, DAY), fund_flow_bill(desk.book, MERCHANT, DAY))
    assert "r" in trade_bill(desk.book, MERCHANT, NEXT).decode()


def test_all_of_the_fee_is_back_once_everything_is_refunded_in_whatever_parts(desk: Desk) -> None:
    paid(desk, "a", 10_001, MORNING)
    for number, part in enumerate((3_333, 1, 3_333, 3_334)):
        desk.refund(NewRefund(f"r{number}", "a", part), MORNING)
    assert 0 == desk.book.balance_minor
    assert fee_minor(10_001) == sum(each.fee_back_minor for each in desk.book.refunds.values())


def test_a_refund_that_fails_afterwards_has_brought_nothing_of_the_fee_back(desk: Desk) -> None:
    paid(desk, "a", 100, MORNING)
    desk.behave(Behaviour(refunds=RefundOutcome.PENDING), MORNING)
    waiting = desk.refund(NewRefund("r", "a", 10), MORNING)
    desk.behave(Behaviour(), MORNING)
    desk.refund(NewRefund("s", "a", 5), MORNING)
    desk.settle(waiting, paid=False, now=MORNING)
    desk.refund(NewRefund("t", "a", 95), MORNING)
    assert [0, 0, 1] == [each.fee_back_minor for each in desk.book.refunds.values()]
    assert 0 == desk.book.balance_minor
