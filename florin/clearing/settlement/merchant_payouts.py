"""Payouts of merchants: one that came back is paid again once the merchant's account has been confirmed."""

from typing import Final
from uuid import UUID

from florin.clearing.payouts.payout_rules import PayoutRules, Step
from florin.clearing.settlement.views import merchant_payout_view
from florin.domain.chart import AccountCode, Event
from florin.domain.journal import FlowAccount
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.payout import PayoutStatus
from florin.storage.connect import Pool
from florin.storage.posting.group import Group
from florin.storage.posting.request import Wanted
from florin.storage.settlement.statements import find_merchant_payout


async def _find(pool: Pool, payout_id: UUID) -> tuple[MerchantPayout, Wanted] | None:
    payout = await find_merchant_payout(pool, payout_id)
    return None if payout is None else (payout, Wanted(merchant_payout_id=payout_id))


def _again(group: Group, returned: MerchantPayout) -> MerchantPayout:
    return MerchantPayout(
        id=group.fresh_id(None),
        statement_id=returned.statement_id,
        programme_id=returned.programme_id,
        merchant_id=returned.merchant_id,
        unit=returned.unit,
        amount_minor=returned.amount_minor,
        pays_on=group.business_date(group.programme(returned.programme_id)),
        status=PayoutStatus.DUE,
        made_at=group.now,
        replaces_id=returned.id,
    )


def _owe_again(group: Group, returned: MerchantPayout, _journal_id: UUID) -> None:
    group.merchant_payouts.add(_again(group, returned))


MERCHANT_PAYOUTS: Final[PayoutRules[MerchantPayout]] = PayoutRules(
    wire_kind="merchant_payout",
    subject_kind="merchant_statement",
    sent=Step(Event.MERCHANT_PAID, "merchant.paid"),
    settled=Step(Event.MERCHANT_PAYOUT_SETTLED, "merchant.payout_settled"),
    returned=Step(Event.MERCHANT_PAYOUT_RETURNED, "merchant.payout_returned"),
    owner_id=lambda payout: payout.merchant_id,
    owed_on=lambda payout: FlowAccount(AccountCode.MERCHANT_PAYABLE, payout.merchant_id),
    find=_find,
    rows=lambda group: group.merchant_payouts,
    owe_again=_owe_again,
    view=merchant_payout_view,
    accounts=lambda vault: vault.merchant_accounts,
)
