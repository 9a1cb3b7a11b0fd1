"""Payouts between programmes: each step stands in both books, so that what one owes is what the other has coming."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.netting.views import netting_payout_view
from florin.clearing.payouts.book_payout import WHO_MAY, SettlePayout
from florin.clearing.payouts.payout_rules import PayoutRules, Step, payout_step
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.netting_payout import NettingPayout
from florin.domain.payout import HAS_LEFT, PayoutStatus
from florin.domain.people import Actor
from florin.storage.connect import Pool
from florin.storage.netting.nettings import find_netting_payout
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted

_PAID: Final = Step(Event.NETTING_PAID, "netting.paid")
_SETTLED: Final = Step(Event.NETTING_SETTLED, "netting.settled")
_RETURNED: Final = Step(Event.NETTING_RETURNED, "netting.returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class NettingPayoutRules(PayoutRules[NettingPayout]):
    """What is sent, or comes back, is so in the creditor's book in the same transaction."""

    def outcome(self, group: Group, payout: NettingPayout, journal_id: UUID) -> Outcome:
        """Write the payout, and answer with it as it is now; the creditor's side follows."""
        made = PayoutRules.outcome(self, group, payout, journal_id)
        if journal_id in {payout.paid_journal_id, payout.returned_journal_id}:
            made.then = [_creditors_side(payout, journal_id)]
        return made


def _creditors_side(payout: NettingPayout, journal_id: UUID) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        coming = FlowAccount(AccountCode.DUE_FROM_PROGRAMMES, payout.programme_id)
        in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, payout.creditor_id)
        comes_back = payout.status is PayoutStatus.RETURNED
        step, debit, credit = (_RETURNED, coming, in_transit) if comes_back else (_PAID, in_transit, coming)
        posted = group.post(step.event, group.programme(payout.creditor_id), [(payout.amount_minor, debit, credit)])
        group.emit(step.name, payout.creditor_id, None, posted)
        return Outcome(netting_payout_view(payout), journal_id=posted, subject_id=payout.id)

    # The payout is the caller: no client is, so nobody else uses its keys; each journal is followed once.
    caller = Caller(payout.id, payout.creditor_id)
    return PostingRequest(caller, f"after:{journal_id.hex}", journal_id, "follow_netting_payout", Wanted(), decide)


async def _find(pool: Pool, payout_id: UUID) -> tuple[NettingPayout, Wanted] | None:
    payout = await find_netting_payout(pool, payout_id)
    return None if payout is None else (payout, Wanted(netting_payout_id=payout_id))


NETTING_PAYOUTS: Final[PayoutRules[NettingPayout]] = NettingPayoutRules(
    wire_kind="netting_payout",
    subject_kind="netting_statement",
    sent=_PAID,
    settled=_SETTLED,
    returned=_RETURNED,
    owner_id=lambda payout: payout.programme_id,
    owed_on=lambda payout: FlowAccount(AccountCode.DUE_TO_PROGRAMMES, payout.creditor_id),
    find=_find,
    rows=lambda group: group.netting_payouts,
    # What is owed again is part of the pair's next netting statement.
    owe_again=lambda _group, _payout, _journal_id: None,
    view=netting_payout_view,
    accounts=lambda vault: vault.netting_accounts,
)


async def receive_netting_payout(
    house: ClearingHouse, actor: Actor, command: SettlePayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Put the money onto the creditor's bank account, as its bank statement shows; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state`` unless it was sent and is not received
    yet; ``duplicate_reference`` when the bank reference stands for another movement of the creditor's money.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    found = await find_netting_payout(house.pool, command.payout_id)
    if found is None:
        return Decline.PAYOUT_NOT_FOUND

    def decide(group: Group, payout: NettingPayout) -> Outcome:
        return received(group, payout, command.bank_reference, actor.login_id, actor.session_id)

    caller = Caller(found.creditor_id, actor.session_id, None, request_id)
    reference = command.bank_reference
    verb = "receive_netting_payout"
    return await payout_step(house, NETTING_PAYOUTS, caller, verb, command, key, decide, reference=reference)


def received(group: Group, payout: NettingPayout, bank_reference: str, received_by: UUID, actor_id: UUID) -> Outcome:
    """Put a payout that has arrived onto the creditor's bank account."""
    if payout.status not in HAS_LEFT or payout.received_at is not None:
        return declined(Decline.PAYOUT_NOT_IN_STATE)
    payout.received_by, payout.received_at, payout.received_reference = received_by, group.now, bank_reference
    bank = FlowAccount(AccountCode.BANK, payout.creditor_id)
    in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, payout.creditor_id)
    creditor = group.programme(payout.creditor_id)
    journal_id = group.post(_SETTLED.event, creditor, [(payout.amount_minor, bank, in_transit)])
    payout.received_journal_id = journal_id
    told = {"payout_id": netting_payout_view(payout)["id"], "amount_minor": payout.amount_minor}
    group.record(actor_id, "netting.received", payout.creditor_id, told)
    group.emit(_SETTLED.name, payout.creditor_id, None, journal_id)
    return NETTING_PAYOUTS.outcome(group, payout, journal_id)
