"""Stripe's payout reconciliation, itemised: every balance transaction with the automatic payout that paid it out.

Each row proves itself: gross less fee is net. A bank credit is the sum of net of one payout. Source: Stripe, "Payout
reconciliation report", report type payout_reconciliation.itemized.5.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Final
from zoneinfo import ZoneInfo

from florin.domain.money import format_minor
from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.csv_table import Row, csv_rows
from florin.reconciliation.files.fields import amount_in, missing, wall_clock_in

_COLUMNS: Final = frozenset(
    {
        "automatic_payout_id",
        "balance_transaction_id",
        "created",
        "currency",
        "gross",
        "fee",
        "net",
        "reporting_category",
    }
)
_UTC: Final = ZoneInfo("UTC")
_KINDS: Final[Mapping[str, LineKind]] = {
    "charge": LineKind.CREDIT,
    "refund": LineKind.REFUND,
    "partial_capture_reversal": LineKind.REVERSAL,
    "charge_failure": LineKind.REVERSAL,
    "refund_failure": LineKind.REVERSAL,
    "dispute": LineKind.REVERSAL,
    "dispute_reversal": LineKind.CREDIT,
    "fee": LineKind.FEE,
    "network_cost": LineKind.FEE,
    "payout": LineKind.PAYOUT,
    "payout_reversal": LineKind.REVERSAL,
}


def read_stripe_payouts(stream: IO[bytes], currency: str) -> Iterator[Piece]:
    """The report as one statement in ``currency``, which all of its rows must have.

    Raises:
        FileProblem: a row that cannot be understood, or whose gross less its fee is not its net.
    """
    rows = csv_rows(stream, "utf-8", _COLUMNS)
    # The heading is read with the first row: a report that is none is found before anything is said of it.
    first = next(rows, None)
    yield StatementOpened(currency=currency)
    for row in chain([] if first is None else [first], rows):
        line = _line(row)
        if line is not None:
            yield line
    yield StatementClosed(from_on=None, to_on=None)


def _line(row: Row) -> StatementLine | None:
    """The line of a row; None where no money moved."""
    number, cells = row
    currency = cells["currency"].upper()
    gross, fee_minor, net = (amount_in(cells[name], currency, number, name) for name in ("gross", "fee", "net"))
    if gross - fee_minor != net:
        what = f"{format_minor(gross, currency)} less {format_minor(fee_minor, currency)} is not {cells['net']}"
        raise FileProblem(ProblemCode.TOTALS_DIFFER, number, what)
    category = cells["reporting_category"]
    kind = _KINDS.get(category, LineKind.OTHER)
    if gross == 0:
        if fee_minor == 0:
            return None
        gross, fee_minor, kind = -fee_minor, 0, LineKind.FEE
    moment = wall_clock_in(cells.get("created_utc") or cells["created"], _UTC, number, "created")
    available = cells.get("available_on_utc") or cells.get("available_on") or ""
    payment = cells.get("payment_metadata[reference]") or cells.get("client_reference_id") or None
    refund = cells.get("refund_metadata[reference]") or None
    if not cells["balance_transaction_id"]:
        raise missing(number, "balance_transaction_id")
    return StatementLine(
        line_number=number,
        kind=kind,
        direction=Direction.IN if gross > 0 else Direction.OUT,
        amount_minor=abs(gross),
        currency=currency,
        booked_on=moment.date(),
        their_type=category,
        fee_minor=fee_minor,
        value_on=wall_clock_in(available, _UTC, number, "available_on").date() if available else None,
        event_at=moment,
        key=refund or (None if kind is LineKind.REFUND else payment),
        origin_key=payment if kind is LineKind.REFUND else None,
        other_key=cells.get("charge_id") or cells.get("source_id") or cells["balance_transaction_id"],
        payout_key=cells["automatic_payout_id"] or None,
        details=LineDetails(cells["description"]) if cells.get("description") else None,
    )
