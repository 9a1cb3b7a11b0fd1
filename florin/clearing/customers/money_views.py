"""What is told of a customer's money and of its refunds."""

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any
from florin.domain.funding_refund import FundingRefund
from florin.domain.identifiers import wire_id
from florin.domain.journal import StrictAccount


def funds_view(account: StrictAccount) -> Json:
    """A customer's money after an operation."""
    return {
        "balance": amount(account.balance_minor, account.unit),
        "reserved": amount(account.held_minor, account.unit),
        "available": amount(account.available_minor, account.unit),
    }


def funding_refund_view(refund: FundingRefund) -> Json:
    """A refund as the people see it who may."""
    return {
        "id": wire_id("funding_refund", refund.id),
        "customer_id": wire_id("customer", refund.customer_id),
        "refund_account_id": wire_id("refund_account", refund.refund_account_id),
        "status": str(refund.status),
        "amount": amount(refund.amount_minor, refund.unit),
        "reason": refund.reason,
        "requested_by": wire_id("login", refund.requested_by),
        "requested_at": instant(refund.requested_at),
        "decided_by": id_if_any("login", refund.decided_by),
        "decided_at": instant_if_any(refund.decided_at),
        "journal_id": id_if_any("journal", refund.journal_id),
        "paid_by": id_if_any("login", refund.paid_by),
        "paid_at": instant_if_any(refund.paid_at),
        "paid_journal_id": id_if_any("journal", refund.paid_journal_id),
        "bank_reference": refund.bank_reference,
    }
