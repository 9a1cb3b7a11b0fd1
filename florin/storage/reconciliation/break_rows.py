"""The rows of breaks, their proposals and their changes, and how they become what the domain knows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.break_life import BreakKind, BreakOperation, BreakState
from florin.domain.break_proposal import BreakProposal, ProposalKind, ProposalState
from florin.domain.break_record import Break, BreakReason, BreakSeverity
from florin.domain.chart import AccountCode

# A difference of fees is one of the account on which the provider's fees were booked as it has kept them; any other is
# one of our account at the bank or provider. A line without an entry is put right by all of it or not at all. What a
# provider has kept or paid out is posted from its own statements: what differs there is explained.
_BESIDE: Final[Mapping[str, str]] = {
    "severity": """coalesce(b.severity, CASE WHEN b.kind IN ('file_gap', 'control_total', 'status_diff') THEN 'high'
         WHEN abs(b.amount_minor) <= c.write_off_limit_minor THEN 'low' ELSE 'normal' END)""",
    "counterparty_code": "c.code",
    "lag_days": "coalesce(c.lag_days, 0)",
    "tolerance_minor": """CASE WHEN b.kind = 'fee_diff' THEN c.fee_tolerance_minor
         WHEN b.kind = 'amount_diff' AND b.journal_id IS NOT NULL THEN c.amount_tolerance_minor ELSE 0 END""",
    "write_off_limit_minor": "coalesce(c.write_off_limit_minor, 0)",
    "account_code": """CASE WHEN c.kind = 'provider' AND l.kind IN ('fee', 'payout') THEN NULL
         WHEN b.kind = 'fee_diff' THEN 5020 WHEN b.account_code IS NOT NULL THEN b.account_code
         WHEN c.kind = 'bank' THEN 1010 WHEN c.kind = 'provider' THEN 1020 END""",
    "account_owner": "coalesce(i.owner_id, c.owner_id)",
    "to_post_minor": """CASE WHEN b.line_id IS NULL OR b.journal_id IS NOT NULL THEN b.amount_minor
         WHEN abs(b.amount_minor) = l.amount_minor THEN b.amount_minor ELSE 0 END""",
}
BREAK_COLUMNS: Final = ", ".join(_BESIDE.get(each.name, f"b.{each.name}") for each in fields(Break))
"""What is read of a break, in the order of its fields."""

FROM_BREAKS: Final = """
FROM break b LEFT JOIN counterparty c ON c.id = b.counterparty_id
LEFT JOIN statement_line l ON l.id = b.line_id
LEFT JOIN book_item i ON (i.journal_id, i.position, i.account_code) = (b.journal_id, b.position, b.account_code)
"""
PROPOSAL_COLUMNS: Final = ", ".join("p." + each.name for each in fields(BreakProposal))

_FIELDS: Final = tuple(each.name for each in fields(Break))
_PROPOSAL_FIELDS: Final = tuple(each.name for each in fields(BreakProposal))


@dataclass(frozen=True, slots=True)
class BreakChange:
    """One step of a break's story, with the state after it; of what no person has done, login and person are None.

    ``owner_id`` is the login that has the break from this step on, where the step says so.
    """

    id: UUID
    break_id: UUID
    operation: BreakOperation
    state: BreakState
    at: datetime
    login_id: UUID | None = None
    person_id: UUID | None = None
    proposal_id: UUID | None = None
    severity: BreakSeverity | None = None
    owner_id: UUID | None = None
    note_encrypted: bytes | None = None


CHANGE_COLUMNS: Final = ", ".join(each.name for each in fields(BreakChange))


def read_break(row: tuple[Any, ...]) -> Break:
    """A break from `BREAK_COLUMNS`."""
    known = Break(**dict(zip(_FIELDS, row, strict=True)))
    known.kind, known.state = BreakKind(known.kind), BreakState(known.state)
    known.severity = BreakSeverity(known.severity)
    known.reason = None if known.reason is None else BreakReason(known.reason)
    known.account_code = None if known.account_code is None else AccountCode(known.account_code)
    return known


def read_proposal(row: tuple[Any, ...]) -> BreakProposal:
    """A proposal from `PROPOSAL_COLUMNS`."""
    proposal = BreakProposal(**dict(zip(_PROPOSAL_FIELDS, row, strict=True)))
    proposal.kind, proposal.reason = ProposalKind(proposal.kind), BreakReason(proposal.reason)
    proposal.state = ProposalState(proposal.state)
    proposal.debit_code = None if proposal.debit_code is None else AccountCode(proposal.debit_code)
    proposal.credit_code = None if proposal.credit_code is None else AccountCode(proposal.credit_code)
    return proposal


def read_change(row: tuple[Any, ...]) -> BreakChange:
    """A change from `CHANGE_COLUMNS`."""
    change_id, break_id, operation, state, at, login_id, person_id, proposal_id, severity, owner_id, note = row
    graded = None if severity is None else BreakSeverity(severity)
    return BreakChange(
        change_id, break_id, BreakOperation(operation), BreakState(state), at, login_id, person_id, proposal_id, graded,
        owner_id, note,
    )  # fmt: skip
