"""What is told of breaks, their proposals and their stories."""

from typing import Any
from uuid import UUID

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any
from florin.domain.break_proposal import BreakProposal, details_hash
from florin.domain.break_record import Break
from florin.domain.chart import AccountCode
from florin.domain.identifiers import wire_id
from florin.storage.reconciliation.break_rows import BreakChange


def break_view(known: Break, proposal: BreakProposal | None = None) -> Json:
    """A break, with what waits for a decision or has just been decided; stored with operations."""
    return {
        "id": wire_id("break", known.id),
        "kind": known.kind,
        "state": known.state,
        "severity": known.severity,
        "programme_id": wire_id("programme", known.programme_id),
        "counterparty": counterparty_view(known.counterparty_id, known.counterparty_code),
        "difference": amount(known.amount_minor, known.currency),
        "value_on": known.value_on.isoformat(),
        "line_id": id_if_any("statement_line", known.line_id),
        "journal_id": id_if_any("journal", known.journal_id),
        "owner_id": id_if_any("login", known.owner_id),
        "reason": known.reason,
        "opened_at": instant(known.opened_at),
        "ended_at": instant_if_any(known.ended_at),
        "proposal": None if proposal is None else proposal_view(proposal, known.currency),
        "details_hash": details_hash(known, proposal).hex(),
    }


def counterparty_view(counterparty_id: UUID | None, code: str | None) -> Json | None:
    """Whose statement something is about; nobody's where several could have the entry."""
    return None if counterparty_id is None else {"id": wire_id("counterparty", counterparty_id), "code": code}


def proposal_view(proposal: BreakProposal, currency: str) -> Json:
    """What is proposed, who may agree, and what became of it."""
    return {
        "id": wire_id("break_proposal", proposal.id),
        "kind": proposal.kind,
        "reason": proposal.reason,
        "state": proposal.state,
        "amount": None if proposal.amount_minor is None else amount(proposal.amount_minor, currency),
        "debit": _code(proposal.debit_code),
        "credit": _code(proposal.credit_code),
        "proposed_by": id_if_any("login", proposal.proposed_by),
        "proposed_at": instant(proposal.proposed_at),
        "decided_by": id_if_any("login", proposal.decided_by),
        "decided_at": instant_if_any(proposal.decided_at),
        "journal_id": id_if_any("journal", proposal.journal_id),
        "deciders": sorted(proposal.deciders),
    }


def change_view(change: BreakChange, note: str | None) -> Json:
    """One step of a break's story; nobody is named where a run or the terms have done it."""
    return {
        "operation": change.operation,
        "state": change.state,
        "at": instant(change.at),
        "by": id_if_any("login", change.login_id),
        "owner_id": id_if_any("login", change.owner_id),
        "severity": change.severity,
        "note": note,
    }


def _code(code: AccountCode | None) -> Any:  # noqa: ANN401 (a number of the chart, or nothing)
    return None if code is None else int(code)
