"""Put money into suspense: it is on a bank account of ours, and nobody can be found who it is for."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.banking.the_bank import THE_BANK
from florin.clearing.banking.views import item_view
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.suspense import SuspenseItem, SuspenseReason
from florin.storage.banking.lines_to_book import SUSPENSE_KEY, LineToBook
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted


@dataclass(frozen=True, slots=True)
class SuspendLine:
    """Nobody can be found for a line."""

    line_id: UUID


async def suspend_line(house: ClearingHouse, line: LineToBook, reason: SuspenseReason, bank_reference: str) -> Answer:
    """Post what a line has brought to suspense, once; ``duplicate_reference`` when the reference stands for something.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """

    def decide(group: Group) -> Outcome:
        programme = group.programme(line.programme_id)
        bank = FlowAccount(AccountCode.BANK, programme.id)
        suspense = FlowAccount(AccountCode.SUSPENSE, line.counterparty_id)
        journal_id = group.post(Event.RECEIPT_UNIDENTIFIED, programme, [(line.amount_minor, bank, suspense)])
        item = SuspenseItem(
            id=group.fresh_id(None),
            line_id=line.id,
            counterparty_id=line.counterparty_id,
            programme_id=programme.id,
            unit=programme.unit,
            amount_minor=line.amount_minor,
            reason=reason,
            bank_reference=bank_reference,
            booked_on=line.booked_on,
            journal_id=journal_id,
            opened_at=group.now,
        )
        group.suspense_items.add(item)
        told = {"suspense_item_id": wire_id("suspense_item", item.id), "amount_minor": item.amount_minor}
        group.record(THE_BANK.session_id, "suspense.received", line.counterparty_id, told)
        group.emit("suspense.received", item.id, None, journal_id)
        return Outcome(item_view(item), journal_id=journal_id, subject_id=item.id)

    # As of receipts and payouts the caller is the programme, whose references the bank's are.
    caller, key = Caller(line.programme_id, THE_BANK.session_id), SUSPENSE_KEY + line.id.hex
    command = SuspendLine(line.id)
    return await house.engine.submit(
        house.request(caller, key, "suspend_line", command, Wanted(), decide, reference=bank_reference)
    )
