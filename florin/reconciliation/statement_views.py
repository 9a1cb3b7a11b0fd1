"""Counterparties, files, statements and lines as they are shown, over HTTP and on the command line."""

from dataclasses import asdict
from datetime import date

from florin.clearing.answers import Json, amount, instant
from florin.domain.counterparty import Counterparty
from florin.domain.identifiers import wire_id
from florin.domain.statement_line import LineDetails
from florin.storage.reconciliation.statement_files import StatementFile
from florin.storage.reconciliation.statement_lines import LineRow, StatementRow

_NOTHING = LineDetails()


def counterparty_view(counterparty: Counterparty) -> Json:
    """A counterparty with its terms; tolerances and limits are minor units of its currency."""
    terms = counterparty.terms
    return {
        "id": wire_id("counterparty", counterparty.id),
        "kind": counterparty.kind,
        "code": counterparty.code,
        "programme_id": wire_id("programme", counterparty.programme_id),
        "account_number": counterparty.account_number,
        "currency": counterparty.currency,
        "name": terms.name,
        "formats": sorted(terms.formats),
        "columns": None if terms.columns is None else asdict(terms.columns),
        "lag_days": terms.lag_days,
        "date_window_days": terms.date_window_days,
        "amount_tolerance": terms.amount_tolerance_minor,
        "fee_tolerance": terms.fee_tolerance_minor,
        "write_off_limit": terms.write_off_limit_minor,
        "is_numbered": terms.is_numbered,
        "fetched_from": _day(terms.fetched_from),
        "created_at": instant(counterparty.created_at),
    }


def file_view(file: StatementFile) -> Json:
    """A file: where it stands, and what is wrong with one that was kept apart."""
    return {
        "id": wire_id("statement_file", file.id),
        "counterparty_id": wire_id("counterparty", file.counterparty_id),
        "format": file.format,
        "name": file.name,
        "sha256": file.sha256.hex(),
        "size_bytes": file.size_bytes,
        "day": _day(file.day),
        "state": file.state,
        "given_at": instant(file.given_at),
        "read_at": None if file.read_at is None else instant(file.read_at),
        "problem": None
        if file.problem is None
        else {"code": file.problem, "line": file.problem_line, "detail": file.problem_detail},
        "statements": file.statements,
        "lines": file.lines,
    }


def statement_view(statement: StatementRow) -> Json:
    """A statement of a file."""
    currency = statement.currency
    opening, closing = statement.opening_minor, statement.closing_minor
    return {
        "id": wire_id("statement", statement.id),
        "counterparty_id": wire_id("counterparty", statement.counterparty_id),
        "basis": statement.basis,
        "reference": statement.reference,
        "sequence": statement.sequence,
        "page": statement.page,
        "from": _day(statement.from_on),
        "to": _day(statement.to_on),
        "opening": None if opening is None else amount(opening, currency),
        "closing": None if closing is None else amount(closing, currency),
        "in": amount(statement.in_minor, currency),
        "out": amount(statement.out_minor, currency),
        "lines": statement.lines,
    }


def line_view(line: LineRow, details: LineDetails | None) -> Json:
    """A line, as seen from us: what came is above zero in ``net``, what left below."""
    said = details or _NOTHING
    return {
        "id": wire_id("statement_line", line.id),
        "statement_id": wire_id("statement", line.statement_id),
        "line_number": line.line_number,
        "kind": line.kind,
        "direction": line.direction,
        "amount": amount(line.amount_minor, line.currency),
        "fee": amount(line.fee_minor, line.currency),
        "net": amount(line.net_minor, line.currency),
        "booked_on": _day(line.booked_on),
        "value_on": _day(line.value_on),
        "event_at": None if line.event_at is None else instant(line.event_at),
        "key": line.key,
        "origin_key": line.origin_key,
        "other_key": line.other_key,
        "payout_key": line.payout_key,
        "status": line.status,
        "their_type": line.their_type,
        "text": said.text,
        "party": said.party,
        "party_account": said.party_account,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
