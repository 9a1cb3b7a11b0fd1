"""Stripe Checkout: a page of Stripe's, in which the payer chooses how to pay.

Stripe finds a session by its own name only, so the name that `create` returns must be kept. It takes no expiry of less
than half an hour and gives a session a day; a payment of ours that ends sooner is ended by `close`.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import httpx
import msgspec
import stripe

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
from florin.gateways.trusted_tls import trusted_tls

ADDRESS: Final = "https://api.stripe.com"
FILES_ADDRESS: Final = "https://files.stripe.com"

_REPORT: Final = "balance_change_from_activity.itemized.3"
_PAYOUTS: Final = "payout_reconciliation.itemized.5"
_MISSING: Final = "resource_missing"
_REFUND_STATES: Final = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.PAID,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}

_Answer = TypeVar("_Answer")
_Form = TypeVar("_Form", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """An account at Stripe. ``webhook_secrets`` are those of our endpoint there, more than one while they change."""

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    return_url: str
    time_zone: ZoneInfo
    address: str = ADDRESS
    files_address: str = FILES_ADDRESS


class _Charge(msgspec.Struct, frozen=True):
    created: int


class _Intent(msgspec.Struct, frozen=True):
    id: str
    latest_charge: _Charge | str | None = None


class _Session(msgspec.Struct, frozen=True):
    id: str
    client_reference_id: str | None
    status: str | None
    payment_status: str
    amount_total: int
    currency: str
    url: str | None = None
    payment_intent: _Intent | str | None = None


class _Refund(msgspec.Struct, frozen=True):
    id: str
    amount: int
    currency: str
    status: str
    metadata: dict[str, str]


class _Object(msgspec.Struct, frozen=True):
    object: dict[str, Any]


class _Event(msgspec.Struct, frozen=True):
    id: str
    type: str
    created: int
    data: _Object
    account: str | None = None


class _Run(msgspec.Struct, frozen=True):
    class Result(msgspec.Struct, frozen=True):
        url: str

    id: str
    status: str
    result: Result | None = None


class StripeProvider:
    """One account at Stripe."""

    def __init__(self, account: StripeAccount) -> None:
        """A gateway to that account; `ValueError` when no secret of a webhook endpoint is given."""
        if not account.webhook_secrets:
            raise ValueError("no webhook secret is given")
        self._account = account
        self._calls = BlockingCalls()
        self._stripe = stripe.StripeClient(
            account.secret_key,
            base_addresses={"api": account.address, "files": account.files_address},
            http_client=stripe.RequestsClient(timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)),
            # What we ask again, and when, is decided by those who know of the payment.
            max_network_retries=0,
        ).v1

    async def create(self, wanted: PaymentWanted) -> PaymentOffer:
        """Offer a payment on a page of Stripe's."""
        names = {"reference": wanted.reference}
        session = await self._session(
            lambda: self._stripe.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": wanted.reference,
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": wanted.unit.lower(),
                                "unit_amount": wanted.amount_minor,
                                "product_data": {"name": wanted.description},
                            },
                        }
                    ],
                    "metadata": names,
                    "payment_intent_data": {"metadata": names},
                    "success_url": wanted.return_url or self._account.return_url,
                },
                {"idempotency_key": wanted.reference},
            )
        )
        if session.url is None or session.client_reference_id != wanted.reference:
            raise ProviderUnavailableError("it answered about something else")
        return PaymentOffer(session.url, session.id)

    async def find(self, reference: str, provider_reference: str | None) -> PaymentFound | None:
        """What became of a payment; None where Stripe's name for it is not known, so nobody was shown its page."""
        if provider_reference is None:
            return None
        try:
            session = await self._session_of(provider_reference)
        except ProviderRefusedError as error:
            if error.code == _MISSING:
                return None
            raise
        if session.client_reference_id != reference:
            raise ProviderUnavailableError("it answered about something else")
        return _payment(session, _paid_at(session))

    async def close(self, reference: str, provider_reference: str | None) -> None:
        """See to it that nobody can pay any more."""
        if provider_reference is None:
            return
        try:
            await self._session(lambda: self._stripe.checkout.sessions.expire(provider_reference))
        except ProviderRefusedError:
            # Stripe has one word for a session that is paid and one that has expired.
            found = await self.find(reference, provider_reference)
            if found is not None and found.state is not PaymentState.CLOSED:
                raise

    async def refund(self, wanted: RefundWanted) -> RefundFound:
        """Pay back. Stripe forgets after a day that it was asked, so what is there already is looked for first."""
        intent = await self._intent(wanted)
        there = await self._refund_of(intent, wanted)
        if there is not None:
            return there
        names = {"reference": wanted.reference, "payment_reference": wanted.payment_reference}
        refund = await self._ask(
            lambda: self._stripe.refunds.create(
                {"payment_intent": intent, "amount": wanted.amount_minor, "metadata": names},
                {"idempotency_key": wanted.reference},
            )
        )
        return _refund(_read(_Refund, refund))

    async def find_refund(self, wanted: RefundWanted) -> RefundFound | None:
        """What became of a refund."""
        return await self._refund_of(await self._intent(wanted), wanted)

    async def bill(self, day: date) -> bytes:
        """The report of a day's payments, refunds and fees; Stripe makes it on demand, so ask until it is there."""
        return await self._report(_REPORT, day)

    async def fund_flow_bill(self, day: date) -> bytes:
        """What the automatic payouts of a day have paid out, made on demand as well."""
        return await self._report(_PAYOUTS, day)

    async def _report(self, kind: str, day: date) -> bytes:
        begin = datetime.combine(day, time(), self._account.time_zone)
        end = datetime.combine(day + timedelta(days=1), time(), self._account.time_zone)
        parameters: Any = {
            "interval_start": int(begin.timestamp()),
            "interval_end": int(end.timestamp()),
            "timezone": self._account.time_zone.key,
        }
        # The same day asked for again is the run that was begun.
        made = await self._ask(
            lambda: self._stripe.reporting.report_runs.create(
                {"report_type": kind, "parameters": parameters},
                {"idempotency_key": f"{kind}:{day.isoformat()}:{self._account.time_zone.key}"},
            )
        )
        run = _read(_Run, made)
        if run.status != "succeeded":
            run = _read(_Run, await self._ask(lambda: self._stripe.reporting.report_runs.retrieve(run.id)))
        if run.status == "failed":
            raise ProviderRefusedError("report_failed")
        if run.result is None:
            raise ProviderUnavailableError("the report is being made")
        return await self._download(run.result.url)

    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Callback:
        """What an event says: signed with a secret of ours within five minutes, about a payment or refund of ours."""
        header = headers.get("stripe-signature", "")
        if not any(_is_signed(body, header, secret) for secret in self._account.webhook_secrets):
            raise CallbackRefusedError("not signed by Stripe")
        times = [each[2:] for each in header.split(",") if each.startswith("t=")]
        require_recent(times[0], now)
        try:
            event = msgspec.json.decode(body, type=_Event)
            if event.account is not None:
                raise CallbackRefusedError("about an account that is not ours")
            return _callback(event)
        except (msgspec.DecodeError, ProviderUnavailableError, OverflowError):
            raise CallbackRefusedError("signed, and not of the form we know") from None

    async def _session_of(self, provider_reference: str) -> _Session:
        """A session with the charge that paid it, which alone says when."""
        expand: Any = {"expand": ["payment_intent.latest_charge"]}
        return await self._session(lambda: self._stripe.checkout.sessions.retrieve(provider_reference, expand))

    async def _session(self, call: Callable[[], stripe.checkout.Session]) -> _Session:
        return _read(_Session, await self._ask(call))

    async def _intent(self, wanted: RefundWanted) -> str:
        """Stripe's name for the money of a payment, which refunds go by."""
        if wanted.payment_provider_reference is None:
            raise ProviderRefusedError(_MISSING)
        session = await self._session_of(wanted.payment_provider_reference)
        if session.client_reference_id != wanted.payment_reference:
            raise ProviderUnavailableError("it answered about something else")
        if session.payment_intent is None:
            raise ProviderRefusedError("not_paid")
        return session.payment_intent if isinstance(session.payment_intent, str) else session.payment_intent.id

    async def _refund_of(self, intent: str, wanted: RefundWanted) -> RefundFound | None:
        every = await self._ask(
            lambda: [*self._stripe.refunds.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()]
        )
        refunds = (_read(_Refund, each) for each in every)
        found = next((each for each in refunds if each.metadata.get("reference") == wanted.reference), None)
        return None if found is None else _refund(found)

    async def _ask(self, call: Callable[[], _Answer]) -> _Answer:
        """Ask once, in a thread: a request that Stripe finds wrong, or a card's no, is refused, all else is doubt."""
        try:
            return await self._calls.answer(call)
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise ProviderRefusedError(error.code or "invalid_request") from None
        except stripe.StripeError as error:
            raise ProviderUnavailableError(type(error).__name__) from None

    async def _download(self, address: str) -> bytes:
        # Our key goes to Stripe and nowhere else.
        if not address.startswith(f"{self._account.files_address}/"):
            raise ProviderUnavailableError("the report is somewhere else")
        key = {"Authorization": f"Bearer {self._account.secret_key}"}
        try:
            async with httpx.AsyncClient(timeout=READ_TIMEOUT_S, verify=trusted_tls()) as client:
                answer = await client.get(address, headers=key)
        except httpx.HTTPError as error:
            raise ProviderUnavailableError(type(error).__name__) from None
        if not answer.is_success:
            raise ProviderUnavailableError(f"it answered {answer.status_code}")
        return answer.content


