"""What has become of an order's cards: the statement and the list of cards, as JSON and as files."""

import asyncio
from datetime import date
from io import BytesIO
from typing import Final, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.asking import Asking, ThePerson
from florin.api.callers import people
from florin.api.corporate import card_work_examples as examples
from florin.api.fair_turns import FairTurns
from florin.api.fields import OrderId
from florin.api.files import answers_file, attachment, parts_of, written_whole
from florin.api.given import ThePage
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, next_cursor
from florin.batch.orders.card_list import write_card_list
from florin.batch.orders.statement_documents import statement_pdf, write_statement_sheet
from florin.clearing.orders.allowed import READERS
from florin.clearing.orders.read_statement import read_order_cards, read_statement
from florin.documents.pages import MEDIA_TYPE as PDF
from florin.documents.sheets import MEDIA_TYPES, SheetForm
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_statement import OrderStatement
from florin.domain.paging import decode_sequence
from florin.domain.people import Actor
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.order_statement import ListedCard

ROUTES = Routes("Order statements")

_LIST: Final = "order_cards"
_SERIALS: Final = 100_000_000
"""More than any line has cards: line and serial number in one number, by which the list is ordered."""

_PROBLEMS: Final = (Decline.ORDER_NOT_FOUND, Decline.ORDER_NOT_IN_STATE)
_WRITING: Final = FairTurns("other lists of cards are being written")
_DRAWING: Final = FairTurns("other statements are being drawn")


class CardCountsView(View):
    """Cards by what has become of them; `sold` is `waiting` and `activated`, which is the six after it.

    `unused`, `partly_used` and `used_up` hold their face, less, or nothing; `loaded` went into a wallet; `expired` are
    past their last day and not empty. A card that was replaced counts under `replaced`, its successor where it stands.
    Where the company has named who gets which card, those six are told over the whole order only and from ten activated
    cards on; they are null where they would tell what somebody has.
    """

    sold: int
    waiting: int
    activated: int
    unused: int | None
    partly_used: int | None
    used_up: int | None
    loaded: int | None
    expired: int | None
    closed: int | None
    voided: int
    replaced: int


class OrderStatementLineView(View):
    """A line of the order."""

    line: int
    product: str
    denomination: AmountView
    counts: CardCountsView


class OrderAmountsView(View):
    """The activated cards' worth: `face` is `paid` and `bonus`, and is `spent` (or loaded) and `outstanding`.

    The last two are null where they would be the sum of fewer than ten balances and so might tell whose they are.
    """

    face: AmountView
    paid: AmountView
    bonus: AmountView
    spent: AmountView | None
    outstanding: AmountView | None


class OrderStatementView(View):
    """What has become of an order's cards, as of a business day. Money is told over the whole order only."""

    order_id: OrderId
    business_date: date
    lines: list[OrderStatementLineView]
    total: CardCountsView
    amounts: OrderAmountsView


class OrderCardView(View):
    """A card of an order; `successor` has taken the place of one that was replaced."""

    card: str
    line: int
    serial: int
    last4: str
    step: Literal["waiting", "activated", "voided", "replaced"]
    successor: str | None


class OrderCardPage(View):
    """Some cards of an order, and the cursor of the next page."""

    items: list[OrderCardView]
    next_cursor: str | None


@ROUTES.get("/v1/orders/{order_id}/statement", allows=people(*READERS), problems=_PROBLEMS, example=examples.STATEMENT)
async def show_order_statement(order_id: OrderId, person: ThePerson) -> OrderStatementView:
    """Show what has become of an order's cards. Everybody who may see the order is told the same."""
    _, statement = await person.asks(read_statement, order_id, person.now)
    return _view(order_id, statement)


@ROUTES.get(
    "/v1/orders/{order_id}/statement.csv",
    allows=people(*READERS),
    problems=_PROBLEMS,
    **answers_file({MEDIA_TYPES[SheetForm.CSV]: "order,payment_reference,date,line,product,..."}),
)
async def read_statement_csv(order_id: OrderId, person: ThePerson) -> Response:
    """Fetch the statement as CSV (RFC 4180, UTF-8 with a byte order mark)."""
    return await _statement_sheet(person, order_id, SheetForm.CSV)


@ROUTES.get(
    "/v1/orders/{order_id}/statement.xlsx",
    allows=people(*READERS),
    problems=_PROBLEMS,
    **answers_file({MEDIA_TYPES[SheetForm.XLSX]: "PK..."}),
)
async def read_statement_xlsx(order_id: OrderId, person: ThePerson) -> Response:
    """Fetch the statement as a workbook."""
    return await _statement_sheet(person, order_id, SheetForm.XLSX)


