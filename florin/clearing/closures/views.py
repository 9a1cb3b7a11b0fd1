"""What is told of closures and payouts. It is stored with the operations, so no name and no account stands in it."""

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any, owner_wire_id
from florin.clearing.closures.read_closure import ClosureNow
from florin.domain.closure import Closure
from florin.domain.closure_payout import ClosurePayout
from florin.domain.identifiers import wire_id


def closure_view(closure: Closure) -> Json:
    """A closure as everybody sees it who may."""
    return {
        "id": wire_id("closure", closure.id),
        "owner_id": owner_wire_id(closure.owner_kind, closure.owner_id),
        "status": closure.status,
        "requested": amount(closure.principal_minor, closure.unit),
        "amount": amount(closure.amount_minor, closure.unit),
        "bonus": amount(closure.bonus_minor, closure.unit),
        "in_cash": closure.in_cash,
        "details_hash": closure.details_hash.hex(),
        "requested_at": instant(closure.requested_at),
        "verify_until": instant(closure.verify_until),
        "verified_by": closure.verified_by,
        "verified_at": instant_if_any(closure.verified_at),
        "cools_until": instant_if_any(closure.cools_until),
        "decided_at": instant_if_any(closure.decided_at),
        "reason": closure.reason,
        "journal_id": id_if_any("journal", closure.journal_id),
        "decided_journal_id": id_if_any("journal", closure.decided_journal_id),
    }


def closure_now(now: ClosureNow) -> Json:
    """A closure with what there is to be paid now."""
    return {**closure_view(now.closure), "to_pay": amount(now.to_pay_minor, now.closure.unit)}


def payout_view(payout: ClosurePayout) -> Json:
    """A payout as the people see it who may."""
    return {
        "id": wire_id("closure_payout", payout.id),
        "closure_id": wire_id("closure", payout.closure_id),
        "status": payout.status,
        "amount": amount(payout.amount_minor, payout.unit),
        "cause": payout.cause,
        "in_cash": payout.in_cash,
        "file_id": id_if_any("payout_file", payout.file_id),
        "made_at": instant(payout.made_at),
        "sent_at": instant_if_any(payout.sent_at),
        "paid_journal_id": id_if_any("journal", payout.paid_journal_id),
        "settled_at": instant_if_any(payout.settled_at),
        "settled_journal_id": id_if_any("journal", payout.settled_journal_id),
        "bank_reference": payout.bank_reference,
        "returned_at": instant_if_any(payout.returned_at),
        "returned_journal_id": id_if_any("journal", payout.returned_journal_id),
        "return_reason": payout.return_reason,
    }