def _callback(event: _Event) -> Callback:
    occurred_at = datetime.fromtimestamp(event.created, UTC)
    found: PaymentFound | RefundFound
    if event.type.startswith("checkout.session."):
        found = _payment(_read(_Session, event.data.object), occurred_at)
    elif event.type.startswith(("refund.", "charge.refund.")):
        found = _refund(_read(_Refund, event.data.object))
    else:
        raise CallbackRefusedError("about something that we do not act on")
    return Callback(event.id, occurred_at, found)


def _payment(session: _Session, paid_at: datetime | None) -> PaymentFound:
    if session.client_reference_id is None:
        raise ProviderUnavailableError("it names no reference of ours")
    if session.payment_status == "paid":
        state = PaymentState.PAID
    elif session.status == "expired":
        state = PaymentState.CLOSED
    else:
        state = PaymentState.WAITING
    return PaymentFound(
        session.client_reference_id,
        state,
        session.amount_total,
        session.currency.upper(),
        session.id,
        paid_at if state is PaymentState.PAID else None,
    )


def _paid_at(session: _Session) -> datetime | None:
    intent = session.payment_intent
    charge = intent.latest_charge if isinstance(intent, _Intent) else None
    return datetime.fromtimestamp(charge.created, UTC) if isinstance(charge, _Charge) else None


def _refund(refund: _Refund) -> RefundFound:
    state, names = _REFUND_STATES.get(refund.status), refund.metadata
    if state is None or not {"reference", "payment_reference"} <= names.keys():
        raise ProviderUnavailableError(f"it says {refund.status} of a refund, or names none of ours")
    return RefundFound(
        names["reference"], names["payment_reference"], state, refund.amount, refund.currency.upper(), refund.id
    )


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    with contextlib.suppress(Exception):  # the library splits the header before it looks at it
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    return False


def _read(form: type[_Form], answer: object) -> _Form:
    """The parts that matter of what the library has made of an answer."""
    plain = answer.to_dict() if isinstance(answer, stripe.StripeObject) else answer
    try:
        return msgspec.convert(plain, form)
    except msgspec.ValidationError:
        raise ProviderUnavailableError("its answer makes no sense") from None
