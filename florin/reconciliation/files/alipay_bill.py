"""The trade bill of Alipay: an archive with the lines of a day and, beside them, what they come to by shop.

Texts and names are in GBK; lines with ``#`` before the heading and after the rows are for people, and one of them, the
footer, is for us. Cells end in tabs so that no spreadsheet makes a number of them. Source: Alipay, "对账单字段说明"
(alipay.data.dataservice.bill.downloadurl.query, bill type trade).
"""

import re
from collections.abc import Iterator, Mapping
from typing import IO, Final

from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.archive import Archive
from florin.reconciliation.files.fields import amount_in, count_in, day_in, missing, unreadable, wall_clock_in
from florin.reconciliation.files.text_lines import numbered_lines
from florin.reconciliation.files.wechat_table import BEIJING, YUAN, require_totals

_ENCODING: Final = "gb18030"
_RECEIVED, _FEE, _ORDERED = "商家实收（元）", "服务费（元）", "订单金额（元）"
_TRADE_COUNT, _REFUND_COUNT = "交易订单总笔数", "退款订单总笔数"
_COLUMNS: Final = frozenset(
    {"支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "对方账户", "退款批次号/请求号"}
    | {_ORDERED, _RECEIVED, _FEE}
)
_SUMMARY_COLUMNS: Final = frozenset({"门店编号", _TRADE_COUNT, _REFUND_COUNT, _ORDERED, _RECEIVED, _FEE})
_TRADE, _REFUND = "交易", "退款"
_TOTAL_ROW: Final = "合计"
_ACCOUNT: Final = re.compile(r"#账号：\[([0-9]+)\]")
_PERIOD: Final = re.compile(r"#起始日期：\[(.{11}) .*终止日期：\[(.{11}) ")
_TRADES: Final = re.compile(r"#交易合计：([0-9]+)笔，商家实收共(-?[0-9.]+)元")
_REFUNDS: Final = re.compile(r"#退款合计：([0-9]+)笔，商家实收退款共(-?[0-9.]+)元")
_DAY_FORM: Final = "%Y年%m月%d日"

Cells = Mapping[str, str]


def read_alipay_bill(stream: IO[bytes]) -> Iterator[Piece]:
    """The day's statement. The lines are checked against their footer and against the summary beside them.

    Raises:
        FileProblem: an archive that nobody should open, a row that cannot be understood, or a total that is not what
            the rows come to.
    """
    archive = Archive(stream, _ENCODING)
    summaries = [name for name in archive.names if "汇总" in name]
    lists = [name for name in archive.names if "明细" in name and name not in summaries]
    if len(lists) != 1 or len(summaries) > 1:
        raise FileProblem(ProblemCode.FIELD_MISSING, None, "the archive has not one list of lines (业务明细)")
    details = _Details()
    with archive.open(lists[0]) as lines:
        yield from details.read(lines)
    if summaries:
        with archive.open(summaries[0]) as lines:
            details.compare(lines)


class _Details:
    """The list of lines: what it says of itself, and what its rows have come to."""

    def __init__(self) -> None:
        self._account: str | None = None
        self._period: re.Match[str] | None = None
        self._period_line = 0
        self._trades: re.Match[str] | None = None
        self._refunds: re.Match[str] | None = None
        self._footer_line = 0
        self._counts = {_TRADE: 0, _REFUND: 0}
        self._received = {_TRADE: 0, _REFUND: 0}
        self._fees_minor = 0
        self._ordered_minor = 0

    def read(self, stream: IO[bytes]) -> Iterator[Piece]:
        names: list[str] | None = None
        for number, line in numbered_lines(stream, _ENCODING):
            if line.startswith("#"):
                self._remark(number, line)
            elif names is None:
                names = _heading(number, line, _COLUMNS)
                yield StatementOpened(currency=YUAN, account=self._account)
            elif line.strip():
                row = self._row(number, _cells(number, line, names))
                if row is not None:
                    yield row
        if names is None:
            raise FileProblem(ProblemCode.NOTHING_IN_IT, None, "the list of lines has no heading")
        self._foot()
        yield self._closed()

    def compare(self, stream: IO[bytes]) -> None:
        """Compare the summary's row of totals with the rows."""
        names: list[str] | None = None
        for number, line in numbered_lines(stream, _ENCODING):
            if line.startswith("#") or not line.strip():
                continue
            if names is None:
                names = _heading(number, line, _SUMMARY_COLUMNS)
                continue
            cells = _cells(number, line, names)
            if cells["门店编号"] == _TOTAL_ROW:
                require_totals(
                    number,
                    (_TRADE_COUNT, count_in(cells[_TRADE_COUNT], number, _TRADE_COUNT), self._counts[_TRADE]),
                    (_REFUND_COUNT, count_in(cells[_REFUND_COUNT], number, _REFUND_COUNT), self._counts[_REFUND]),
                    (_ORDERED, _yuan(cells, _ORDERED, number), self._ordered_minor),
                    (_RECEIVED, _yuan(cells, _RECEIVED, number), sum(self._received.values())),
                    (_FEE, _yuan(cells, _FEE, number), self._fees_minor),
                )
                return
        raise FileProblem(ProblemCode.ENDS_EARLY, None, "the summary has no row of totals (合计)")

    def _remark(self, number: int, line: str) -> None:
        if match := _ACCOUNT.match(line):
            self._account = match[1]
        elif match := _PERIOD.match(line):
            self._period, self._period_line = match, number
        elif match := _TRADES.match(line):
            self._trades, self._footer_line = match, number
        elif match := _REFUNDS.match(line):
            self._refunds = match

    def _row(self, number: int, cells: Cells) -> StatementLine | None:
        business = cells["业务类型"]
        if business not in self._counts:
            raise unreadable(number, "业务类型", business, "neither 交易 nor 退款")
        received_minor, fee_minor = _yuan(cells, _RECEIVED, number), _yuan(cells, _FEE, number)
        self._counts[business] += 1
        self._received[business] += received_minor
        self._fees_minor += fee_minor
        self._ordered_minor += _yuan(cells, _ORDERED, number)
        if (received_minor < 0) is not (business == _REFUND) and received_minor != 0:
            raise unreadable(number, _RECEIVED, cells[_RECEIVED], f"of the wrong sign for {business}")
        return _line(number, cells, received_minor, fee_minor)

    def _foot(self) -> None:
        if self._trades is None or self._refunds is None:
            raise FileProblem(ProblemCode.ENDS_EARLY, None, "the footer (#交易合计, #退款合计) is missing")
        number, trades, refunds = self._footer_line, self._trades, self._refunds
        # Refunds are below zero in their rows; in the footer some bills say so and some do not.
        refunded = abs(amount_in(refunds[2], YUAN, number, "退款合计"))
        require_totals(
            number,
            ("交易合计笔数", count_in(trades[1], number, "交易合计"), self._counts[_TRADE]),
            ("交易合计", amount_in(trades[2], YUAN, number, "交易合计"), self._received[_TRADE]),
            ("退款合计笔数", count_in(refunds[1], number, "退款合计"), self._counts[_REFUND]),
            ("退款合计", refunded, -self._received[_REFUND]),
        )

    def _closed(self) -> StatementClosed:
        if self._period is None:
            return StatementClosed(from_on=None, to_on=None)
        first = day_in(self._period[1], _DAY_FORM, self._period_line, "起始日期")
        # The end is the midnight after the last day: a bill is of one day.
        return StatementClosed(from_on=first, to_on=first)


def _line(number: int, cells: Cells, received_minor: int, fee_minor: int) -> StatementLine | None:
    """The line of a row; None where no money moved."""
    is_refund = cells["业务类型"] == _REFUND
    # A fee is below zero in the row that pays it; what is given back of one has the other sign.
    kept_minor = -abs(fee_minor) if is_refund else abs(fee_minor)
    amount_minor, kind = abs(received_minor), LineKind.REFUND if is_refund else LineKind.CREDIT
    if amount_minor == 0:
        if kept_minor == 0:
            return None
        amount_minor, kept_minor, kind = abs(kept_minor), 0, LineKind.FEE
    moment = wall_clock_in(cells["完成时间"], BEIJING, number, "完成时间")
    own, refund = cells["商户订单号"] or None, cells["退款批次号/请求号"] or None
    party = cells["对方账户"] or None
    return StatementLine(
        line_number=number,
        kind=kind,
        direction=Direction.OUT if is_refund is (kind is not LineKind.FEE) else Direction.IN,
        amount_minor=amount_minor,
        currency=YUAN,
        booked_on=moment.date(),
        their_type=cells["业务类型"],
        fee_minor=kept_minor,
        event_at=moment,
        key=refund if is_refund else own,
        origin_key=own if is_refund else None,
        other_key=cells["支付宝交易号"] or None,
        details=LineDetails(cells["商品名称"] or None, party, party),
    )


def _yuan(cells: Cells, name: str, number: int) -> int:
    return amount_in(cells[name], YUAN, number, name)


def _heading(number: int, line: str, wanted: frozenset[str]) -> list[str]:
    names = [each.strip() for each in line.split(",")]
    absent = sorted(wanted - set(names))
    if absent:
        raise missing(number, f"the column {absent[0]}")
    return names


def _cells(number: int, line: str, names: list[str]) -> Cells:
    # The tab is what ends a cell; a comma without one before it belongs to the text of a cell.
    cells = [each.strip() for each in re.split(r"(?<=\t),", line)]
    if len(cells) != len(names):
        cells = [each.strip() for each in line.split(",")]
    if len(cells) != len(names):
        raise FileProblem(ProblemCode.UNREADABLE, number, f"{len(cells)} cells in a table of {len(names)} columns")
    return dict(zip(names, cells, strict=True))
