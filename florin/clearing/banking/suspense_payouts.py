"""Payouts of money that goes back to its sender: one that comes back waits in suspense for another decision."""

from typing import Final
from uuid import UUID

from florin.clearing.banking.views import suspense_payout_view
from florin.clearing.payouts.payout_rules import PayoutRules, Step
from florin.domain.chart import AccountCode, Event
from florin.domain.journal import FlowAccount
from florin.domain.suspense import ResolutionStatus, SuspensePayout
from florin.storage.banking.suspense import find_suspense_payout
from florin.storage.connect import Pool
from florin.storage.posting.group import Group
from florin.storage.posting.request import Wanted


async def _find(pool: Pool, payout_id: UUID) -> tuple[SuspensePayout, Wanted] | None:
    payout = await find_suspense_payout(pool, payout_id)
    return None if payout is None else (payout, Wanted(suspense_item_id=payout.item_id))


def _reopen(group: Group, returned: SuspensePayout, _journal_id: UUID) -> None:
    resolution = group.suspense_resolutions.known(returned.resolution_id)
    resolution.status = ResolutionStatus.UNDONE
    group.suspense_resolutions.save(resolution)


SUSPENSE_PAYOUTS: Final[PayoutRules[SuspensePayout]] = PayoutRules(
    wire_kind="suspense_payout",
    subject_kind="suspense_item",
    sent=Step(Event.SUSPENSE_SENT_BACK, "suspense.sent_back"),
    settled=Step(Event.SUSPENSE_PAYOUT_SETTLED, "suspense.payout_settled"),
    returned=Step(Event.SUSPENSE_PAYOUT_RETURNED, "suspense.payout_returned"),
    owner_id=lambda payout: payout.item_id,
    owed_on=lambda payout: FlowAccount(AccountCode.SUSPENSE, payout.counterparty_id),
    find=_find,
    rows=lambda group: group.suspense_payouts,
    owe_again=_reopen,
    view=suspense_payout_view,
    accounts=lambda vault: vault.payout_accounts,
)
