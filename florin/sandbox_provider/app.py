"""The provider's doors: one for the merchant, one for the person who pays, one for whoever tests."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from florin.sandbox_provider.bills import BEIJING, fund_flow_bill, trade_bill
from florin.sandbox_provider.book import Payment
from florin.sandbox_provider.desk import Desk, RefusedRequest
from florin.sandbox_provider.entries import Answers, Behaviour
from florin.sandbox_provider.pay_page import draw
from florin.sandbox_provider.postman import Postman
from florin.sandbox_provider.requests import NewPayment, NewRefund, SendNow, Settlement
from florin.sandbox_provider.views import notification_view, payment_view, refund_view

_Body = TypeVar("_Body")
_Verb = Callable[[Request], Awaitable[Response]]


def create_app(
    desk: Desk, postman: Postman, api_key: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Starlette:
    """The provider's application for one merchant, who calls with ``api_key``."""
    merchant, payer, tester = _MerchantDoor(desk, clock), _PayPage(desk, clock), _TestersDoor(desk, postman, clock)

    def calling(verb: _Verb) -> _Verb:
        return _with_key(api_key, _as_told(desk, verb))

    def testing(verb: _Verb) -> _Verb:
        return _with_key(api_key, verb)

    return Starlette(
        routes=[
            Route("/v1/payments", calling(merchant.offer), methods=["POST"]),
            Route("/v1/payments/{reference}", calling(merchant.payment)),
            Route("/v1/payments/{reference}/close", calling(merchant.close), methods=["POST"]),
            Route("/v1/refunds", calling(merchant.refund), methods=["POST"]),
            Route("/v1/refunds/{reference}", calling(merchant.refund_found)),
            Route("/v1/bills/{kind}/{day}", calling(merchant.bill)),
            Route("/pay/{page}", payer.show, name="page"),
            Route("/pay/{page}/pay", payer.pay, methods=["POST"]),
            Route("/pay/{page}/refuse", payer.refuse, methods=["POST"]),
            Route("/control/behaviour", testing(tester.behaviour)),
            Route("/control/behaviour", testing(tester.behave), methods=["PUT"]),
            Route("/control/notifications", testing(tester.notifications)),
            Route("/control/notifications", testing(tester.send_now), methods=["POST"]),
            Route("/control/refunds/{reference}/settle", testing(tester.settle), methods=["POST"]),
            Route("/control/payout", testing(tester.pay_out), methods=["POST"]),
        ],
        exception_handlers={RefusedRequest: _refusal},
    )


class _MerchantDoor:
    """What a merchant's program asks."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock

    async def offer(self, request: Request) -> Response:
        payment = self._desk.offer(await _body(request, NewPayment), self._clock())
        return self._payment(request, payment)

    async def payment(self, request: Request) -> Response:
        return self._payment(request, self._desk.payment(request.path_params["reference"]))

    async def close(self, request: Request) -> Response:
        return self._payment(request, self._desk.close(request.path_params["reference"], self._clock()))

    async def refund(self, request: Request) -> Response:
        refund = self._desk.refund(await _body(request, NewRefund), self._clock())
        return _json(refund_view(refund, self._desk.merchant_id))

    async def refund_found(self, request: Request) -> Response:
        refund = self._desk.refund_found(request.path_params["reference"])
        return _json(refund_view(refund, self._desk.merchant_id))

    async def bill(self, request: Request) -> Response:
        """The trade bill or the fund-flow bill of a day that is over in Beijing."""
        makers = {"trade": trade_bill, "fund-flow": fund_flow_bill}
        maker = makers.get(request.path_params["kind"])
        try:
            day = date.fromisoformat(request.path_params["day"])
        except ValueError:
            raise RefusedRequest("invalid_day", 422) from None
        if maker is None:
            raise RefusedRequest("not_found", 404)
        if day >= self._clock().astimezone(BEIJING).date() and not self._desk.book.behaviour.bills_at_once:
            raise RefusedRequest("no_statement_yet")
        return Response(maker(self._desk.book, self._desk.merchant_id, day), media_type="text/csv; charset=utf-8")

    def _payment(self, request: Request, payment: Payment) -> Response:
        pay_url = str(request.url_for("page", page=payment.made.page))
        return _json({**payment_view(payment, self._desk.merchant_id, self._clock()), "pay_url": pay_url})


class _PayPage:
    """The page on which a person pays; whoever has its address is the person."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock

    async def show(self, request: Request) -> Response:
        return draw(self._payment(request), self._clock(), self._desk.book.behaviour)

    async def pay(self, request: Request) -> Response:
        payment = self._payment(request)
        self._desk.pay(payment, self._clock())
        return self._back(request, payment)

    async def refuse(self, request: Request) -> Response:
        payment = self._payment(request)
        self._desk.refuse(payment, self._clock())
        return self._back(request, payment)

    def _payment(self, request: Request) -> Payment:
        return self._desk.payment_of_page(request.path_params["page"])

    def _back(self, request: Request, payment: Payment) -> Response:
        page = str(request.url_for("page", page=payment.made.page))
        return RedirectResponse(payment.made.return_url or page, status_code=303)


class _TestersDoor:
    """How somebody who tests makes the provider misbehave, and looks on."""

    def __init__(self, desk: Desk, postman: Postman, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._postman = postman
        self._clock = clock

    async def behaviour(self, _: Request) -> Response:
        return _json(self._desk.book.behaviour)

    async def behave(self, request: Request) -> Response:
        """Behave like this; what the body leaves out is as it should be, so an empty one ends all misbehaviour."""
        self._desk.behave(await _body(request, Behaviour), self._clock())
        return _json(self._desk.book.behaviour)

    async def notifications(self, _: Request) -> Response:
        return _json([notification_view(each) for each in self._desk.book.notifications.values()])

    async def send_now(self, request: Request) -> Response:
        asked = await _body(request, SendNow)
        taken = await self._postman.deliver_now(newest_first=asked.order == "newest_first", taken=asked.taken)
        return _json({"sent": len(taken), "taken": sum(taken)})

    async def settle(self, request: Request) -> Response:
        refund = self._desk.refund_found(request.path_params["reference"])
        self._desk.settle(refund, paid=(await _body(request, Settlement)).paid, now=self._clock())
        return _json(refund_view(refund, self._desk.merchant_id))

    async def pay_out(self, _: Request) -> Response:
        paid_out = self._desk.pay_out(self._clock())
        return _json({"payout_id": paid_out.payout_id, "amount_minor": paid_out.amount_minor})


def _with_key(api_key: str, verb: _Verb) -> _Verb:
    expected = f"Bearer {api_key}".encode()

    async def checked(request: Request) -> Response:
        if not hmac.compare_digest(expected, request.headers.get("authorization", "").encode()):
            raise RefusedRequest("unauthorised", 401)
        return await verb(request)

    return checked


def _as_told(desk: Desk, verb: _Verb) -> _Verb:
    """The verb, or what the behaviour makes of it."""

    async def told(request: Request) -> Response:
        if desk.book.behaviour.answers is Answers.UNAVAILABLE:
            return Response(status_code=503)
        answer = await verb(request)
        return Response(status_code=504) if desk.book.behaviour.answers is Answers.LOST else answer

    return told


async def _body(request: Request, form: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedRequest(f"invalid_body: {error}", 422) from None


def _json(content: Any, status: int = 200) -> Response:  # noqa: ANN401 (whatever JSON can be made of)
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedRequest)  # noqa: S101 (registered for nothing else)
    return _json({"code": error.code}, error.status)
