"""The fund-flow bill of WeChat Pay: every movement of the merchant's money on a day, with the balance that it left."""

from collections.abc import Iterator
from itertools import chain
from typing import IO, Final

from florin.domain.money import format_minor
from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.fields import amount_in, count_in, unreadable, wall_clock_in
from florin.reconciliation.files.wechat_table import BEIJING, YUAN, Row, WechatTable, require_totals

_AMOUNT, _BALANCE = "收支金额(元)", "账户结余(元)"
_COLUMNS: Final = frozenset(
    {"记账时间", "微信支付业务单号", "资金流水单号", "业务类型", "收支类型", _AMOUNT, _BALANCE, "备注", "业务凭证号"}
)
_COUNT, _COUNT_IN, _COUNT_OUT = "资金流水总笔数", "收入笔数", "支出笔数"
_SUM_IN, _SUM_OUT = "收入金额", "支出金额"
_DIRECTIONS: Final = {"收入": Direction.IN, "支出": Direction.OUT}


def read_wechat_fund_flow(stream: IO[bytes]) -> Iterator[Piece]:
    """The day's statement, from the balance before its first movement to that after its last.

    Raises:
        FileProblem: a row that cannot be understood or whose balance does not follow from the row before, or a total
            that is not what the rows come to.
    """
    table = WechatTable(stream, _COLUMNS, frozenset({_COUNT, _COUNT_IN, _COUNT_OUT, _SUM_IN, _SUM_OUT}))
    rows = table.rows()
    first = next(rows, None)
    balance_minor = None if first is None else _balance(first) - _signed(first)
    yield StatementOpened(currency=YUAN, opening_minor=balance_minor)
    counts, sums = {Direction.IN: 0, Direction.OUT: 0}, {Direction.IN: 0, Direction.OUT: 0}
    for row in chain([] if first is None else [first], rows):
        signed_minor = _signed(row)
        balance_minor = (balance_minor or 0) + signed_minor
        if _balance(row) != balance_minor:
            what = f"{_BALANCE} ought to be {format_minor(balance_minor, YUAN)} after this row"
            raise FileProblem(ProblemCode.BALANCE_DIFFERS, row[0], what)
        direction = _direction(row)
        counts[direction] += 1
        sums[direction] += abs(signed_minor)
        if signed_minor != 0:
            yield _line(row, abs(signed_minor), direction)
    number, said = table.totals()
    require_totals(
        number,
        (_COUNT, count_in(said[_COUNT], number, _COUNT), sum(counts.values())),
        (_COUNT_IN, count_in(said[_COUNT_IN], number, _COUNT_IN), counts[Direction.IN]),
        (_SUM_IN, amount_in(said[_SUM_IN], YUAN, number, _SUM_IN), sums[Direction.IN]),
        (_COUNT_OUT, count_in(said[_COUNT_OUT], number, _COUNT_OUT), counts[Direction.OUT]),
        (_SUM_OUT, amount_in(said[_SUM_OUT], YUAN, number, _SUM_OUT), sums[Direction.OUT]),
    )
    yield StatementClosed(from_on=None, to_on=None, closing_minor=balance_minor)


def _line(row: Row, amount_minor: int, direction: Direction) -> StatementLine:
    number, cells = row
    moment = wall_clock_in(cells["记账时间"], BEIJING, number, "记账时间")
    kind = _kind(cells["业务类型"], direction)
    own, theirs = cells["业务凭证号"] or None, cells["微信支付业务单号"] or None
    is_fee = kind is LineKind.FEE
    return StatementLine(
        line_number=number,
        kind=kind,
        direction=direction,
        amount_minor=amount_minor,
        currency=YUAN,
        booked_on=moment.date(),
        their_type=cells["业务类型"],
        event_at=moment,
        key=own,
        origin_key=own if is_fee else None,
        other_key=theirs,
        payout_key=theirs if kind is LineKind.PAYOUT else None,
        details=LineDetails(cells["备注"]) if cells["备注"] else None,
    )


def _kind(business: str, direction: Direction) -> LineKind:
    if "手续费" in business:
        return LineKind.FEE
    if "提现" in business:
        return LineKind.PAYOUT
    if "退款" in business:
        return LineKind.REFUND if direction is Direction.OUT else LineKind.REVERSAL
    if business == "交易":
        return LineKind.CREDIT if direction is Direction.IN else LineKind.DEBIT
    return LineKind.OTHER


def _direction(row: Row) -> Direction:
    number, cells = row
    direction = _DIRECTIONS.get(cells["收支类型"])
    if direction is None:
        raise unreadable(number, "收支类型", cells["收支类型"], "neither 收入 nor 支出")
    return direction


def _signed(row: Row) -> int:
    amount_minor = amount_in(row[1][_AMOUNT], YUAN, row[0], _AMOUNT)
    if amount_minor < 0:
        raise unreadable(row[0], _AMOUNT, row[1][_AMOUNT], "below zero")
    return amount_minor if _direction(row) is Direction.IN else -amount_minor


def _balance(row: Row) -> int:
    return amount_in(row[1][_BALANCE], YUAN, row[0], _BALANCE)
