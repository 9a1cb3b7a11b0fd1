"""Alipay as its documentation describes it: one address, signed requests, signed answers, signed notifications."""

import io
import json
import zipfile
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from florin.gateways.alipay import AlipayAccount, AlipayProduct
from tests.gateways.local_server import private_pem, public_pem, rsa_key

APP, SELLER = "2021000000000001", "2088000000000001"
BEIJING = timezone(timedelta(hours=8))
NOT_THERE = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}
DONE = {"code": "10000", "msg": "Success"}


def account(address: str, product: AlipayProduct = AlipayProduct.PRECREATE) -> AlipayAccount:
    keys = (public_pem(rsa_key("retired")), public_pem(rsa_key("alipay")))
    return AlipayAccount(APP, SELLER, private_pem(rsa_key("merchant")), keys, product, address)


def sign(key: RSAPrivateKey, content: str) -> str:
    return b64encode(key.sign(content.encode(), PKCS1v15(), SHA256())).decode()


def asked_in(address: str) -> dict[str, str]:
    """What a signed address asks for; whoever made it has signed it as the merchant, just now in Beijing."""
    asked = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    signature = b64decode(asked.pop("sign"))
    content = "&".join(f"{name}={value}" for name, value in sorted(asked.items()))
    rsa_key("merchant").public_key().verify(signature, content.encode(), PKCS1v15(), SHA256())
    assert APP == asked["app_id"]
    signed_at = datetime.strptime(asked["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    assert abs(datetime.now(BEIJING) - signed_at) < timedelta(minutes=5)
    return asked


@dataclass
class AlipayServer:
    """Trades that payers have opened, and refunds, by the merchant's references."""

    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: dict[str, str] | None = None
    key: RSAPrivateKey = field(default_factory=lambda: rsa_key("alipay"))
    fund_change: str = "Y"

    @property
    def routes(self) -> list[Route]:
        return [Route("/gateway.do", self.answer, methods=["POST"]), Route("/bill", self.bill)]

    def open(self, reference: str, amount: str = "100.00", **changed: object) -> None:
        """The payer opens what was offered."""
        trade = {"out_trade_no": reference, "trade_no": "2026112222001", "total_amount": amount}
        self.trades[reference] = {**trade, "trade_status": "WAIT_BUYER_PAY", **changed}

    def pay(self, reference: str) -> None:
        self.trades[reference] |= {"trade_status": "TRADE_SUCCESS", "send_pay_date": "2026-11-22 18:00:00"}

    async def answer(self, request: Request) -> Response:
        asked = asked_in(str(request.url))
        content = json.loads(asked["biz_content"])
        said = self.failure or getattr(self, asked["method"].replace(".", "_"))(content, str(request.base_url))
        text = json.dumps(said, ensure_ascii=False)
        name = f"{asked['method'].replace('.', '_')}_response"
        return Response(f'{{"{name}":{text},"sign":"{sign(self.key, text)}"}}', media_type="application/json")

    def alipay_trade_precreate(self, asked: dict[str, str], _: str) -> dict[str, Any]:
        return {
            **DONE,
            "out_trade_no": asked["out_trade_no"],
            "qr_code": "https://qr.alipay.com/bax03431ljhokirwl38f00a7",
        }

    def alipay_trade_query(self, asked: dict[str, str], _: str) -> dict[str, Any]:
        trade = self.trades.get(asked["out_trade_no"])
        return {**DONE, **trade} if trade else NOT_THERE

    def alipay_trade_close(self, asked: dict[str, str], _: str) -> dict[str, Any]:
        trade = self.trades.get(asked["out_trade_no"])
        if trade is None:
            return NOT_THERE
        if trade["trade_status"] != "WAIT_BUYER_PAY":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        trade["trade_status"] = "TRADE_CLOSED"
        return {**DONE, "out_trade_no": trade["out_trade_no"], "trade_no": trade["trade_no"]}

    def alipay_trade_refund(self, asked: dict[str, str], _: str) -> dict[str, Any]:
        trade = self.trades.get(asked["out_trade_no"])
        if trade is None:
            return NOT_THERE
        if self.fund_change == "Y":
            self.refunds[asked["out_request_no"]] = {
                "refund_amount": asked["refund_amount"],
                "trade_no": trade["trade_no"],
            }
        return {**DONE, "trade_no": trade["trade_no"], "fund_change": self.fund_change, "refund_fee": "100.00"}

    def alipay_trade_fastpay_refund_query(self, asked: dict[str, str], _: str) -> dict[str, Any]:
        refund = self.refunds.get(asked["out_request_no"])
        if refund is None:
            return dict(DONE)
        return {**DONE, "out_request_no": asked["out_request_no"], "refund_status": "REFUND_SUCCESS", **refund}

    def alipay_data_dataservice_bill_downloadurl_query(self, asked: dict[str, str], address: str) -> dict[str, Any]:
        if asked["bill_type"] not in {"trade", "signcustomer"} or asked["bill_date"] != "2026-11-21":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "isp.bill_not_exist"}
        return {**DONE, "bill_download_url": f"{address}bill"}

    async def bill(self, _: Request) -> Response:
        return Response(bill_archive())


@cache
def bill_archive() -> bytes:
    """The same whenever it is asked for: an archive holds the time of its making."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("20889000_20261121_业务明细.csv", "#支付宝业务明细查询\r\n".encode("gb18030"))
    return file.getvalue()


def notification(key: RSAPrivateKey, sent_at: datetime, **changed: str) -> bytes:
    """A notification about a payment, signed at last; a change to an empty text leaves a field out."""
    said = {
        "notify_id": "2026112200222180052039441410000001",
        "notify_type": "trade_status_sync",
        "notify_time": sent_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "app_id": APP,
        "seller_id": SELLER,
        "out_trade_no": "a" * 32,
        "trade_no": "2026112222001",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "100.00",
        "gmt_payment": "2026-11-22 18:00:00",
        "subject": "充值 & 100% + 礼",
        **changed,
    }
    said = {name: value for name, value in said.items() if value}
    content = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    return urlencode({**said, "sign": sign(key, content), "sign_type": "RSA2"}).encode()
