"""Alipay: a page in the browser (page pay) or a QR code that the payer scans (precreate), signed with RSA2.

Of the official library the signing and the verification are used, not its HTTP client: that one drops the port of an
address, takes the machine's local time for Beijing's, and fails with a type error where the answer is an error.

A payment that was offered does not exist at Alipay before the payer opens it: until then it can be neither found nor
closed, and it ends by its own expiry.
"""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum, auto
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import httpx
from alipay.aop.api.util.SignatureUtils import (  # type: ignore[import-untyped]  # it has no types
    get_sign_content,
    sign_with_rsa2,
    verify_with_rsa,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from florin.gateways.callback_age import require_recent
from florin.gateways.payment_provider import (
    Callback,
    CallbackRefusedError,
    PaymentFound,
    PaymentOffer,
    PaymentState,
    PaymentWanted,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
    RefundWanted,
)
from florin.gateways.trusted_tls import trusted_tls

ADDRESS: Final = "https://openapi.alipay.com/gateway.do"
TIMEOUT_S: Final = 15

_BEIJING: Final = timezone(timedelta(hours=8))
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_CNY: Final = "CNY"
_YUAN: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_CHARSET: Final = "utf-8"

_DONE: Final = "10000"
_REFUSED: Final = "40004"  # the business's own no; every other code is about the call
_UNKNOWN: Final = "ACQ.TRADE_NOT_EXIST"
_CLOSED: Final = "ACQ.TRADE_STATUS_ERROR"
_ASK_AGAIN: Final = frozenset({"ACQ.SYSTEM_ERROR", "ACQ.SELLER_BALANCE_NOT_ENOUGH"})
_PAID: Final = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})


class AlipayProduct(StrEnum):
    """How the payer gets to the payment."""

    PAGE = auto()  # a page in the browser
    PRECREATE = auto()  # a QR code


@dataclass(frozen=True, slots=True)
class AlipayAccount:
    """A merchant's application at Alipay, both keys in PEM."""

    app_id: str
    seller_id: str
    private_key: str = field(repr=False)
    alipay_public_keys: tuple[str, ...]
    product: AlipayProduct
    address: str = ADDRESS


