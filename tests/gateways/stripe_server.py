"""Stripe as its documentation describes it: sessions, refunds, reports, and events signed with a shared secret."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from florin.gateways.stripe_checkout import StripeAccount

KEY, SECRET, OLD_SECRET = "sk_test_1", "whsec_new", "whsec_old"
CREATED = 1_795_341_600
REPORT = b"balance_transaction_id,created,currency,gross,fee,net\r\ntxn_1,2026-11-21 10:00:00,cny,100.00,3.40,96.60\r\n"


def account(address: str) -> StripeAccount:
    return StripeAccount(
        KEY, (SECRET, OLD_SECRET), "https://shop.test/thanks", ZoneInfo("Asia/Shanghai"), address, address
    )


@dataclass
class StripeServer:
    """Sessions and refunds by Stripe's names; what was asked with an idempotency key is answered the same again."""

    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, tuple[str, JSONResponse]] = field(default_factory=dict)
    failure: tuple[int, str] | None = None
    reports: int = 0
    report_is_ready: bool = True
    report_address: str = ""

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/v1/checkout/sessions", self.create, methods=["POST"]),
            Route("/v1/checkout/sessions/{name}", self.session),
            Route("/v1/checkout/sessions/{name}/expire", self.expire, methods=["POST"]),
            Route("/v1/refunds", self.refund, methods=["POST"]),
            Route("/v1/refunds", self.list_refunds),
            Route("/v1/reporting/report_runs", self.report, methods=["POST"]),
            Route("/v1/reporting/report_runs/{name}", self.report_run),
            Route("/v1/files/{name}/contents", self.file),
        ]

    def pay(self, name: str) -> None:
        intent = {"id": f"pi_{name}", "latest_charge": {"id": "ch_1", "created": CREATED}}
        self.sessions[name] |= {"status": "complete", "payment_status": "paid", "payment_intent": intent}

    async def create(self, request: Request) -> Response:
        return await self._once(request, self._create)

    async def session(self, request: Request) -> Response:
        self._require_key(request)
        session = self.sessions.get(request.path_params["name"])
        return JSONResponse(session) if session else refused("resource_missing", 404)

    async def expire(self, request: Request) -> Response:
        session = self.sessions[request.path_params["name"]]
        if session["status"] != "open":
            return refused(None)
        session |= {"status": "expired", "url": None}
        return JSONResponse(session)

    async def refund(self, request: Request) -> Response:
        return await self._once(request, self._refund)

    async def list_refunds(self, request: Request) -> Response:
        self._require_key(request)
        intent = request.query_params["payment_intent"]
        found = [each for each in self.refunds.values() if each["payment_intent"] == intent]
        return JSONResponse({"object": "list", "url": "/v1/refunds", "has_more": False, "data": found})

    async def report(self, request: Request) -> Response:
        return await self._once(request, self._report)

    async def report_run(self, request: Request) -> Response:
        run = {"id": request.path_params["name"], "object": "reporting.report_run", "status": "pending"}
        if self.report_is_ready:
            address = self.report_address or f"{request.base_url}v1/files/file_1/contents"
            run |= {"status": "succeeded", "result": {"id": "file_1", "object": "file", "url": address}}
        return JSONResponse(run)

    async def file(self, request: Request) -> Response:
        self._require_key(request)
        return Response(REPORT, media_type="text/csv")

    def _create(self, asked: dict[str, str]) -> JSONResponse:
        name = f"cs_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "client_reference_id": asked["client_reference_id"],
            "metadata": {"reference": asked["payment_intent_data[metadata][reference]"]},
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(asked["line_items[0][price_data][unit_amount]"]),
            "currency": asked["line_items[0][price_data][currency]"],
            "success_url": asked["success_url"],
            "payment_intent": None,
            "url": f"https://checkout.stripe.com/c/pay/{name}",
        }
        return JSONResponse(self.sessions[name])

    def _refund(self, asked: dict[str, str]) -> JSONResponse:
        name = f"re_{len(self.refunds) + 1}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "payment_intent": asked["payment_intent"],
            "amount": int(asked["amount"]),
            "currency": "cny",
            "status": "pending",
            "metadata": {each: asked[f"metadata[{each}]"] for each in ("reference", "payment_reference")},
        }
        return JSONResponse(self.refunds[name])

    def _report(self, asked: dict[str, str]) -> JSONResponse:
        if asked["parameters[interval_start]"] != str(
            int(datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
        ):
            return refused("parameter_invalid")
        self.reports += 1
        return JSONResponse({"id": f"frr_{self.reports}", "object": "reporting.report_run", "status": "pending"})

    async def _once(self, request: Request, verb: Any) -> Response:  # noqa: ANN401 (one of ours)
        self._require_key(request)
        if self.failure is not None:
            return JSONResponse({"error": {"type": self.failure[1], "message": "..."}}, self.failure[0])
        key, body = request.headers["idempotency-key"], (await request.body()).decode()
        former = self.answers.get(key)
        if former is not None and former[0] != body:
            return JSONResponse({"error": {"type": "idempotency_error", "message": "other parameters"}}, 400)
        answer = former[1] if former else verb(dict(parse_qsl(body)))
        self.answers[key] = (body, answer)
        return answer

    def _require_key(self, request: Request) -> None:
        assert f"Bearer {KEY}" == request.headers["authorization"]


def refused(code: str | None, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": {"type": "invalid_request_error", "code": code, "message": "..."}}, status)


def event(kind: str, about: dict[str, Any], **fields: object) -> bytes:
    said = {"id": "evt_1", "object": "event", "type": kind, "created": CREATED, "data": {"object": about}, **fields}
    return json.dumps(said).encode()


def signature(body: bytes, at: datetime, *secrets: str) -> dict[str, str]:
    """The header of an event, signed with each of the secrets as Stripe does while they change."""
    timestamp = int(at.timestamp())
    signed = [hmac.new(each.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest() for each in secrets]
    return {"stripe-signature": ",".join((f"t={timestamp}", *(f"v1={each}" for each in signed), "v0=00"))}
