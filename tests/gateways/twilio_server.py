"""Twilio as its documentation describes it: a form posted by an account, and a list of what it has sent."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from florin.gateways.twilio_sms import TwilioAccount

SID, TOKEN = "AC" + "0" * 32, "topsecret"


def account(address: str, sender: str = "+15017122661") -> TwilioAccount:
    return TwilioAccount(SID, TOKEN, sender, address)


@dataclass
class TwilioServer:
    """What was posted, and what has been sent; ``code`` refuses with that error, ``status`` with that answer."""

    posted: list[dict[str, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    status: int = 201
    hangs_after_sending: bool = False

    @property
    def routes(self) -> list[Route]:
        return [Route(f"/2010-04-01/Accounts/{SID}/Messages.json", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> JSONResponse:
        if request.headers["authorization"] != "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        if request.method == "GET":
            found = [each for each in reversed(self.sent) if each["to"] == request.query_params["To"]]
            return JSONResponse({"messages": found, "uri": "/", "page": 0, "next_page_uri": None})
        form = dict(parse_qsl((await request.body()).decode()))
        self.posted.append(form)
        if self.status != 201:
            return JSONResponse({"code": self.code, "message": "?", "status": self.status}, self.status)
        message = self.send(form["To"], form["Body"])
        if self.hangs_after_sending:
            await asyncio.Event().wait()
        return JSONResponse(message, 201)

    def send(self, to: str, body: str, at: datetime | None = None, status: str = "queued") -> dict[str, Any]:
        made = format_datetime(at or datetime.now(UTC))
        message = {"sid": f"SM{len(self.sent):032}", "to": to, "body": body, "status": status, "date_created": made}
        self.sent.append(message)
        return message
