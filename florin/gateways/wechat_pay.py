"""WeChat Pay, version 3 of its interface, in public-key mode: a QR code that the payer scans (Native).

The library signs, verifies and decrypts. What it leaves open is closed here: it asks no signature's age, and for a
serial that it does not know it would go and fetch a certificate in the midst of a callback.
"""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, TypeVar

import msgspec
from wechatpayv3 import WeChatPay, WeChatPayType  # type: ignore[import-untyped]  # it has no types

from florin.gateways.blocking_calls import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, BlockingCalls
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

ADDRESS: Final = "https://api.mch.weixin.qq.com"

_BEIJING: Final = timezone(timedelta(hours=8))
_LONGEST_DESCRIPTION: Final = 127
_CNY: Final = "CNY"

_UNKNOWN: Final = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
_CLOSED: Final = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
# Of these the documentation says to try again later, or they are about our keys; none says anything of the payment.
_ASK_AGAIN: Final = frozenset(
    {
        "BANK_ERROR",
        "FREQUENCY_LIMITED",
        "NO_AUTH",
        "NOT_ENOUGH",
        "RATELIMIT_EXCEEDED",
        "SIGN_ERROR",
        "SYSTEM_ERROR",
    }
)
_STATES: Final = {
    "SUCCESS": PaymentState.PAID,
    "REFUND": PaymentState.PAID,
    "NOTPAY": PaymentState.WAITING,
    "USERPAYING": PaymentState.WAITING,
    "CLOSED": PaymentState.CLOSED,
    "REVOKED": PaymentState.CLOSED,
    "PAYERROR": PaymentState.CLOSED,
}
_REFUND_STATES: Final = {
    "SUCCESS": RefundState.PAID,
    "PROCESSING": RefundState.PENDING,
    "ABNORMAL": RefundState.PENDING,  # the payer's card is gone; somebody settles it on WeChat Pay's own pages
    "CLOSED": RefundState.FAILED,
}

