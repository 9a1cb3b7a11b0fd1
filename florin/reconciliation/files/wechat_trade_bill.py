"""The trade bill of WeChat Pay: every payment and refund of a day."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Final

from florin.domain.statement_file import StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, EntryStatus, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.fields import amount_in, count_in, unreadable, wall_clock_in
from florin.reconciliation.files.wechat_table import BEIJING, YUAN, Row, WechatTable, require_totals

_COLUMNS: Final = frozenset(
    {"交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "货币种类", "应结订单金额", "手续费", "订单金额"}
    | {"微信退款单号", "商户退款单号", "退款金额", "退款状态", "充值券退款金额", "申请退款金额", "商品名称"}
)
_COUNT: Final = "总交易单数"
_SUMS: Final = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "充值券退款总金额": "充值券退款金额",
    "手续费总金额": "手续费",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}
"""Each total and the column that it sums up."""

_STATUS: Final = {
    "SUCCESS": EntryStatus.DONE,
    "PROCESSING": EntryStatus.PENDING,
    "FAIL": EntryStatus.FAILED,
    "CHANGE": EntryStatus.FAILED,
}
_GIVES_BACK: Final = {"REFUND": LineKind.REFUND, "REVOKED": LineKind.REVERSAL}


def read_wechat_trade_bill(stream: IO[bytes]) -> Iterator[Piece]:
    """The day's statement; its totals are checked against its rows.

    Raises:
        FileProblem: a row that cannot be understood, or a total that is not what the rows come to.
    """
    table = WechatTable(stream, _COLUMNS, frozenset({_COUNT, *_SUMS}))
    rows = table.rows()
    first = next(rows, None)
    account = None if first is None else first[1]["商户号"]
    yield StatementOpened(currency=YUAN if first is None else first[1]["货币种类"], account=account)
    count, sums = 0, dict.fromkeys(_SUMS, 0)
    currency = YUAN
    for row in chain([] if first is None else [first], rows):
        number, cells = row
        if cells["商户号"] != account:
            raise unreadable(number, "商户号", cells["商户号"], "another merchant's than in the first row")
        currency = cells["货币种类"]
        count += 1
        amounts = {name: amount_in(cells[name], currency, number, name) for name in _SUMS.values()}
        for total, name in _SUMS.items():
            sums[total] += amounts[name]
        line = _line(row, amounts, currency)
        if line is not None:
            yield line
    number, said = table.totals()
    pairs = [(name, amount_in(said[name], currency, number, name), found) for name, found in sums.items()]
    require_totals(number, (_COUNT, count_in(said[_COUNT], number, _COUNT), count), *pairs)
    yield StatementClosed(from_on=None, to_on=None)


def _line(row: Row, amounts: Mapping[str, int], currency: str) -> StatementLine | None:
    """The line of a row; None where no money moved, as of an order that coupons paid."""
    number, cells = row
    state = cells["交易状态"]
    gives_back = state in _GIVES_BACK
    if not gives_back and state != "SUCCESS":
        raise unreadable(number, "交易状态", state, "not a state of a trade")
    amount_minor, fee_minor = amounts["退款金额" if gives_back else "应结订单金额"], amounts["手续费"]
    kind = _GIVES_BACK.get(state, LineKind.CREDIT)
    direction = Direction.OUT if gives_back else Direction.IN
    if amount_minor < 0:
        raise unreadable(number, "退款金额" if gives_back else "应结订单金额", str(amount_minor), "below zero")
    if amount_minor == 0:
        if fee_minor == 0:
            return None
        amount_minor, fee_minor, kind = abs(fee_minor), 0, LineKind.FEE
        direction = Direction.OUT if amounts["手续费"] > 0 else Direction.IN
    moment = wall_clock_in(cells["交易时间"], BEIJING, number, "交易时间")
    own, theirs = cells["商户订单号"] or None, cells["微信订单号"] or None
    is_refund = state == "REFUND"
    return StatementLine(
        line_number=number,
        kind=kind,
        direction=direction,
        amount_minor=amount_minor,
        currency=currency,
        booked_on=moment.date(),
        their_type=state,
        fee_minor=fee_minor,
        event_at=moment,
        key=cells["商户退款单号"] or None if is_refund else own,
        origin_key=own if is_refund else None,
        other_key=cells["微信退款单号"] or None if is_refund else theirs,
        status=_status(number, cells["退款状态"]) if is_refund else EntryStatus.DONE,
        details=LineDetails(cells["商品名称"]) if cells["商品名称"] else None,
    )


def _status(number: int, word: str) -> EntryStatus:
    status = _STATUS.get(word)
    if status is None:
        raise unreadable(number, "退款状态", word, "not a state of a refund")
    return status
