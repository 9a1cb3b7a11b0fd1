"""The door for payment providers, who have no key of ours: what they say is believed by their signature."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from florin.api.callers import Audience
from florin.api.given import Now, TheHouse
from florin.api.payments.payment_routes import ProviderName
from florin.api.problems.document import Refused
from florin.api.routes import FileBody, Routes
from florin.clearing.payments.receive_callback import receive_callback
from florin.domain.declines import Decline

ROUTES = Routes("Payments")

CALLBACK: Final = FileBody(("application/json", "application/x-www-form-urlencoded"), 64 * 1024)

TAKEN: Final = "success"
"""What Alipay must read to stop repeating itself; to the other providers the status says it."""


@ROUTES.post(
    "/v1/payment-callbacks/{provider}",
    allows=Audience.PUBLIC,
    problems=(Decline.CALLBACK_REFUSED,),
    takes=CALLBACK,
    response_class=PlainTextResponse,
)
async def take_callback(provider: ProviderName, request: Request, house: TheHouse, now: Now) -> Response:
    """Take what a payment provider tells of a payment or refund.

    It is acted on once, however often it comes. Whatever is wrong with a callback gets one answer.
    """
    if not await receive_callback(house, provider, request.headers, await request.body(), now):
        raise Refused(Decline.CALLBACK_REFUSED)
    return PlainTextResponse(TAKEN)
