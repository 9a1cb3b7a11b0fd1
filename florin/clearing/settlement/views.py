"""What is told of merchants' statements and payouts; stored with the operations, so no account stands in it."""

from datetime import date, datetime
from uuid import UUID

from florin.clearing.answers import Json, amount, instant
from florin.domain.identifiers import wire_id
from florin.domain.merchant_debt import MerchantDebtPayment, MerchantDebts
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement


def statement_view(statement: MerchantStatement) -> Json:
    """A statement as finance and its merchant see it."""

    def money(amount_minor: int) -> Json:
        return amount(amount_minor, statement.unit)

    return {
        "id": wire_id("merchant_statement", statement.id),
        "programme_id": wire_id("programme", statement.programme_id),
        "merchant_id": wire_id("merchant", statement.merchant_id),
        "business_date": statement.business_date.isoformat(),
        "status": statement.status,
        "carried_in": money(statement.carried_in_minor),
        "purchase_count": statement.purchases,
        "purchases": money(statement.purchases_minor),
        "undone_count": statement.undone,
        "undone": money(statement.undone_minor),
        "refund_count": statement.refunds,
        "refunds": money(statement.refunds_minor),
        "taken_over": money(statement.taken_over_minor),
        "cards_sold_count": statement.sold,
        "cards_sold": money(statement.sold_minor),
        "cards_taken_back": money(statement.taken_back_minor),
        "cards_paid": money(statement.debt_paid_minor),
        "owed_for_cards_before": money(statement.receivable_in_minor),
        "set_off": money(statement.set_off_minor),
        "owed_for_cards": money(statement.receivable_out_minor),
        "fees": money(statement.fees_minor),
        "fees_returned": money(statement.fees_returned_minor),
        "reserve_kept": money(statement.reserve_kept_minor),
        "reserve_until": _day(statement.reserve_until),
        "reserve_released": money(statement.reserve_released_minor),
        "payout": money(statement.payout_minor),
        "pays_on": _day(statement.pays_on),
        "passed_on": money(statement.passed_on_minor),
        "acceptor_id": _id("programme", statement.acceptor_id),
        "carried_out": money(statement.carried_out_minor),
        "details_hash": statement.details_hash.hex(),
        "approved_at": _instant(statement.approved_at),
        "journal_id": _id("journal", statement.journal_id),
    }


def taken_over_view(statement: MerchantStatement) -> Json:
    """What of a statement the programme that pays the merchant has taken over."""
    return {
        "programme_id": _id("programme", statement.acceptor_id),
        "merchant_id": wire_id("merchant", statement.merchant_id),
        "statement_id": wire_id("merchant_statement", statement.id),
        "issuer_id": wire_id("programme", statement.programme_id),
        "amount": amount(statement.passed_on_minor, statement.unit),
        "journal_id": _id("journal", statement.taken_over_journal_id),
    }


def merchant_payout_view(payout: MerchantPayout) -> Json:
    """A payout as finance and its merchant see it."""
    return {
        "id": wire_id("merchant_payout", payout.id),
        "statement_id": wire_id("merchant_statement", payout.statement_id),
        "programme_id": wire_id("programme", payout.programme_id),
        "merchant_id": wire_id("merchant", payout.merchant_id),
        "status": payout.status,
        "amount": amount(payout.amount_minor, payout.unit),
        "pays_on": payout.pays_on.isoformat(),
        "replaces_id": _id("merchant_payout", payout.replaces_id),
        "file_id": _id("payout_file", payout.file_id),
        "made_at": instant(payout.made_at),
        "sent_at": _instant(payout.sent_at),
        "paid_journal_id": _id("journal", payout.paid_journal_id),
        "settled_at": _instant(payout.settled_at),
        "settled_journal_id": _id("journal", payout.settled_journal_id),
        "bank_reference": payout.bank_reference,
        "returned_at": _instant(payout.returned_at),
        "returned_journal_id": _id("journal", payout.returned_journal_id),
        "return_reason": payout.return_reason,
    }


def debt_payment_view(payment: MerchantDebtPayment) -> Json:
    """What a merchant has paid of what it owes for cards, as finance and the merchant see it."""
    return {
        "id": wire_id("merchant_debt_payment", payment.id),
        "programme_id": wire_id("programme", payment.programme_id),
        "merchant_id": wire_id("merchant", payment.merchant_id),
        "amount": amount(payment.amount_minor, payment.unit),
        "bank_reference": payment.bank_reference,
        "received_on": payment.received_on.isoformat(),
        "business_date": payment.business_date.isoformat(),
        "journal_id": wire_id("journal", payment.journal_id),
        "posted_at": instant(payment.posted_at),
    }


def debts_view(debts: MerchantDebts) -> Json:
    """What a merchant owes each programme, and the reference under which it pays."""
    return {
        "payment_reference": debts.payment_reference,
        "items": [
            {
                "programme_id": wire_id("programme", each.programme_id),
                "owed_for_cards": amount(each.owed_minor, each.unit),
            }
            for each in debts.debts
        ],
    }


def _id(kind: str, identifier: UUID | None) -> str | None:
    return None if identifier is None else wire_id(kind, identifier)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