_Form = TypeVar("_Form", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class WechatPayAccount:
    """A merchant's account. ``public_keys`` are WeChat Pay's, in PEM by their id; the first is named in our calls."""

    merchant_id: str
    app_id: str
    private_key: str = field(repr=False)
    certificate_serial: str
    api_v3_key: str = field(repr=False)
    public_keys: Mapping[str, str]
    address: str = ADDRESS


class _Code(msgspec.Struct, frozen=True):
    code_url: str


class _Amount(msgspec.Struct, frozen=True):
    total: int
    currency: str = _CNY


class _Order(msgspec.Struct, frozen=True):
    mchid: str
    appid: str
    out_trade_no: str
    trade_state: str
    amount: _Amount | None = None
    transaction_id: str | None = None
    success_time: str = ""


class _RefundAmount(msgspec.Struct, frozen=True):
    refund: int
    currency: str = _CNY


class _Refund(msgspec.Struct, frozen=True):
    """A refund: an answer calls its state ``status``, a callback ``refund_status`` and names the merchant."""

    out_refund_no: str
    out_trade_no: str
    amount: _RefundAmount
    refund_id: str
    status: str | None = None
    refund_status: str | None = None
    mchid: str | None = None


class _Bill(msgspec.Struct, frozen=True):
    hash_type: str
    hash_value: str
    download_url: str


class _No(msgspec.Struct, frozen=True):
    code: str


class WechatPayProvider:
    """One merchant's account at WeChat Pay."""

    def __init__(self, account: WechatPayAccount) -> None:
        """A gateway to that account; `ValueError` when a key cannot be read."""
        self._account = account
        self._calls = BlockingCalls()
        self._libraries = {serial: _library(account, serial) for serial in account.public_keys}
        if not self._libraries:
            raise ValueError("no public key of WeChat Pay is given")
        self._library = next(iter(self._libraries.values()))

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        """Offer a payment by QR code; WeChat Pay has no reference of its own before somebody pays."""
        answer = await self._ask(
            lambda: self._library.pay(
                description=wanted.description[:_LONGEST_DESCRIPTION],
                out_trade_no=wanted.reference,
                amount={"total": wanted.amount_minor, "currency": wanted.unit},
                time_expire=wanted.expires_at.astimezone(_BEIJING).isoformat(timespec="seconds"),
                notify_url=wanted.callback_url,
            )
        )
        return PaymentOffer(_read(_Code, answer).code_url, None)

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:  # noqa: ARG002 (it finds by ours)
        """What became of a payment."""
        try:
            answer = await self._ask(lambda: self._library.query(out_trade_no=reference))
        except ProviderRefusedError as error:
            if error.code in _UNKNOWN:
                return None
            raise
        order = _read(_Order, answer)
        if not self._is_ours(order) or order.out_trade_no != reference:
            raise ProviderUnavailableError("it answered about something else")
        return _payment(order)

    async def close(self, reference: str, provider_reference: str | None) -> None:  # noqa: ARG002 (the same)
        """See to it that nobody can pay any more."""
        try:
            await self._ask(lambda: self._library.close(out_trade_no=reference))
        except ProviderRefusedError as error:
            if error.code not in _UNKNOWN | _CLOSED:
                raise

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        """Pay back."""
        amount = {"refund": wanted.amount_minor, "total": wanted.payment_amount_minor, "currency": wanted.unit}
        return _same_refund(
            await self._ask(
                lambda: self._library.refund(
                    out_refund_no=wanted.reference,
                    out_trade_no=wanted.payment_reference,
                    amount=amount,
                    reason=wanted.reason,
                )
            ),
            wanted,
        )

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        """What became of a refund."""
        try:
            return _same_refund(await self._ask(lambda: self._library.query_refund(wanted.reference)), wanted)
        except ProviderRefusedError as error:
            if error.code in _UNKNOWN:
                return None
            raise

    async def bill(self, day: date) -> bytes:
        """The trade bill of a day, unpacked and compared with the hash that WeChat Pay has signed."""
        return await self._bill(lambda: self._library.trade_bill(day.isoformat(), tar_type="GZIP"))

    async def fund_flow_bill(self, day: date) -> bytes:
        """The fund-flow bill of a day's basic account, unpacked and compared in the same way."""
        return await self._bill(lambda: self._library.fundflow_bill(day.isoformat(), "BASIC", tar_type="GZIP"))

    async def _bill(self, call: Callable[[], Any]) -> bytes:
        bill = _read(_Bill, await self._ask(call))
        if not bill.download_url.startswith(f"{self._account.address}/"):
            raise ProviderUnavailableError("the bill is somewhere else")
        content = await self._ask(lambda: self._library.download_bill(bill.download_url))
        try:
            file = gzip.decompress(content if isinstance(content, bytes) else content.encode())
        except (OSError, EOFError):
            raise ProviderUnavailableError("the bill cannot be unpacked") from None
        # Not to keep anybody out: the hash came signed, and SHA-1 is what WeChat Pay gives.
        if bill.hash_type != "SHA1" or hashlib.sha1(file, usedforsecurity=False).hexdigest() != bill.hash_value.lower():
            raise ProviderUnavailableError("the bill is not the one that was announced")
        return file

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:
        """What a callback says: signed by a key of our list within five minutes, readable with our key, about us."""
        library = self._libraries.get(headers.get("wechatpay-serial", ""))
        if library is None:
            raise CallbackRefusedError("signed by a key that is not on our list")
        try:
            event = library.callback(headers, body)
        except Exception:  # noqa: BLE001 (the library's own word for a bad signature or form is Exception)
            event = None
        if not event:
            raise CallbackRefusedError("not signed by WeChat Pay, or not for us to read")
        require_recent(headers.get("wechatpay-timestamp", ""), now)
        try:
            return self._callback(event)
        except (msgspec.ValidationError, KeyError, ProviderUnavailableError):
            raise CallbackRefusedError("signed, and not of the form we know") from None

    def _callback(self, event: Mapping[str, Any]) -> Callback:
        event_id, resource = str(event["id"]), event["resource"]
        occurred_at = msgspec.convert(event["create_time"], datetime)
        if str(event["event_type"]).startswith("REFUND."):
            refund = msgspec.convert(resource, _Refund)
            if refund.mchid != self._account.merchant_id:
                raise CallbackRefusedError("about no refund of ours")
            return Callback(event_id, occurred_at, _refund(refund))
        order = msgspec.convert(resource, _Order)
        if not self._is_ours(order):
            raise CallbackRefusedError("about no payment of ours")
        return Callback(event_id, occurred_at, _payment(order))

    def _is_ours(self, order: _Order) -> bool:
        return (order.mchid, order.appid) == (self._account.merchant_id, self._account.app_id)

    async def _ask(self, call: Callable[[], tuple[int, Any]]) -> str | bytes:
        """Ask once, in a thread. Whatever goes wrong on the way, and an answer whose signature is wrong, is doubt."""
        try:
            status, content = await self._calls.answer(call)
        except ProviderUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 (the same, and whatever its HTTP client raises)
            raise ProviderUnavailableError(type(error).__name__) from None
        if status in (200, 204):
            return content if isinstance(content, bytes) else str(content)
        if status >= 500 or status == 429:  # noqa: PLR2004 (statuses of HTTP)
            raise ProviderUnavailableError(f"it answered {status}")
        code = _read(_No, content).code
        if code in _ASK_AGAIN:
            raise ProviderUnavailableError(code)
        raise ProviderRefusedError(code)


def _library(account: WechatPayAccount, serial: str) -> Any:  # noqa: ANN401 (the library has no types)
    try:
        library = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=account.merchant_id,
            private_key=account.private_key,
            cert_serial_no=account.certificate_serial,
            appid=account.app_id,
            apiv3_key=account.api_v3_key,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            public_key=account.public_keys[serial],
            public_key_id=serial,
        )
    except Exception as error:  # noqa: BLE001 (the library's only class of error)
        raise ValueError(str(error)) from None
    library._core._gate_way = account.address  # noqa: SLF001 (WeChat Pay has a second address, the library but one)
    return library


