"""Aliyun as its documentation describes it: signed calls by name, and what was sent by number and day."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from florin.domain.notice import Language, NoticeKind
from florin.gateways.aliyun_sms import AliyunAccount, AliyunTemplate

KEY, SECRET = "LTAI5tExample", "topsecret"
BEIJING = timezone(timedelta(hours=8))


def account(address: str) -> AliyunAccount:
    code = AliyunTemplate("SMS_154950909", {"code": "code"})
    low = AliyunTemplate("SMS_154950910", {"amount": "balance_figures"})
    templates = {(NoticeKind.ONE_TIME_CODE, Language.ZH): code, (NoticeKind.LOW_BALANCE, Language.ZH): low}
    return AliyunAccount(KEY, SECRET, "蜜坚果农场", templates, address)


def is_signed(request: Request) -> bool:
    """Whether a call is signed by the key of the account (ACS3-HMAC-SHA256)."""
    scheme, _, rest = request.headers["authorization"].partition(" ")
    said = dict(each.split("=", 1) for each in rest.split(","))
    names = said["SignedHeaders"].split(";")
    query = sorted(parse_qsl(request.url.query, keep_blank_values=True))
    lines = (
        request.method,
        request.url.path,
        "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query),
        "".join(f"{name}:{request.headers[name].strip()}\n" for name in names),
        ";".join(names),
        hashlib.sha256(b"").hexdigest(),
    )
    text = f"{scheme}\n{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    expected = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    return (said["Credential"], said["Signature"]) == (KEY, expected)


@dataclass
class AliyunSmsServer:
    """What was asked for, and what has been sent; ``code`` is answered instead of OK, ``status`` instead of 200."""

    asked: list[dict[str, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    code: str = "OK"
    status: int = 200
    hangs_after_sending: bool = False

    @property
    def routes(self) -> list[Route]:
        return [Route("/", self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> JSONResponse:
        if not is_signed(request):
            return JSONResponse({"Code": "SignatureDoesNotMatch", "Message": "?", "RequestId": "r"}, 400)
        asked = dict(parse_qsl(request.url.query))
        self.asked.append(asked)
        said: dict[str, Any] = {"Code": self.code, "Message": self.code, "RequestId": "r"}
        if self.status != 200 or self.code != "OK":
            return JSONResponse(said, self.status)
        if request.headers["x-acs-action"] == "QuerySendDetails":
            return JSONResponse(said | self.details(asked))
        self.send(asked)
        if self.hangs_after_sending:
            await asyncio.Event().wait()
        return JSONResponse(said | {"BizId": "900619746936498440^0"})

    def send(self, asked: dict[str, str], at: datetime | None = None, status: int = 3) -> None:
        at = (at or datetime.now(UTC)).astimezone(BEIJING)
        shown = {"OutId": asked["OutId"], "PhoneNum": asked["PhoneNumbers"], "TemplateCode": asked["TemplateCode"]}
        self.sent.append({**shown, "SendStatus": status, "SendDate": f"{at:%Y-%m-%d %H:%M:%S}", "Content": "【..】"})

    def details(self, asked: dict[str, str]) -> dict[str, Any]:
        day = datetime.strptime(asked["SendDate"], "%Y%m%d").replace(tzinfo=BEIJING).date().isoformat()
        found = [each for each in self.sent if (each["PhoneNum"], each["SendDate"][:10]) == (asked["PhoneNumber"], day)]
        return {"TotalCount": len(found), "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}}
