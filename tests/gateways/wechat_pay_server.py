"""WeChat Pay as its documentation describes it: signed requests, signed answers, sealed callbacks."""

import gzip
import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from florin.gateways.wechat_pay import WechatPayAccount
from tests.gateways.local_server import private_pem, public_pem, rsa_key

MERCHANT, APP, SERIAL = "1900000109", "wx8888888888888888", "PUB_KEY_ID_0119000001"
API_V3_KEY = "k" * 32
PAID_AT = "2026-11-22T18:00:00+08:00"
BILL = "交易时间,...\r\n`2026-11-21 10:00:00,...\r\n".encode()

_AUTHORIZATION = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="(.+?)",nonce_str="(.+?)",signature="(.+?)",timestamp="(.+?)",serial_no="(.+?)"'
)


def account(address: str) -> WechatPayAccount:
    return WechatPayAccount(
        MERCHANT,
        APP,
        private_pem(rsa_key("merchant")),
        "5157F09E",
        API_V3_KEY,
        {SERIAL: public_pem(rsa_key("wechat"))},
        address,
    )


def sign(key: RSAPrivateKey, *parts: str) -> str:
    signed = "".join(f"{each}\n" for each in parts).encode()
    return b64encode(key.sign(signed, PKCS1v15(), SHA256())).decode()


@dataclass
class WechatPayServer:
    """Orders and refunds by the merchant's references; ``answer`` makes something else of an answer."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: tuple[int, str] | None = None
    key: RSAPrivateKey = field(default_factory=lambda: rsa_key("wechat"))
    bill: bytes = BILL
    bill_address: str = ""

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/v3/pay/transactions/native", self._signed(self.native), methods=["POST"]),
            Route("/v3/pay/transactions/out-trade-no/{reference}", self._signed(self.query)),
            Route("/v3/pay/transactions/out-trade-no/{reference}/close", self._signed(self.close), methods=["POST"]),
            Route("/v3/refund/domestic/refunds", self._signed(self.refund), methods=["POST"]),
            Route("/v3/refund/domestic/refunds/{reference}", self._signed(self.query_refund)),
            Route("/v3/bill/tradebill", self._signed(self.tradebill)),
            Route("/v3/bill/fundflowbill", self._signed(self.fundflowbill)),
            Route("/v3/billdownload/file", self.download),
        ]

    def pay(self, reference: str, **changed: object) -> None:
        order = self.orders[reference]
        order |= {"trade_state": "SUCCESS", "transaction_id": "4200000001", "success_time": PAID_AT, **changed}

    def native(self, _: Request, asked: dict[str, Any]) -> tuple[int, Any]:
        there = self.orders.get(asked["out_trade_no"])
        if there is not None and there["amount"]["total"] != asked["amount"]["total"]:
            return 400, {"code": "INVALID_REQUEST", "message": "订单号重复"}
        if datetime.fromisoformat(asked["time_expire"]) <= datetime.now(UTC):
            return 400, {"code": "PARAM_ERROR", "message": "time_expire"}
        self.orders[asked["out_trade_no"]] = {
            "mchid": asked["mchid"],
            "appid": asked["appid"],
            "out_trade_no": asked["out_trade_no"],
            "amount": asked["amount"],
            "trade_state": "NOTPAY",
        }
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={asked['out_trade_no'][:7]}"}

    def query(self, request: Request, _: dict[str, Any]) -> tuple[int, Any]:
        order = self.orders.get(request.path_params["reference"])
        return (200, order) if order else (404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})

    def close(self, request: Request, _: dict[str, Any]) -> tuple[int, Any]:
        order = self.orders.get(request.path_params["reference"])
        if order is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}
        if order["trade_state"] == "CLOSED":
            return 400, {"code": "ORDER_CLOSED", "message": "订单已关闭"}
        if order["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDERPAID", "message": "订单已支付"}
        order["trade_state"] = "CLOSED"
        return 204, None

    def refund(self, _: Request, asked: dict[str, Any]) -> tuple[int, Any]:
        refund = {
            "refund_id": "50000000001",
            "out_refund_no": asked["out_refund_no"],
            "out_trade_no": asked["out_trade_no"],
            "status": "PROCESSING",
            "amount": asked["amount"],
        }
        return 200, self.refunds.setdefault(asked["out_refund_no"], refund)

    def query_refund(self, request: Request, _: dict[str, Any]) -> tuple[int, Any]:
        refund = self.refunds.get(request.path_params["reference"])
        return (200, refund) if refund else (404, {"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"})

    def tradebill(self, request: Request, _: dict[str, Any]) -> tuple[int, Any]:
        if request.query_params["bill_date"] != "2026-11-21":
            return 400, {"code": "NO_STATEMENT_EXIST", "message": "账单不存在"}
        address = self.bill_address or f"{request.base_url}v3/billdownload/file?token=x"
        return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(BILL).hexdigest(), "download_url": address}  # noqa: S324 (WeChat Pay's choice)

    def fundflowbill(self, request: Request, asked: dict[str, Any]) -> tuple[int, Any]:
        assert "BASIC" == request.query_params["account_type"]
        return self.tradebill(request, asked)

    async def download(self, _: Request) -> Response:
        return Response(gzip.compress(self.bill), media_type="application/x-gzip")

    def _signed(self, verb: Callable[[Request, dict[str, Any]], tuple[int, Any]]) -> Any:  # noqa: ANN401 (as a route takes it)
        async def answer(request: Request) -> Response:
            body = await request.body()
            _verify(request, body)
            status, content = verb(request, json.loads(body or b"{}"))
            if self.failure is not None:
                status, content = self.failure[0], {"code": self.failure[1], "message": "..."}
            text = "" if content is None else json.dumps(content, ensure_ascii=False)
            return Response(text, status, headers(self.key, text), "application/json")

        return answer


def _verify(request: Request, body: bytes) -> None:
    """Whoever calls has signed the call as the merchant."""
    found = _AUTHORIZATION.fullmatch(request.headers["authorization"])
    assert found is not None
    merchant, nonce, signature, timestamp, _ = found.groups()
    assert (MERCHANT, SERIAL) == (merchant, request.headers["wechatpay-serial"])
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    signed = f"{request.method}\n{path}\n{timestamp}\n{nonce}\n{body.decode()}\n".encode()
    rsa_key("merchant").public_key().verify(b64decode(signature), signed, PKCS1v15(), SHA256())


def headers(key: RSAPrivateKey, body: str, serial: str = SERIAL, signed_at: datetime | None = None) -> dict[str, str]:
    """The headers of an answer or a callback that ``key`` has signed."""
    timestamp = str(int((signed_at or datetime.now(UTC)).timestamp()))
    return {
        "wechatpay-timestamp": timestamp,
        "wechatpay-nonce": "nonce",
        "wechatpay-serial": serial,
        "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
        "wechatpay-signature": sign(key, timestamp, "nonce", body),
    }


def callback(resource: dict[str, Any], event_type: str = "TRANSACTION.SUCCESS", key: str = API_V3_KEY) -> str:
    """The body of a callback about an order or a refund, sealed for the merchant."""
    kind = "refund" if event_type.startswith("REFUND") else "transaction"
    sealed = AESGCM(key.encode()).encrypt(b"nonce1234567", json.dumps(resource).encode(), kind.encode())
    return json.dumps(
        {
            "id": "EV-2018022511223320873",
            "create_time": PAID_AT,
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": "支付成功",
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": b64encode(sealed).decode(),
                "associated_data": kind,
                "nonce": "nonce1234567",
            },
        },
        ensure_ascii=False,
    )
