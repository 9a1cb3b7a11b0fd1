"""The provider to practise with (``florin sandbox-provider``), spoken to as one speaks to any other: over HTTP.

It is asked over a connection of its own each time: payments are few, and a provider that was restarted meanwhile leaves
no dead connection behind.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeVar

import httpx
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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

TIMEOUT_S: Final = 10
"""How long the provider may take to answer; after that it is unknown what it did."""

_NOT_FOUND: Final = "not_found"
_UNSURE: Final = frozenset({401, 403, 408, 425, 429})
"""Statuses that say nothing about the payment: our key is wrong, or we came too often or too early."""

_Amount = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Reference = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_-]{1,64}$")]
_View = TypeVar("_View", bound="_Payment | _Refund")


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """Who we are there, and whose signatures we believe: public keys by serial. The key never shows in a repr."""

    address: str
    merchant_id: str
    api_key: str = field(repr=False)
    public_keys: Mapping[str, Ed25519PublicKey]


class _Payment(msgspec.Struct, frozen=True):
    payment_id: str
    merchant_id: str
    reference: _Reference
    state: PaymentState
    amount_minor: _Amount
    currency: str
    paid_amount_minor: _Amount | None
    paid_at: _Moment | None
    pay_url: str | None = None

    def found(self) -> PaymentFound:
        amount = self.amount_minor if self.paid_amount_minor is None else self.paid_amount_minor
        return PaymentFound(self.reference, self.state, amount, self.currency, self.payment_id, self.paid_at)


class _Refund(msgspec.Struct, frozen=True):
    refund_id: str
    merchant_id: str
    reference: _Reference
    payment_reference: _Reference
    state: RefundState
    amount_minor: _Amount
    currency: str

    def found(self) -> RefundFound:
        return RefundFound(
            self.reference, self.payment_reference, self.state, self.amount_minor, self.currency, self.refund_id
        )


class _Notification(msgspec.Struct, frozen=True):
    event_id: str
    occurred_at: _Moment
    payment: _Payment | None = None
    refund: _Refund | None = None


class _No(msgspec.Struct, frozen=True):
    code: str


class SandboxProvider:
    """One merchant's account at the provider to practise with."""

    def __init__(self, account: SandboxAccount) -> None:
        """A gateway to that account."""
        self._account = account

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        """Offer a payment, on a page that a person can click."""
        body = {
            "reference": wanted.reference,
            "amount_minor": wanted.amount_minor,
            "currency": wanted.unit,
            "description": wanted.description,
            "expires_at": wanted.expires_at.isoformat(),
            "callback_url": wanted.callback_url,
            "return_url": wanted.return_url,
        }
        payment = await self._payment("POST", "/v1/payments", wanted.reference, body)
        if payment.pay_url is None:
            raise ProviderUnavailableError("the answer names no page to pay on")
        return PaymentOffer(payment.pay_url, payment.payment_id)

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:  # noqa: ARG002 (it finds by ours)
        """What became of a payment."""
        try:
            payment = await self._payment("GET", f"/v1/payments/{reference}", reference)
        except ProviderRefusedError as error:
            _require_unknown(error)
            return None
        return payment.found()

    async def close(self, reference: str, provider_reference: str | None) -> None:  # noqa: ARG002 (the same)
        """See to it that nobody can pay any more."""
        try:
            await self._payment("POST", f"/v1/payments/{reference}/close", reference)
        except ProviderRefusedError as error:
            _require_unknown(error)

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        """Pay back."""
        body = {
            "reference": wanted.reference,
            "payment_reference": wanted.payment_reference,
            "amount_minor": wanted.amount_minor,
            "reason": wanted.reason,
        }
        return (await self._refund("POST", "/v1/refunds", wanted.reference, body)).found()

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        """What became of a refund."""
        try:
            refund = await self._refund("GET", f"/v1/refunds/{wanted.reference}", wanted.reference)
        except ProviderRefusedError as error:
            _require_unknown(error)
            return None
        return refund.found()

    async def bill(self, day: date) -> bytes:
        """The trade bill of a day, in WeChat Pay's format."""
        return (await self._ask("GET", f"/v1/bills/trade/{day.isoformat()}")).content

    async def fund_flow_bill(self, day: date) -> bytes:
        """The fund-flow bill of a day, in WeChat Pay's format."""
        return (await self._ask("GET", f"/v1/bills/fund-flow/{day.isoformat()}")).content

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:
        """What a notification says: signed by a key of our list, within five minutes, and about us."""
        signed_at = headers.get("sandbox-timestamp", "")
        nonce, serial = headers.get("sandbox-nonce", ""), headers.get("sandbox-serial", "")
        key = self._account.public_keys.get(serial)
        if key is None:
            raise CallbackRefusedError("signed by a key that is not on our list")
        try:
            signature = b64decode(headers.get("sandbox-signature", ""), validate=True)
            key.verify(signature, b"\n".join((signed_at.encode(), nonce.encode(), body, b"")))
        except (InvalidSignature, NotBase64, ValueError):
            raise CallbackRefusedError("not signed by the provider") from None
        require_recent(signed_at, now)
        try:
            notification = msgspec.json.decode(body, type=_Notification)
        except msgspec.DecodeError:
            raise CallbackRefusedError("signed, and not of the form we know") from None
        subject = notification.payment or notification.refund
        if subject is None or subject.merchant_id != self._account.merchant_id:
            raise CallbackRefusedError("about no payment or refund of ours")
        return Callback(notification.event_id, notification.occurred_at, subject.found())

    async def _payment(self, method: str, path: str, reference: str, body: Mapping[str, Any] | None = None) -> _Payment:
        return _about(_Payment, await self._ask(method, path, body), self._account.merchant_id, reference)

    async def _refund(self, method: str, path: str, reference: str, body: Mapping[str, Any] | None = None) -> _Refund:
        return _about(_Refund, await self._ask(method, path, body), self._account.merchant_id, reference)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Ask once. Whoever has asked for something in vain asks again: each request may be repeated."""
        headers = {"Authorization": f"Bearer {self._account.api_key}"}
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, verify=trusted_tls(), trust_env=False) as client:
                answer = await client.request(method, self._account.address + path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise ProviderUnavailableError(type(error).__name__) from None
        if answer.is_success:
            return answer
        if not answer.is_client_error or answer.status_code in _UNSURE:
            raise ProviderUnavailableError(f"it answered {answer.status_code}")
        raise ProviderRefusedError(_read(_No, answer).code)


def _about(form: type[_View], answer: httpx.Response, merchant_id: str, reference: str) -> _View:
    """The answer, which must be about what was asked for."""
    view = _read(form, answer)
    if (view.merchant_id, view.reference) != (merchant_id, reference):
        raise ProviderUnavailableError("it answered about something else")
    return view


_Form = TypeVar("_Form", bound=msgspec.Struct)


def _read(form: type[_Form], answer: httpx.Response) -> _Form:
    try:
        return msgspec.json.decode(answer.content, type=form)
    except msgspec.DecodeError:
        raise ProviderUnavailableError("its answer makes no sense") from None


def _require_unknown(error: ProviderRefusedError) -> None:
    """Let pass that the provider has never heard of something, and no other refusal."""
    if error.code != _NOT_FOUND:
        raise error
