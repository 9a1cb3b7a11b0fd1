"""The recipients of an order: a file of them checked or taken, an empty one to fill in, and who they are."""

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from florin.api.asking import ThePerson
from florin.api.callers import ANYBODY_SIGNED_IN, people
from florin.api.corporate import recipients_examples as examples
from florin.api.fair_turns import FairTurns
from florin.api.fields import OrderId, ProductId
from florin.api.files import answers_file, attachment
from florin.api.given import ThePage
from florin.api.management_examples import page_of
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import FileBody, Routes
from florin.api.uploads import uploaded
from florin.api.views import AmountView, View, amount_view, listed
from florin.batch.orders.recipients_file import Checked, Finding
from florin.batch.orders.recipients_template import FILE_NAME, MEDIA_TYPE, recipients_template
from florin.batch.orders.set_recipients import check_recipients, set_recipients
from florin.batch.orders.sheet_row import LONGEST_FILE_BYTES
from florin.clearing.orders.allowed import MAKERS, READERS
from florin.clearing.orders.list_recipients import MaskedRecipient, list_recipients
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.order_rules import WantedLine
from florin.domain.paging import decode_sequence
from florin.domain.programme import Programme
from florin.storage.catalogue import Catalogue

ROUTES = Routes("Orders")

RECIPIENTS_FILE: Final = FileBody(("text/csv", MEDIA_TYPE), LONGEST_FILE_BYTES)

_LIST: Final = "recipients"
_NOT_FOUND: Final = (Decline.ORDER_NOT_FOUND,)
_READING: Final = FairTurns("other recipients' files are being read")


class RecipientLineView(View):
    """The cards that recipients of a file get: one line of the order."""

    product_id: ProductId
    denomination: AmountView
    quantity: int


class WrongCellView(View):
    """What is wrong at a row, as the spreadsheet shows it, and in a column; without a row, with the whole file.

    `found` is what stands there, where that is nothing personal.
    """

    row: int | None
    column: str | None
    reason: str
    found: str | None


class RecipientsReportView(View):
    """What a file came to: it is accepted when nothing is `wrong`; of its findings the first 1,000 are shown."""

    accepted: bool
    recipients: int
    lines: list[RecipientLineView]
    wrong: int
    wrong_cells: list[WrongCellView]


class RecipientView(View):
    """The recipient of a card of the order; name and contact are hidden but for what tells one from another."""

    card: str
    line: int
    serial: int
    name: str
    contact: str
    employee_number: str | None
    identified: bool


class RecipientPage(View):
    """Some recipients, and the cursor of the next page."""

    items: list[RecipientView]
    next_cursor: str | None


@ROUTES.post(
    "/v1/orders/{order_id}/recipients/check",
    allows=people(*MAKERS),
    problems=_NOT_FOUND,
    takes=RECIPIENTS_FILE,
    example=examples.CHECKED,
)
async def check_recipients_file(
    order_id: OrderId, request: Request, person: ThePerson, configuration: TheConfiguration
) -> RecipientsReportView:
    """Check a recipients' file without taking anything of it.

    A workbook (XLSX) or CSV in UTF-8, UTF-16 or GB18030, with the columns name, contact, employee_number, product and
    denomination, and for registered cards id_type and id_number (姓名, 联系方式, 工号, 产品, 面值, 证件类型, 证件号码).
    All cells are text. `GET /v1/recipients-template` gives an empty one.
    """
    async with uploaded(request) as file, _READING.turn(person.who, request):
        checked = await person.asks(check_recipients, order_id, file)
    return _report(checked, configuration.catalogue)


@ROUTES.put(
    "/v1/orders/{order_id}/recipients",
    allows=people(*MAKERS),
    problems=(*_NOT_FOUND, Decline.ORDER_NOT_IN_STATE, Decline.RECIPIENTS_REFUSED),
    takes=RECIPIENTS_FILE,
    example=examples.TAKEN,
)
async def put_recipients(
    order_id: OrderId, request: Request, person: ThePerson, configuration: TheConfiguration
) -> RecipientsReportView:
    """Take a recipients' file in place of a draft's lines and recipients: all of it, or nothing if anything is wrong.

    The same kinds of files as for `POST /v1/orders/{order_id}/recipients/check`. Recipients of one product and
    denomination make a line, in the order in which they first appear.
    """
    async with uploaded(request) as file, _READING.turn(person.who, request):
        checked = await person.asks(set_recipients, order_id, file, person.now)
    if not checked.is_accepted:
        wrong_cells = [each._asdict() for each in checked.findings]
        raise Refused(Decline.RECIPIENTS_REFUSED, details={"wrong": checked.found, "wrong_cells": wrong_cells})
    return _report(checked, configuration.catalogue)


@ROUTES.get(
    "/v1/orders/{order_id}/recipients",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    example=page_of(examples.RECIPIENT),
)
async def list_all_recipients(order_id: OrderId, person: ThePerson, page: ThePage) -> RecipientPage:
    """List who gets the cards of an order, in the order of the cards."""
    after = 0 if page.cursor is None else decode_sequence(_LIST, page.cursor)
    found = await person.asks(list_recipients, order_id, after, page.limit)
    return RecipientPage(**listed(_LIST, found, _recipient))


@ROUTES.get("/v1/recipients-template", allows=ANYBODY_SIGNED_IN, **answers_file({MEDIA_TYPE: "PK..."}))
async def read_recipients_template() -> Response:
    """Fetch an empty recipients' file, whose columns are text."""
    template = await asyncio.to_thread(recipients_template)
    return Response(template, media_type=MEDIA_TYPE, headers=attachment(FILE_NAME))


def _report(checked: Checked, catalogue: Catalogue) -> RecipientsReportView:
    return RecipientsReportView(
        accepted=checked.is_accepted,
        recipients=checked.rows,
        lines=_lines(checked.lines, catalogue),
        wrong=checked.found,
        wrong_cells=[_wrong_cell(each) for each in checked.findings],
    )


def _wrong_cell(finding: Finding) -> WrongCellView:
    return WrongCellView(row=finding.row, column=finding.column, reason=finding.reason, found=finding.found)


def _lines(lines: Sequence[WantedLine], catalogue: Catalogue) -> list[RecipientLineView]:
    def programme(line: WantedLine) -> Programme:
        return catalogue.programmes[catalogue.products[line.product_id].programme_id]

    return [
        RecipientLineView(
            product_id=each.product_id,
            denomination=amount_view(each.denomination_minor, programme(each).unit),
            quantity=each.quantity,
        )
        for each in lines
    ]


def _recipient(masked: MaskedRecipient) -> RecipientView:
    return RecipientView(
        card=card_name(masked.line, masked.serial),
        line=masked.line,
        serial=masked.serial,
        name=masked.name,
        contact=masked.contact,
        employee_number=masked.employee_number,
        identified=masked.has_identity,
    )