def _payment(order: _Order) -> PaymentFound:
    """The amount is there for certain once it is paid."""
    state, amount = _STATES.get(order.trade_state), order.amount
    if state is None or (state is PaymentState.PAID and amount is None):
        raise ProviderUnavailableError(f"it says {order.trade_state} of a payment")
    paid_at = _read_time(order.success_time) if state is PaymentState.PAID else None
    total, currency = (amount.total, amount.currency) if amount else (0, _CNY)
    return PaymentFound(order.out_trade_no, state, total, currency, order.transaction_id, paid_at)


def _read_time(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        raise ProviderUnavailableError("it says no time of payment") from None


def _same_refund(content: str | bytes, wanted: RefundWanted) -> RefundFound:
    refund = _read(_Refund, content)
    if (refund.out_refund_no, refund.out_trade_no) != (wanted.reference, wanted.payment_reference):
        raise ProviderUnavailableError("it answered about something else")
    return _refund(refund)


def _refund(refund: _Refund) -> RefundFound:
    said = refund.status or refund.refund_status or ""
    state = _REFUND_STATES.get(said)
    if state is None:
        raise ProviderUnavailableError(f"it says {said} of a refund")
    amount = refund.amount
    return RefundFound(
        refund.out_refund_no, refund.out_trade_no, state, amount.refund, amount.currency, refund.refund_id
    )


def _read(form: type[_Form], content: str | bytes) -> _Form:
    try:
        return msgspec.json.decode(content, type=form)
    except msgspec.DecodeError:
        raise ProviderUnavailableError("its answer makes no sense") from None
