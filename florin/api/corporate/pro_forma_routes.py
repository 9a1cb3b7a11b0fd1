"""The pro-forma invoice of an order, to be paid by bank transfer."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fair_turns import FairTurns
from florin.api.fields import OrderId
from florin.api.files import answers_file, attachment
from florin.api.routes import Routes
from florin.batch.orders.pro_forma import pro_forma_pdf
from florin.clearing.orders.allowed import READERS
from florin.clearing.orders.read_pro_forma import pro_forma_of
from florin.documents.pages import MEDIA_TYPE
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id

ROUTES = Routes("Orders")

_WRITING: Final = FairTurns("other invoices are being drawn")


@ROUTES.get(
    "/v1/orders/{order_id}/pro-forma",
    allows=people(*READERS),
    problems=(Decline.ORDER_NOT_FOUND, Decline.ORDER_NOT_IN_STATE, Decline.BANK_ACCOUNT_NOT_SET),
    **answers_file({MEDIA_TYPE: "%PDF-1.3..."}),
)
async def read_pro_forma(order_id: OrderId, request: Request, person: ThePerson) -> Response:
    """Fetch the pro-forma invoice of an order that has been submitted, in Chinese and English."""
    invoice = await person.asks(pro_forma_of, order_id)
    async with _WRITING.turn(person.who, request):
        document = await asyncio.to_thread(pro_forma_pdf, invoice)
    name = f"{wire_id('order', order_id)}-pro-forma.pdf"
    return Response(document, media_type=MEDIA_TYPE, headers=attachment(name))
