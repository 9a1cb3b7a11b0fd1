"""Receipts: money that customers have paid, recorded by the bank's reference."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate.customer_bodies import Name
from florin.api.corporate.funding_answers import ReceiptRecorded
from florin.api.fields import AmountField, Choice, CustomerId, Day, JournalId, LoginId, PrivateFields, ReceiptId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, listed
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.read_receipts import read_receipt, receipts_page
from florin.clearing.customers.record_receipt import LONGEST_REFERENCE, WHO_MAY, RecordReceipt, record_receipt
from florin.domain.declines import Decline
from florin.domain.receipt import Parties, Party, PaymentMethod
from florin.storage.corporate.receipts import Receipt

ROUTES = Routes("Receipts")

_LIST = "receipts"


Reference = Annotated[str, Field(min_length=1, max_length=LONGEST_REFERENCE)]
OfCustomer = Annotated[CustomerId | None, Query(description="Whose money; a customer's people see their own.")]


class PartyField(PrivateFields):
    """Somebody at one end of a payment; a bank transfer has an account at both ends."""

    name: Name
    account: Annotated[str, Field(min_length=4, max_length=60)] | None = None


class ReceiptFields(PrivateFields, example=examples.NEW_RECEIPT):
    """Money that has come in, by transfer or in cash; cash names the order that it pays."""

    customer_id: CustomerId
    method: Annotated[PaymentMethod, Choice]
    bank_reference: Reference
    amount: AmountField
    payment_reference: Reference | None = None
    received_on: Day
    payer: PartyField
    payee: PartyField

    def command(self) -> RecordReceipt:
        """The receipt in its one spelling."""
        payer, payee = self.payer, self.payee
        return RecordReceipt(
            customer_id=self.customer_id,
            method=self.method,
            bank_reference=self.bank_reference,
            amount_minor=self.amount.amount,
            unit=self.amount.currency,
            received_on=self.received_on,
            parties=Parties(
                Party.read("payer", payer.name, payer.account), Party.read("payee", payee.name, payee.account)
            ),
            payment_reference=self.payment_reference,
        )


class ReceiptView(View):
    """A receipt in a list."""

    id: ReceiptId
    customer_id: CustomerId
    method: Annotated[PaymentMethod, Choice]
    bank_reference: str
    amount: AmountView
    payment_reference: str | None
    received_on: date
    recorded_by: LoginId
    journal_id: JournalId
    posted_at: datetime

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """A receipt as everybody sees it who may."""
        return cls(
            id=receipt.id,
            customer_id=receipt.customer_id,
            method=PaymentMethod(receipt.method),
            bank_reference=receipt.bank_reference,
            amount=amount_view(receipt.amount_minor, receipt.unit),
            payment_reference=receipt.payment_reference,
            received_on=receipt.received_on,
            recorded_by=receipt.recorded_by,
            journal_id=receipt.journal_id,
            posted_at=receipt.posted_at,
        )


class ReceiptPage(View):
    """Some receipts, and the cursor of the next page."""

    items: list[ReceiptView]
    next_cursor: str | None


class PartyView(View):
    """Somebody at one end of a payment."""

    name: str
    account: str | None


class PartiesView(View):
    """Payer and payee."""

    payer: PartyView
    payee: PartyView


class ReceiptInFullView(ReceiptView):
    """A receipt with payer and payee for those who answer for the money; null for others."""

    parties: PartiesView | None


@ROUTES.post(
    "/v1/receipts",
    allows=people(*WHO_MAY),
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.CUSTOMER_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.ORDER_NOT_FOUND,
        Decline.BANK_TRANSFER_REQUIRED,
        Decline.RECEIPT_DIFFERS,
    ),
    answers=ReceiptRecorded,
    example=examples.RECEIPT_RECORDED,
)
async def add_receipt(fields: ReceiptFields, person: ThePersonOnce) -> Response:
    """Record money that a customer has paid; its approved orders are funded with it at once.

    A bank reference counts once in a programme. The same receipt again, by whomever and under whatever key, is answered
    as the first time, with `Idempotent-Replayed: true`; under the same reference another receipt is refused. Orders
    whose payment reference some receipt has named come first, the oldest of them foremost, and each is funded whole or
    not at all.
    """
    return await person.asks_once(record_receipt, fields.command(), person.key, person.now, person.request_id)


@ROUTES.get(
    "/v1/receipts", allows=people(*READERS), problems=(Decline.CUSTOMER_NOT_FOUND,), example=page_of(examples.RECEIPT)
)
async def list_receipts(person: ThePerson, page: ThePage, customer_id: OfCustomer = None) -> ReceiptPage:
    """List receipts, the latest first."""
    found = await person.asks(receipts_page, customer_id, page.last_seen(_LIST), page.limit)
    return ReceiptPage(**listed(_LIST, found, ReceiptView.of))


@ROUTES.get(
    "/v1/receipts/{receipt_id}",
    allows=people(*READERS),
    problems=(Decline.RECEIPT_NOT_FOUND,),
    example=examples.RECEIPT_IN_FULL,
)
async def show_receipt(receipt_id: ReceiptId, person: ThePerson) -> ReceiptInFullView:
    """Show a receipt."""
    shown = await person.asks(read_receipt, receipt_id)
    return ReceiptInFullView(
        **dict(ReceiptView.of(shown.receipt)),
        parties=None if shown.parties is None else PartiesView.model_validate(shown.parties),
    )
