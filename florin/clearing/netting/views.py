"""What is told of netting statements and payouts; stored with the operations."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from florin.clearing.answers import Json, amount, instant
from florin.domain.identifiers import wire_id
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout


def netting_view(statement: NettingStatement) -> Json:
    """A netting statement as our people see it, with the account of the programme that is paid."""
    return {
        "id": wire_id("netting_statement", statement.id),
        "first_id": wire_id("programme", statement.first_id),
        "second_id": wire_id("programme", statement.second_id),
        "status": statement.status,
        "from": statement.from_day.isoformat(),
        "until": statement.until_day.isoformat(),
        "statement_count": statement.statements,
        "first_owes": amount(statement.first_owes_minor, statement.unit),
        "second_owes": amount(statement.second_owes_minor, statement.unit),
        "offset": amount(statement.offset_minor, statement.unit),
        "net": amount(statement.net_minor, statement.unit),
        "debtor_id": _id("programme", statement.debtor_id),
        "payee": None if statement.payee is None else asdict(statement.payee),
        "details_hash": statement.details_hash.hex(),
        "approved_at": _instant(statement.approved_at),
        "first_journal_id": _id("journal", statement.first_journal_id),
        "second_journal_id": _id("journal", statement.second_journal_id),
    }


def netting_payout_view(payout: NettingPayout) -> Json:
    """A payout between programmes as our people see it."""
    return {
        "id": wire_id("netting_payout", payout.id),
        "netting_id": wire_id("netting_statement", payout.netting_id),
        "debtor_id": wire_id("programme", payout.programme_id),
        "creditor_id": wire_id("programme", payout.creditor_id),
        "status": payout.status,
        "amount": amount(payout.amount_minor, payout.unit),
        "made_at": instant(payout.made_at),
        "file_id": _id("payout_file", payout.file_id),
        "sent_at": _instant(payout.sent_at),
        "paid_journal_id": _id("journal", payout.paid_journal_id),
        "settled_at": _instant(payout.settled_at),
        "settled_journal_id": _id("journal", payout.settled_journal_id),
        "bank_reference": payout.bank_reference,
        "received_at": _instant(payout.received_at),
        "received_journal_id": _id("journal", payout.received_journal_id),
        "received_reference": payout.received_reference,
        "returned_at": _instant(payout.returned_at),
        "returned_journal_id": _id("journal", payout.returned_journal_id),
        "return_reason": payout.return_reason,
        "carried_into": _id("netting_statement", payout.carried_into),
    }


def _id(kind: str, identifier: UUID | None) -> str | None:
    return None if identifier is None else wire_id(kind, identifier)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
