"""The signed-in member's wallet: balance, statement, purchases, loads, and payment codes."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import CardId, Choice, JournalId, MerchantId, PurchaseId
from florin.api.given import ThePage, accepted
from florin.api.ledger.balance_views import BalanceView, balance_view, required
from florin.api.ledger.statement_views import StatementPage, TheLot, statement_page
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, listed
from florin.clearing.membership.new_payment_code import new_payment_code
from florin.domain.declines import Decline
from florin.domain.purchase import OwnerKind, PurchaseStatus
from florin.storage.book.statements import (
    ConsumptionRecord,
    RechargeRecord,
    balances_of,
    consumption_records,
    recharge_records,
)

ROUTES = Routes("The member's own")

_PURCHASES: Final = "my-purchases"
_LOADS: Final = "my-loads"


class ConsumptionView(View):
    """A purchase, from which lot of the wallet it was paid, and what the member's tier took off."""

    purchase_id: PurchaseId
    status: Annotated[PurchaseStatus, Choice]
    merchant_id: MerchantId
    merchant_name: str | None
    reference: str
    requested: AmountView
    principal: AmountView
    bonus: AmountView
    discount: AmountView
    refunded: AmountView
    journal_id: JournalId
    event_at: datetime
    posted_at: datetime


class ConsumptionPage(View):
    """Some purchases, and the cursor of the older ones."""

    items: list[ConsumptionView]
    next_cursor: str | None


class RechargeView(View):
    """A card whose whole value went into the wallet."""

    card_id: CardId
    last4: str
    amount: AmountView
    journal_id: JournalId
    posted_at: datetime


class RechargePage(View):
    """Some loads, and the cursor of the older ones."""

    items: list[RechargeView]
    next_cursor: str | None


class PaymentCodeView(View):
    """Digits to show at a till as a barcode: the consent to one payment."""

    code: Annotated[str, Field(repr=False)]
    expires_at: datetime


@ROUTES.get("/v1/me/balance", allows=Audience.MEMBER, problems=(Decline.MEMBER_NOT_FOUND,), example=examples.BALANCE)
async def read_balance(member: TheMember) -> BalanceView:
    """Show what the wallet holds."""
    return balance_view(required(await balances_of(member.house.pool, member.who.member_id, member.now)))


@ROUTES.get("/v1/me/statement", allows=Audience.MEMBER, example=examples.page_of(examples.STATEMENT_LINE))
async def read_my_statement(member: TheMember, page: ThePage, lot: TheLot = "principal") -> StatementPage:
    """List what came into the wallet and went from it, the latest first."""
    return await statement_page(member.house.pool, OwnerKind.MEMBER, member.who.member_id, lot, page)


@ROUTES.get("/v1/me/purchases", allows=Audience.MEMBER, example=examples.page_of(examples.CONSUMPTION))
async def list_my_purchases(member: TheMember, page: ThePage) -> ConsumptionPage:
    """List the member's purchases, the latest first."""
    found = await consumption_records(member.house.pool, member.who.member_id, page.limit, page.last_seen(_PURCHASES))
    return ConsumptionPage(**listed(_PURCHASES, found, _consumption_view))


@ROUTES.get("/v1/me/loads", allows=Audience.MEMBER, example=examples.page_of(examples.RECHARGE))
async def list_my_loads(member: TheMember, page: ThePage) -> RechargePage:
    """List the cards that the member has loaded, the latest first."""
    found = await recharge_records(member.house.pool, member.who.member_id, page.limit, page.last_seen(_LOADS))
    return RechargePage(**listed(_LOADS, found, _recharge_view))


@ROUTES.post(
    "/v1/me/payment-codes",
    allows=Audience.MEMBER,
    status=201,
    problems=(Decline.MEMBER_NOT_ACTIVE, Decline.RATE_LIMITED),
    example=examples.PAYMENT_CODE,
)
async def create_payment_code(member: TheMember) -> PaymentCodeView:
    """Make a payment code; an earlier one that was not used is worth nothing from now on."""
    made = accepted(await new_payment_code(member.house, member.who.member_id, member.now))
    return PaymentCodeView(code=made.code, expires_at=made.expires_at)


def _consumption_view(record: ConsumptionRecord) -> ConsumptionView:
    return ConsumptionView(
        purchase_id=record.purchase_id,
        status=PurchaseStatus(record.status),
        merchant_id=record.merchant_id,
        merchant_name=record.merchant_name,
        reference=record.reference,
        requested=amount_view(record.requested_minor, record.unit),
        principal=amount_view(record.principal_minor, record.unit),
        bonus=amount_view(record.bonus_minor, record.unit),
        discount=amount_view(record.discount_minor, record.unit),
        refunded=amount_view(record.refunded_minor, record.unit),
        journal_id=record.journal_id,
        event_at=record.event_at,
        posted_at=record.posted_at,
    )


def _recharge_view(record: RechargeRecord) -> RechargeView:
    return RechargeView(
        card_id=record.card_id,
        last4=record.last4,
        amount=amount_view(record.amount_minor, record.unit),
        journal_id=record.journal_id,
        posted_at=record.posted_at,
    )
