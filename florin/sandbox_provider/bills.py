"""The files of a day in the formats that WeChat Pay documents: the trade bill and the fund-flow bill.

A line a payment, refund or movement, every cell behind a backtick so that no spreadsheet makes a number of it, then one
line of totals. Days and times are Beijing's, amounts yuan. A refund stands in the trade bill of the day on which its
money went back, because a file of a day that is over never changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Final

from florin.sandbox_provider.book import FEE_PER_10_000, Book, Business, Movement, Payment, Refund, fee_minor, yuan

BEIJING: Final = timezone(timedelta(hours=8))

_TRADE: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_TRADE_TOTALS: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_FLOW: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,"
    "备注,业务凭证号"
)
_FLOW_TOTALS: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
_RATE: Final = f"{yuan(FEE_PER_10_000)}%"
_APP: Final = "wxsandbox"


def trade_bill(book: Book, merchant_id: str, day: date) -> bytes:
    """Every payment and refund whose money moved on a day."""
    paid = [(each.paid.at, each) for each in book.payments.values() if each.paid and _day(each.paid.at) == day]
    back = [
        (each.settled.at, each)
        for each in book.refunds.values()
        if each.settled and each.settled.paid and _day(each.settled.at) == day
    ]
    payments, refunds = [each for _, each in paid], [each for _, each in back]
    in_order: list[tuple[datetime, Payment | Refund]] = sorted([*paid, *back], key=lambda each: each[0])
    rows = [
        _payment_row(each, merchant_id) if isinstance(each, Payment) else _refund_row(book, each, merchant_id)
        for _, each in in_order
    ]
    amount = sum(_paid_minor(each) for each in payments)
    refunded = sum(each.made.amount_minor for each in refunds)
    fees = sum(fee_minor(_paid_minor(each)) for each in payments) - sum(each.fee_back_minor for each in refunds)
    totals = (str(len(rows)), yuan(amount), yuan(refunded), yuan(0), _fee(fees), yuan(amount), yuan(refunded))
    return _file(_TRADE, rows, _TRADE_TOTALS, totals)


def fund_flow_bill(book: Book, merchant_id: str, day: date) -> bytes:
    """Every movement of the merchant's money on a day, each with the balance that it left."""
    moved = [(number, each) for number, each in enumerate(book.movements, 1) if _day(each.at) == day]
    came = [each.amount_minor for _, each in moved if each.amount_minor > 0]
    left = [-each.amount_minor for _, each in moved if each.amount_minor <= 0]
    totals = (str(len(moved)), str(len(came)), yuan(sum(came)), str(len(left)), yuan(sum(left)))
    return _file(_FLOW, [_flow_row(number, each, merchant_id) for number, each in moved], _FLOW_TOTALS, totals)


def _payment_row(payment: Payment, merchant_id: str) -> tuple[str, ...]:
    made, amount = payment.made, _paid_minor(payment)
    order = _order(payment.paid.at if payment.paid else made.at, merchant_id, payment, "SUCCESS")
    money = (made.currency, yuan(amount), yuan(0))
    no_refund = ("0", "0", yuan(0), yuan(0), "", "")
    fee = (_fee(fee_minor(amount)), _RATE)
    return (*order, *money, *no_refund, _text(made.description), "", *fee, yuan(amount), yuan(0), "")


def _refund_row(book: Book, refund: Refund, merchant_id: str) -> tuple[str, ...]:
    made, payment = refund.made, book.payments[refund.made.payment_reference]
    order = _order(refund.settled.at if refund.settled else made.at, merchant_id, payment, "REFUND")
    money = (payment.made.currency, yuan(0), yuan(0))
    back = (made.refund_id, made.reference, yuan(made.amount_minor), yuan(0), "ORIGINAL", "SUCCESS")
    fee = (_fee(-refund.fee_back_minor), _RATE)
    return (*order, *money, *back, _text(payment.made.description), "", *fee, yuan(0), yuan(made.amount_minor), "")


def _order(at: datetime, merchant_id: str, payment: Payment, state: str) -> tuple[str, ...]:
    """The cells that payments and refunds begin with."""
    of_payment = (payment.made.payment_id, payment.made.reference)
    return (_time(at), _APP, merchant_id, "0", "", *of_payment, "", "NATIVE", state, "OTHERS")


def _flow_row(number: int, moved: Movement, merchant_id: str) -> tuple[str, ...]:
    name = Business.TRADE if moved.business is Business.FEE else moved.business
    direction = "收入" if moved.amount_minor > 0 else "支出"
    amounts = (yuan(abs(moved.amount_minor)), yuan(moved.balance_minor))
    what = (moved.subject_id, f"{number:020d}", name, moved.business, direction)
    return (_time(moved.at), *what, *amounts, f"{merchant_id}API", moved.note, moved.reference)


def _file(heading: str, rows: Sequence[Sequence[str]], totals_heading: str, totals: Sequence[str]) -> bytes:
    lines = [heading, *_cells(rows), totals_heading, *_cells([totals])]
    return "".join(f"{each}\r\n" for each in lines).encode()


def _cells(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        yield ",".join(f"`{cell}" for cell in row)


def _paid_minor(payment: Payment) -> int:
    return payment.paid.amount_minor if payment.paid else 0


def _fee(amount_minor: int) -> str:
    """A fee as the bill writes it, with five digits after the point."""
    return f"{yuan(amount_minor)}000"


def _text(words: str) -> str:
    """Free text that cannot be taken for another cell or line."""
    return " ".join(words.replace(",", " ").replace("`", " ").split())


def _time(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
