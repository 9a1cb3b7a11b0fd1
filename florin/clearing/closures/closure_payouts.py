"""Payouts of closed accounts: owed on the account of closures; one that came back waits for another account."""

from typing import Final
from uuid import UUID

from florin.clearing.closures.owe import owe
from florin.clearing.closures.standing import wanted_of
from florin.clearing.closures.views import payout_view
from florin.clearing.payouts.payout_rules import PayoutRules, Step
from florin.domain.chart import AccountCode, Event
from florin.domain.closure_payout import ClosurePayout, PayoutCause
from florin.domain.journal import FlowAccount
from florin.storage.closures.closures import find_closure, find_payout
from florin.storage.connect import Pool
from florin.storage.posting.group import Group
from florin.storage.posting.request import Wanted


async def _find(pool: Pool, payout_id: UUID) -> tuple[ClosurePayout, Wanted] | None:
    payout = await find_payout(pool, payout_id)
    closure = None if payout is None else await find_closure(pool, payout.closure_id)
    if payout is None or closure is None:
        return None
    return payout, wanted_of(closure.owner_kind, closure.owner_id, closure.id)


def _owe_again(group: Group, payout: ClosurePayout, journal_id: UUID) -> None:
    closure = group.closures.known(payout.closure_id)
    owe(group, closure, payout.amount_minor, PayoutCause.RETURNED, journal_id, in_cash=False)


CLOSURE_PAYOUTS: Final[PayoutRules[ClosurePayout]] = PayoutRules(
    wire_kind="closure_payout",
    subject_kind="closure",
    sent=Step(Event.CLOSURE_PAID, "closure.paid"),
    settled=Step(Event.CLOSURE_SETTLED, "closure.settled"),
    returned=Step(Event.CLOSURE_RETURNED, "closure.returned"),
    owner_id=lambda payout: payout.owner_id,
    owed_on=lambda payout: FlowAccount(AccountCode.CLOSURE_PAYABLE, payout.programme_id),
    find=_find,
    rows=lambda group: group.payouts,
    owe_again=_owe_again,
    view=payout_view,
    accounts=lambda vault: vault.payout_accounts,
)