@ROUTES.get(
    "/v1/orders/{order_id}/statement.pdf",
    allows=people(*READERS),
    problems=_PROBLEMS,
    **answers_file({PDF: "%PDF-1.7 ..."}),
)
async def read_statement_pdf(order_id: OrderId, request: Request, person: ThePerson) -> Response:
    """Fetch the statement as a document in Chinese and English."""
    order, statement = await person.asks(read_statement, order_id, person.now)
    customer = await find_customer(person.house.pool, order.customer_id)
    async with _DRAWING.turn(person.who, request):
        name = "" if customer is None else customer.name
        document = await asyncio.to_thread(statement_pdf, order, name, statement, person.now)
    return Response(document, media_type=PDF, headers=_attachment(order_id, "statement.pdf"))


@ROUTES.get("/v1/orders/{order_id}/cards", allows=people(*READERS), problems=_PROBLEMS, example=examples.CARDS)
async def list_ordered_cards(order_id: OrderId, person: ThePerson, page: ThePage) -> OrderCardPage:
    """List an order's cards by line and serial number, without anything that opens them or tells what is on them."""
    after = 0 if page.cursor is None else decode_sequence(_LIST, page.cursor)
    found = await person.asks(read_order_cards, order_id, page.limit + 1, divmod(after, _SERIALS))
    shown = found[: page.limit]
    last = shown[-1].line * _SERIALS + shown[-1].serial if len(found) > page.limit else None
    return OrderCardPage(items=[_card_view(each) for each in shown], next_cursor=next_cursor(_LIST, last))


@ROUTES.get(
    "/v1/orders/{order_id}/cards.csv",
    allows=people(*READERS),
    problems=_PROBLEMS,
    **answers_file({MEDIA_TYPES[SheetForm.CSV]: "card,line,serial,last4,step,successor"}),
)
async def read_ordered_cards_csv(order_id: OrderId, request: Request, person: ThePerson) -> Response:
    """Fetch the list of an order's cards as CSV."""
    return await _card_sheet(request, person, order_id, SheetForm.CSV)


@ROUTES.get(
    "/v1/orders/{order_id}/cards.xlsx",
    allows=people(*READERS),
    problems=_PROBLEMS,
    **answers_file({MEDIA_TYPES[SheetForm.XLSX]: "PK..."}),
)
async def read_ordered_cards_xlsx(order_id: OrderId, request: Request, person: ThePerson) -> Response:
    """Fetch the list of an order's cards as a workbook."""
    return await _card_sheet(request, person, order_id, SheetForm.XLSX)


async def _statement_sheet(person: Asking[Actor], order_id: UUID, form: SheetForm) -> Response:
    order, statement = await person.asks(read_statement, order_id, person.now)
    file = BytesIO()
    await asyncio.to_thread(write_statement_sheet, form, file, order, statement)
    return Response(file.getvalue(), media_type=MEDIA_TYPES[form], headers=_attachment(order_id, f"statement.{form}"))


async def _card_sheet(request: Request, person: Asking[Actor], order_id: UUID, form: SheetForm) -> Response:
    async with written_whole() as file, _WRITING.turn(person.who, request):
        await person.asks(write_card_list, order_id, form, file)
    headers = _attachment(order_id, f"cards.{form}")
    return StreamingResponse(parts_of(file), media_type=MEDIA_TYPES[form], headers=headers)


def _attachment(order_id: UUID, file: str) -> dict[str, str]:
    return attachment(f"{wire_id('order', order_id)}-{file}")


def _view(order_id: UUID, statement: OrderStatement) -> OrderStatementView:
    def money(amount_minor: int) -> AmountView:
        return amount_view(amount_minor, statement.unit)

    amounts = statement.amounts
    spent_minor, outstanding_minor = amounts.spent_minor, amounts.outstanding_minor
    return OrderStatementView(
        order_id=order_id,
        business_date=statement.on,
        lines=[
            OrderStatementLineView(
                line=each.line,
                product=each.product_name,
                denomination=money(each.denomination_minor),
                counts=CardCountsView.model_validate(each.counts),
            )
            for each in statement.lines
        ],
        total=CardCountsView.model_validate(statement.total),
        amounts=OrderAmountsView(
            face=money(amounts.face_minor),
            paid=money(amounts.paid_minor),
            bonus=money(amounts.bonus_minor),
            spent=None if spent_minor is None else money(spent_minor),
            outstanding=None if outstanding_minor is None else money(outstanding_minor),
        ),
    )


def _card_view(card: ListedCard) -> OrderCardView:
    return OrderCardView.model_validate(
        {
            "card": card_name(card.line, card.serial),
            "line": card.line,
            "serial": card.serial,
            "last4": card.last4,
            "step": card.step,
            "successor": None if card.successor is None else card_name(card.line, card.successor),
        }
    )
