"""Any file by its format: the statements in it, each found to add up."""

from collections.abc import Iterator
from typing import IO, assert_never

from florin.domain.column_mapping import ColumnMapping
from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode
from florin.domain.statement_totals import Footed, Piece, footed
from florin.reconciliation.files.alipay_bill import read_alipay_bill
from florin.reconciliation.files.camt053 import read_camt053
from florin.reconciliation.files.mapped_csv import read_mapped_csv
from florin.reconciliation.files.mt940 import read_mt940
from florin.reconciliation.files.stripe_payouts import read_stripe_payouts
from florin.reconciliation.files.wechat_fund_flow import read_wechat_fund_flow
from florin.reconciliation.files.wechat_trade_bill import read_wechat_trade_bill


def read_file(
    form: FileFormat, stream: IO[bytes], currency: str, columns: ColumnMapping | None = None
) -> Iterator[Footed]:
    """The statements of a file, line by line, in bounded memory.

    ``currency`` is that of formats that name none, ``columns`` where a table has what. An archive is read from a stream
    in which one can go back.

    Raises:
        FileProblem: why the file cannot be taken in. What was yielded before it counts for nothing.
    """
    return footed(_pieces(form, stream, currency, columns))


def _pieces(form: FileFormat, stream: IO[bytes], currency: str, columns: ColumnMapping | None) -> Iterator[Piece]:
    match form:
        case FileFormat.CAMT_053:
            return read_camt053(stream)
        case FileFormat.MT_940:
            return read_mt940(stream)
        case FileFormat.MAPPED_CSV:
            if columns is None:
                raise FileProblem(ProblemCode.FIELD_MISSING, None, "the counterparty has no mapping of columns")
            return read_mapped_csv(stream, columns, currency)
        case FileFormat.WECHAT_TRADE:
            return read_wechat_trade_bill(stream)
        case FileFormat.WECHAT_FUND_FLOW:
            return read_wechat_fund_flow(stream)
        case FileFormat.ALIPAY_TRADE:
            return read_alipay_bill(stream)
        case FileFormat.STRIPE_PAYOUTS:
            return read_stripe_payouts(stream, currency)
        case _:
            assert_never(form)
