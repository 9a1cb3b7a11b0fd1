"""What callers are told of payments, their refunds and findings."""

from collections.abc import Iterable

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any
from florin.domain.identifiers import wire_id
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.payment_finding import FindingNote, PaymentFinding
from florin.domain.payment_refund import PaymentRefund


def payment_view(payment: Payment) -> Json:
    """A payment as its member sees it."""
    return {
        "id": wire_id("payment", payment.id),
        "member_id": wire_id("member", payment.member_id),
        "provider": payment.provider,
        "purpose": payment.purpose,
        "hold_id": id_if_any("hold", payment.hold_id),
        "card": _bought(payment),
        "status": payment.status,
        "amount": amount(payment.amount_minor, payment.unit),
        "pay_url": payment.pay_url if payment.status is PaymentStatus.OFFERED else None,
        "created_at": instant(payment.created_at),
        "expires_at": instant(payment.expires_at),
        "paid_at": instant_if_any(payment.paid_at),
        "refunded": amount(payment.refunded_minor, payment.paid_unit or payment.unit),
        "journal_id": id_if_any("journal", payment.journal_id),
        "ended_at": instant_if_any(payment.ended_at),
    }


def _bought(payment: Payment) -> Json | None:
    if payment.product_id is None or payment.face_minor is None:
        return None
    return {
        "product_id": wire_id("product", payment.product_id),
        "denomination": amount(payment.face_minor, payment.unit),
        "card_id": id_if_any("card", payment.card_id),
    }


def payment_refund_view(refund: PaymentRefund) -> Json:
    """A refund as its member sees it."""
    return {
        "id": wire_id("payment_refund", refund.id),
        "payment_id": wire_id("payment", refund.payment_id),
        "cause": refund.cause,
        "status": refund.status,
        "amount": amount(refund.amount_minor, refund.unit),
        "requested_at": instant(refund.requested_at),
        "journal_id": id_if_any("journal", refund.journal_id),
        "put_back_journal_id": id_if_any("journal", refund.put_back_journal_id),
        "ended_at": instant_if_any(refund.ended_at),
    }


def payment_history_view(payment: Payment, refunds: Iterable[PaymentRefund]) -> Json:
    """A payment with what goes or went back of it."""
    return {**payment_view(payment), "refunds": [payment_refund_view(each) for each in refunds]}


def finding_view(finding: PaymentFinding) -> Json:
    """A finding as the operator's people see it."""
    return {
        "id": wire_id("payment_finding", finding.id),
        "kind": finding.kind,
        "provider": finding.provider,
        "reference": finding.reference,
        "payment_id": id_if_any("payment", finding.payment_id),
        "expected": _amount(finding.expected_minor, finding.expected_unit),
        "found": _amount(finding.found_minor, finding.found_unit),
        "detail": finding.detail,
        "opened_at": instant(finding.opened_at),
        "closed_at": instant_if_any(finding.closed_at),
    }


def finding_history_view(finding: PaymentFinding, notes: Iterable[FindingNote]) -> Json:
    """A finding with what was written to it."""
    told = [
        {
            "text": each.text,
            "closes": each.closes,
            "login_id": wire_id("login", each.login_id),
            "at": instant(each.at),
        }
        for each in notes
    ]
    return {**finding_view(finding), "notes": told}


def _amount(amount_minor: int | None, unit: str | None) -> Json | None:
    return None if amount_minor is None or unit is None else amount(amount_minor, unit)
