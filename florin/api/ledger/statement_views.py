"""Statements: the lines of a card's or a member's account, the latest first."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Query

from florin.api.fields import Choice, JournalId, MerchantId
from florin.api.given import PageWanted
from florin.api.views import AmountView, View, amount_view, listed
from florin.domain.chart import AccountCode, Event
from florin.domain.paging import decode_sequence
from florin.domain.purchase import OwnerKind
from florin.storage.book.statements import StatementLine, statement
from florin.storage.connect import Pool

TheLot = Annotated[
    Literal["principal", "bonus"],
    Query(description="Which account: the value that was paid for, or the value that was given."),
]

_LIST: Final = "statement"


class StatementLineView(View):
    """One change of an account; the amount is negative where value went out. `sequence` has no gaps."""

    sequence: int
    event: Annotated[Event, Choice]
    amount: AmountView
    balance_after: AmountView
    merchant_id: MerchantId | None
    merchant_name: str | None
    reference: str | None
    card_last4: str | None
    event_at: datetime
    posted_at: datetime
    journal_id: JournalId
    reverses_journal_id: JournalId | None


class StatementPage(View):
    """Some lines of a statement, and the cursor of the older ones."""

    items: list[StatementLineView]
    next_cursor: str | None


async def statement_page(pool: Pool, kind: OwnerKind, owner_id: UUID, lot: str, wanted: PageWanted) -> StatementPage:
    """A page of the statement of one of an owner's two accounts; no lines for an account that was never opened."""
    after = None if wanted.cursor is None else decode_sequence(_LIST, wanted.cursor)
    page = await statement(pool, owner_id, _account_code(kind, lot), wanted.limit, after)
    return StatementPage(**listed(_LIST, page, statement_line_view))


def _account_code(kind: OwnerKind, lot: str) -> AccountCode:
    principal, bonus = kind.lot_codes
    return principal if lot == "principal" else bonus


def statement_line_view(line: StatementLine) -> StatementLineView:
    """A line of a statement on the wire."""
    return StatementLineView(
        sequence=line.sequence,
        event=Event(line.event),
        amount=amount_view(line.amount_minor, line.unit),
        balance_after=amount_view(line.balance_after_minor, line.unit),
        merchant_id=line.merchant_id,
        merchant_name=line.merchant_name,
        reference=line.reference,
        card_last4=line.card_last4,
        event_at=line.event_at,
        posted_at=line.posted_at,
        journal_id=line.journal_id,
        reverses_journal_id=line.reverses_journal_id,
    )