class AlipayProvider:
    """One merchant's application at Alipay."""

    def __init__(self, account: AlipayAccount) -> None:
        """A gateway to that account; `ValueError` when a key cannot be read."""
        self._account = account
        self._private_key = _pkcs1(account.private_key)
        self._public_keys = tuple(_spki(each) for each in account.alipay_public_keys)

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        """Offer a payment. A page needs no call: its address is signed, and that is all."""
        order = {
            "out_trade_no": wanted.reference,
            "total_amount": _yuan(wanted.amount_minor),
            "subject": wanted.description,
            "time_expire": wanted.expires_at.astimezone(_BEIJING).strftime(_TIME),
        }
        if self._account.product is AlipayProduct.PRECREATE:
            answer = await self._ask("alipay.trade.precreate", order, notify_url=wanted.callback_url)
            return PaymentOffer(str(_named(answer, "qr_code")), None)
        order["product_code"] = "FAST_INSTANT_TRADE_PAY"
        back = {} if wanted.return_url is None else {"return_url": wanted.return_url}
        signed = await self._signed("alipay.trade.page.pay", order, notify_url=wanted.callback_url, **back)
        return PaymentOffer(f"{self._account.address}?{signed}", None)

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:  # noqa: ARG002 (it finds by ours)
        """What became of a payment; None until the payer has opened it."""
        try:
            answer = await self._ask("alipay.trade.query", {"out_trade_no": reference})
        except ProviderRefusedError as error:
            if error.code == _UNKNOWN:
                return None
            raise
        if answer.get("out_trade_no") != reference:
            raise ProviderUnavailableError("it answered about something else")
        return _payment(answer, answer.get("send_pay_date"))

    async def close(self, reference: str, provider_reference: str | None) -> None:
        """See to it that nobody can pay any more; what nobody has opened yet ends by its expiry."""
        try:
            await self._ask("alipay.trade.close", {"out_trade_no": reference})
        except ProviderRefusedError as error:
            if error.code == _UNKNOWN:
                return
            found = await self.find(reference, provider_reference) if error.code == _CLOSED else None
            if found is None or found.state is not PaymentState.CLOSED:
                raise

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        """Pay back. An answer that names no change of funds is one to ask about again."""
        answer = await self._ask(
            "alipay.trade.refund",
            {
                "out_trade_no": wanted.payment_reference,
                "out_request_no": wanted.reference,
                "refund_amount": _yuan(wanted.amount_minor),
                "refund_reason": wanted.reason,
            },
        )
        if answer.get("fund_change") == "Y":
            return _refund(wanted, RefundState.PAID, answer)
        return await self.find_refund(wanted) or _refund(wanted, RefundState.PENDING, answer)

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        """What became of a refund; one that has not gone through is asked for again, which Alipay takes as once."""
        names = {"out_trade_no": wanted.payment_reference, "out_request_no": wanted.reference}
        try:
            answer = await self._ask("alipay.trade.fastpay.refund.query", names)
        except ProviderRefusedError as error:
            if error.code == _UNKNOWN:
                return None
            raise
        if answer.get("refund_status") != "REFUND_SUCCESS":
            return None
        if answer.get("out_request_no") != wanted.reference:
            raise ProviderUnavailableError("it answered about something else")
        return _refund(wanted, RefundState.PAID, answer)

    async def bill(self, day: date) -> bytes:
        """The trade bill of a day: an archive with two files, in GB 18030, as Alipay makes it."""
        return await self._bill("trade", day)

    async def fund_flow_bill(self, day: date) -> bytes:
        """The bill of what moved on our balance on a day: an archive as well."""
        return await self._bill("signcustomer", day)

    async def _bill(self, kind: str, day: date) -> bytes:
        wanted = {"bill_type": kind, "bill_date": day.isoformat()}
        answer = await self._ask("alipay.data.dataservice.bill.downloadurl.query", wanted)
        file = (await self._call("GET", str(_named(answer, "bill_download_url")))).content
        if not zipfile.is_zipfile(io.BytesIO(file)):
            raise ProviderUnavailableError("the bill is no archive")
        return file

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:  # noqa: ARG002 (it signs none)
        """What a notification says: signed by a key of our list, sent within five minutes, about our application."""
        try:
            pairs = parse_qsl(body.decode(_CHARSET), keep_blank_values=True, strict_parsing=True)
        except ValueError:
            raise CallbackRefusedError("not of the form we know") from None
        said = dict(pairs)
        if len(said) != len(pairs):
            raise CallbackRefusedError("a name stands twice")
        signature, kind = said.pop("sign", ""), said.pop("sign_type", "")
        content = get_sign_content(said).encode(_CHARSET)
        if kind != "RSA2" or not any(_is_signed(key, content, signature) for key in self._public_keys):
            raise CallbackRefusedError("not signed by Alipay")
        try:
            sent_at = _read_time(said.get("notify_time"))
            require_recent(str(int(sent_at.timestamp())), now)
            if (said.get("app_id"), said.get("seller_id")) != (self._account.app_id, self._account.seller_id):
                raise CallbackRefusedError("about no payment of ours")
            return Callback(str(_named(said, "notify_id")), sent_at, _payment(said, said.get("gmt_payment")))
        except ProviderUnavailableError:
            raise CallbackRefusedError("signed, and not of the form we know") from None

    async def _ask(self, method: str, content: Mapping[str, str], **fields: str) -> Mapping[str, Any]:
        """Ask once; the answer is believed when Alipay has signed it."""
        signed = await self._signed(method, content, **fields)
        sent = (await self._call("POST", f"{self._account.address}?{signed}")).content
        answer = await asyncio.to_thread(self._verified, method, sent)
        code = answer.get("code")
        if code == _DONE:
            return answer
        said = str(answer.get("sub_code", ""))
        if code != _REFUSED or said in _ASK_AGAIN:
            raise ProviderUnavailableError(f"it answered {code} {said}")
        raise ProviderRefusedError(said)

    async def _call(self, method: str, address: str) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, verify=trusted_tls()) as client:
                answer = await client.request(method, address)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailableError(type(error).__name__) from None
        if not answer.is_success:
            raise ProviderUnavailableError(f"it answered {answer.status_code}")
        return answer

    async def _signed(self, method: str, content: Mapping[str, str], **fields: str) -> str:
        """The signed request as a query string; signing takes the library long enough for a thread."""
        request = {
            "app_id": self._account.app_id,
            "method": method,
            "format": "json",
            "charset": _CHARSET,
            "sign_type": "RSA2",
            "timestamp": datetime.now(UTC).astimezone(_BEIJING).strftime(_TIME),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False),
            **fields,
        }
        sign = await asyncio.to_thread(sign_with_rsa2, self._private_key, get_sign_content(request), _CHARSET)
        return urlencode({**request, "sign": sign})

    def _verified(self, method: str, sent: bytes) -> Mapping[str, Any]:
        """The answer within the envelope: what is signed is its text, letter by letter."""
        name = f'"{method.replace(".", "_")}_response":'
        try:
            text = sent.decode(_CHARSET)
            begin = text.index(name) + len(name)
            answer, end = json.JSONDecoder().raw_decode(text, begin)
            signature = str(_named(json.loads(text), "sign"))
        except ValueError:
            raise ProviderUnavailableError("its answer makes no sense") from None
        signed = text[begin:end].encode(_CHARSET)
        if not isinstance(answer, dict) or not any(_is_signed(key, signed, signature) for key in self._public_keys):
            raise ProviderUnavailableError("its answer is not signed by Alipay")
        return answer


