"""Suspense items, their resolutions and payouts, as they are shown."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.answers import Json, amount, instant
from florin.domain.bank_account import BankAccount
from florin.domain.identifiers import wire_id
from florin.domain.statement_line import LineDetails
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.storage.banking.suspense import SuspenseEntry


@dataclass(frozen=True, slots=True)
class AgedEntry:
    """An item as it stands now, with its age in banking days."""

    entry: SuspenseEntry
    age_days: int


@dataclass(frozen=True, slots=True)
class ItemInFull:
    """An item, what its line says, and the account that was proposed; None for who may not see people's data."""

    aged: AgedEntry
    details: LineDetails | None = field(repr=False)
    account: BankAccount | None = field(repr=False)


def item_view(
    item: SuspenseItem, resolution: SuspenseResolution | None = None, payout: SuspensePayout | None = None
) -> Json:
    """An item with the resolution that stands, or the last one, and the payout of that one."""
    stands = resolution is not None and resolution.stands
    return {
        "id": wire_id("suspense_item", item.id),
        "status": resolution.status if resolution is not None and stands else "open",
        "counterparty_id": wire_id("counterparty", item.counterparty_id),
        "programme_id": wire_id("programme", item.programme_id),
        "statement_line_id": wire_id("statement_line", item.line_id),
        "amount": amount(item.amount_minor, item.unit),
        "reason": item.reason,
        "bank_reference": item.bank_reference,
        "booked_on": item.booked_on.isoformat(),
        "opened_at": instant(item.opened_at),
        "journal_id": wire_id("journal", item.journal_id),
        "resolution": None if resolution is None else resolution_view(resolution),
        "payout": None if payout is None else suspense_payout_view(payout),
    }


def aged_view(aged: AgedEntry) -> Json:
    """An item as a list has it."""
    entry = aged.entry
    return {**item_view(entry.item, entry.resolution, entry.payout), "age_days": aged.age_days}


def item_in_full(found: ItemInFull) -> Json:
    """An item with what may be seen of its sender."""
    said, account = found.details or LineDetails(), found.account
    proposed = None
    if account is not None:
        proposed = {"holder": account.holder, "bank": account.bank, "number": account.number}
    return {**aged_view(found.aged), **said._asdict(), "account": proposed}


def resolution_view(resolution: SuspenseResolution) -> Json:
    """A resolution; ``details_hash`` is what its approval names."""
    return {
        "id": wire_id("suspense_resolution", resolution.id),
        "kind": resolution.kind,
        "status": resolution.status,
        "reason": resolution.reason,
        "customer_id": _id("customer", resolution.customer_id),
        "payment_reference": resolution.payment_reference,
        "account_last4": resolution.last4,
        "payout_journal_id": _id("journal", resolution.payout_journal_id),
        "details_hash": resolution.details_hash.hex(),
        "proposed_at": instant(resolution.proposed_at),
        "decided_at": _instant(resolution.decided_at),
        "receipt_id": _id("receipt", resolution.receipt_id),
        "journal_id": _id("journal", resolution.journal_id),
    }


def suspense_payout_view(payout: SuspensePayout) -> Json:
    """A payout of money that goes back to its sender."""
    return {
        "id": wire_id("suspense_payout", payout.id),
        "suspense_item_id": wire_id("suspense_item", payout.item_id),
        "status": payout.status,
        "amount": amount(payout.amount_minor, payout.unit),
        "file_id": _id("payout_file", payout.file_id),
        "made_at": instant(payout.made_at),
        "sent_at": _instant(payout.sent_at),
        "settled_at": _instant(payout.settled_at),
        "bank_reference": payout.bank_reference,
        "returned_at": _instant(payout.returned_at),
        "return_reason": payout.return_reason,
    }


def _id(kind: str, value: UUID | None) -> str | None:
    return None if value is None else wire_id(kind, value)


def _instant(value: datetime | None) -> str | None:
    return None if value is None else instant(value)
