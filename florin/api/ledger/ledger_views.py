"""The book as it is shown: events and journals."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from florin.api.fields import Choice, EventId, JournalId, ProgrammeId, TerminalId
from florin.api.views import AmountView, View, amount_view
from florin.domain.chart import Event
from florin.domain.event_names import EVENT_NAMES
from florin.domain.subjects import POSTING_VERBS
from florin.reconciliation.findings import account_name
from florin.storage.book.journals import AskedFor, Journal, JournalLine


class EventView(View):
    """Something that has happened; `payload` is what webhooks carry."""

    id: EventId
    name: Annotated[str, Field(json_schema_extra={"enum": list(EVENT_NAMES)})]
    journal_id: JournalId | None
    payload: dict[str, Any]
    posted_at: datetime


class EventPage(View):
    """Some events, and the cursor of the older ones."""

    items: list[EventView]
    next_cursor: str | None


class TransferView(View):
    """One movement between two accounts, each named by its code in the chart and its owner."""

    position: int
    amount: AmountView
    debit: str
    credit: str
    strict_sequence: int | None
    balance_after: AmountView | None


class OperationView(View):
    """Who asked for a journal: the verb, and the API key or session by its id; and what was answered."""

    verb: Annotated[str, Field(json_schema_extra={"enum": list(POSTING_VERBS)})]
    reference: str | None
    actor: str
    terminal_id: TerminalId | None
    request_id: str | None
    answer: dict[str, Any]


class JournalView(View):
    """A business event in the book."""

    id: JournalId
    programme_id: ProgrammeId
    event: Annotated[Event, Choice]
    business_date: date
    event_at: datetime
    posted_at: datetime
    reverses_journal_id: JournalId | None
    transfers: list[TransferView]
    operation: OperationView | None


def journal_view(journal: Journal) -> JournalView:
    """A journal as it is shown."""
    first = journal.lines[0]
    return JournalView(
        id=journal.id,
        programme_id=first.programme_id,
        event=Event(first.event),
        business_date=first.business_date,
        event_at=first.event_at,
        posted_at=first.posted_at,
        reverses_journal_id=first.reverses_journal_id,
        transfers=[_transfer_view(each) for each in journal.lines],
        operation=None if journal.operation is None else _operation_view(journal.operation),
    )


def _transfer_view(line: JournalLine) -> TransferView:
    after_minor = line.balance_after_minor
    return TransferView(
        position=line.position,
        amount=amount_view(line.amount_minor, line.unit),
        debit=account_name(line.debit_code, line.debit_owner),
        credit=account_name(line.credit_code, line.credit_owner),
        strict_sequence=line.strict_sequence,
        balance_after=None if after_minor is None else amount_view(after_minor, line.unit),
    )


def _operation_view(operation: AskedFor) -> OperationView:
    return OperationView(
        verb=operation.verb,
        reference=operation.reference,
        actor=operation.actor_id.hex,
        terminal_id=operation.terminal_id,
        request_id=operation.request_id,
        answer=operation.answer,
    )