def _payment(said: Mapping[str, Any], paid_at: object) -> PaymentFound:
    """A payment; one that was refunded whole is closed as well, but says when it was paid."""
    status = said.get("trade_status")
    is_paid = status in _PAID or (status == "TRADE_CLOSED" and bool(paid_at))
    if not is_paid and status not in {"WAIT_BUYER_PAY", "TRADE_CLOSED"}:
        raise ProviderUnavailableError(f"it says {status} of a payment")
    unpaid = PaymentState.WAITING if status == "WAIT_BUYER_PAY" else PaymentState.CLOSED
    return PaymentFound(
        str(_named(said, "out_trade_no")),
        PaymentState.PAID if is_paid else unpaid,
        _minor(said.get("total_amount")),
        _CNY,
        str(_named(said, "trade_no")),
        _read_time(paid_at) if is_paid else None,
    )


def _refund(wanted: RefundWanted, state: RefundState, answer: Mapping[str, Any]) -> RefundFound:
    # Alipay has no reference of its own for a refund: it is ours within the trade's.
    trade = answer.get("trade_no")
    amount = _minor(answer["refund_amount"]) if "refund_amount" in answer else wanted.amount_minor
    return RefundFound(
        wanted.reference, wanted.payment_reference, state, amount, _CNY, None if trade is None else str(trade)
    )


def _named(said: Mapping[str, Any], name: str) -> object:
    if not said.get(name):
        raise ProviderUnavailableError(f"it names no {name}")
    return said[name]


def _yuan(amount_minor: int) -> str:
    whole, fen = divmod(amount_minor, 100)
    return f"{whole}.{fen:02d}"


def _minor(yuan: object) -> int:
    """Fen of an amount that Alipay writes in yuan, exactly."""
    found = _YUAN.fullmatch(str(yuan))
    if found is None:
        raise ProviderUnavailableError("it says no amount")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _read_time(words: object) -> datetime:
    try:
        return datetime.strptime(str(words), _TIME).replace(tzinfo=_BEIJING)
    except ValueError:
        raise ProviderUnavailableError("it says no time") from None


def _is_signed(public_key: str, content: bytes, signature: str) -> bool:
    try:
        return bool(verify_with_rsa(public_key, content, signature))
    except Exception:  # noqa: BLE001 (the library lets through whatever goes wrong within)
        return False


def _pkcs1(pem: str) -> str:
    """The key in the one form that the library reads."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the private key is not of RSA")  # noqa: TRY004 (its content is wrong, not its type)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode().strip()


def _spki(pem: str) -> str:
    if not isinstance(load_pem_public_key(pem.encode()), RSAPublicKey):
        raise ValueError("the public key is not of RSA")  # noqa: TRY004 (the same)
    return pem.strip()
