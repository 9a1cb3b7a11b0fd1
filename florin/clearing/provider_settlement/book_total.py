"""Post what a provider has kept or paid out, once, from the statement that says so."""

from florin.clearing.answers import amount
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.matching import Relation
from florin.domain.statement_line import Direction
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.reconciliation.provider_totals import ProviderTotal, totals_to_be_posted


async def book_totals(house: ClearingHouse) -> int:
    """Post all fees and payouts of providers that are not in the book yet, and return how many there were.

    A payout that is not what was paid less the fees is left to people: matching makes a break of it.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again, which goes on where this ended.
    """
    totals = await totals_to_be_posted(house.pool)
    for total in totals:
        await book_total(house, total)
    return len(totals)


async def book_total(house: ClearingHouse, total: ProviderTotal) -> Answer:
    """Post the fees of a statement or a payout; as often as asked, it is posted once.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """
    is_payout = total.relation == Relation.PAYOUTS
    event, name = (
        (Event.PROVIDER_PAID_OUT, "provider.paid_out") if is_payout else (Event.PROVIDER_FEE, "provider.fees_kept")
    )

    def decide(group: Group) -> Outcome:
        programme = group.programme(total.programme_id)
        receivable = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, total.owner_id)
        bank, fees = FlowAccount(AccountCode.BANK, programme.id), FlowAccount(AccountCode.PROVIDER_FEES, total.owner_id)
        where = bank if is_payout else fees
        debit, credit = (where, receivable) if total.direction == Direction.OUT else (receivable, where)
        journal_id = group.post(event, programme, [(total.amount_minor, debit, credit)])
        group.emit(name, total.counterparty_id, None, journal_id)
        answer = {
            "counterparty_id": wire_id("counterparty", total.counterparty_id),
            "statement_id": wire_id("statement", total.statement_id),
            "key": total.key,
            "direction": total.direction,
            "amount": amount(total.amount_minor, total.currency),
            "journal_id": wire_id("journal", journal_id),
        }
        return Outcome(answer, journal_id=journal_id, subject_id=total.line_id)

    # The counterparty is the caller: no client is, so nobody else uses its keys.
    caller = Caller(total.counterparty_id, total.counterparty_id)
    key = f"{total.relation}:{total.key}:{total.direction}"
    return await house.engine.submit(house.request(caller, key, "book_provider_total", total, Wanted(), decide))
