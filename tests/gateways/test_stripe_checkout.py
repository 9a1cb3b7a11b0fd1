"""The gateway to Stripe, against a server that speaks as Stripe documents, with secrets of the test's own."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from florin.gateways.payment_provider import (
    CallbackRefusedError,
    PaymentFound,
    PaymentState,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
    RefundWanted,
)
from florin.gateways.stripe_checkout import StripeProvider
from tests.gateways.local_server import local_server, nobody
from tests.gateways.stripe_server import CREATED, OLD_SECRET, REPORT, SECRET, StripeServer, account, event, signature
from tests.running_sandbox import payment_wanted, refund_wanted

A, B = "a" * 32, "b" * 32
PAID_AT = datetime.fromtimestamp(CREATED, UTC)
NOW = PAID_AT + timedelta(seconds=30)
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "client_reference_id": A,
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 10_000,
    "currency": "cny",
    "payment_intent": "pi_1",
}
REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 10_000,
    "currency": "cny",
    "status": "succeeded",
    "metadata": {"reference": B, "payment_reference": A},
}


@pytest.fixture
def server() -> StripeServer:
    return StripeServer()


@pytest.fixture
async def provider(server: StripeServer) -> AsyncIterator[StripeProvider]:
    async with local_server(server.routes) as address:
        yield StripeProvider(account(address))


@pytest.fixture(scope="module")
def offline() -> StripeProvider:
    return StripeProvider(account("http://127.0.0.1:9"))


def of_session(wanted: RefundWanted, name: str | None = "cs_1") -> RefundWanted:
    return RefundWanted(wanted.reference, wanted.payment_reference, name, wanted.amount_minor, 10_000, "CNY", "")


async def test_a_payment_is_offered_on_a_page_found_and_paid(server: StripeServer, provider: StripeProvider) -> None:
    assert await provider.find(A, None) is None
    assert await provider.find(A, "cs_1") is None
    offer = await provider.create(payment_wanted())
    assert ("https://checkout.stripe.com/c/pay/cs_1", "cs_1") == (offer.pay_url, offer.provider_reference)
    assert "https://shop.test/thanks" == server.sessions["cs_1"]["success_url"]
    assert PaymentFound(A, PaymentState.WAITING, 10_000, "CNY", "cs_1", None) == await provider.find(A, "cs_1")
    server.pay("cs_1")
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", "cs_1", PAID_AT) == await provider.find(A, "cs_1")


async def test_the_same_payment_once_more_is_the_same_and_another_amount_is_doubt(
    server: StripeServer, provider: StripeProvider
) -> None:
    wanted = payment_wanted()
    assert await provider.create(wanted) == await provider.create(wanted)
    assert 1 == len(server.sessions)
    with pytest.raises(ProviderUnavailableError):
        await provider.create(payment_wanted(amount_minor=1))


async def test_closing_is_done_once_and_never_when_it_is_paid(server: StripeServer, provider: StripeProvider) -> None:
    await provider.close(A, None)
    await provider.create(payment_wanted())
    await provider.close(A, "cs_1")
    await provider.close(A, "cs_1")
    found = await provider.find(A, "cs_1")
    assert found is not None
    assert PaymentState.CLOSED is found.state
    await provider.create(payment_wanted(B))
    server.pay("cs_2")
    with pytest.raises(ProviderRefusedError):
        await provider.close(B, "cs_2")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("succeeded", RefundState.PAID),
        ("failed", RefundState.FAILED),
        ("canceled", RefundState.FAILED),
    ],
)
async def test_a_refund_is_asked_for_once_even_when_stripe_has_forgotten_the_key(
    server: StripeServer, provider: StripeProvider, status: str, state: RefundState
) -> None:
    await provider.create(payment_wanted())
    server.pay("cs_1")
    wanted = of_session(refund_wanted(amount_minor=4_000))
    assert await provider.find_refund(wanted) is None
    assert RefundState.PENDING is (await provider.refund(wanted)).state
    server.refunds["re_1"]["status"] = status
    server.answers.clear()
    expected = RefundFound(B, A, state, 4_000, "CNY", "re_1")
    assert expected == await provider.refund(wanted) == await provider.find_refund(wanted)
    assert ["re_1"] == list(server.refunds)


async def test_only_a_paid_payment_is_refunded(provider: StripeProvider) -> None:
    with pytest.raises(ProviderRefusedError, match="resource_missing"):
        await provider.refund(of_session(refund_wanted(), None))
    await provider.create(payment_wanted())
    with pytest.raises(ProviderRefusedError, match="not_paid"):
        await provider.refund(of_session(refund_wanted()))


@pytest.mark.parametrize(
    "failure", [(500, "api_error"), (429, "rate_limit"), (401, "invalid_request_error"), (409, "idempotency_error")]
)
async def test_what_may_go_well_later_is_doubt(
    server: StripeServer, provider: StripeProvider, failure: tuple[int, str]
) -> None:
    server.failure = failure
    with pytest.raises(ProviderUnavailableError):
        await provider.create(payment_wanted())


async def test_a_request_that_stripe_finds_wrong_is_refused(server: StripeServer, provider: StripeProvider) -> None:
    server.failure = (400, "invalid_request_error")
    with pytest.raises(ProviderRefusedError):
        await provider.create(payment_wanted())


async def test_an_answer_about_something_else_is_doubt(server: StripeServer, provider: StripeProvider) -> None:
    await provider.create(payment_wanted())
    server.pay("cs_1")
    for asked in (
        provider.find(B, "cs_1"),
        provider.find_refund(RefundWanted(A, B, "cs_1", 10_000, 10_000, "CNY", "")),
        provider.refund(RefundWanted(A, B, "cs_1", 10_000, 10_000, "CNY", "")),
    ):
        with pytest.raises(ProviderUnavailableError, match="something else"):
            await asked
    del server.sessions["cs_1"]["amount_total"]
    with pytest.raises(ProviderUnavailableError):
        await provider.find(A, "cs_1")


async def test_a_provider_that_is_gone_leaves_us_in_doubt() -> None:
    async with nobody() as address:
        with pytest.raises(ProviderUnavailableError):
            await StripeProvider(account(address)).find(A, "cs_1")


async def test_a_report_is_begun_once_and_fetched_when_it_is_there(
    server: StripeServer, provider: StripeProvider
) -> None:
    server.report_is_ready = False
    with pytest.raises(ProviderUnavailableError, match="being made"):
        await provider.bill(date(2026, 11, 21))
    server.report_is_ready = True
    assert REPORT == await provider.bill(date(2026, 11, 21))
    assert 1 == server.reports
    assert REPORT == await provider.fund_flow_bill(date(2026, 11, 21))
    assert 2 == server.reports
    with pytest.raises(ProviderRefusedError, match="parameter_invalid"):
        await provider.bill(date(2026, 11, 22))


async def test_our_key_is_sent_to_stripe_only(server: StripeServer, provider: StripeProvider) -> None:
    server.report_address = "http://elsewhere.test/v1/files/file_1/contents"
    with pytest.raises(ProviderUnavailableError, match="somewhere else"):
        await provider.bill(date(2026, 11, 21))


@pytest.mark.parametrize("secrets", [[SECRET], [OLD_SECRET], ["whsec_stranger", SECRET]])
def test_an_event_says_what_was_paid(offline: StripeProvider, secrets: list[str]) -> None:
    body = event("checkout.session.completed", SESSION)
    read = offline.read_callback(signature(body, NOW, *secrets), body, NOW)
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", "cs_1", PAID_AT) == read.found
    assert ("evt_1", PAID_AT) == (read.event_id, read.occurred_at)


@pytest.mark.parametrize(
    ("kind", "about", "found"),
    [
        (
            "checkout.session.completed",
            {**SESSION, "amount_total": 1, "currency": "usd"},
            PaymentFound(A, PaymentState.PAID, 1, "USD", "cs_1", PAID_AT),
        ),
        (
            "checkout.session.completed",
            {**SESSION, "payment_status": "unpaid"},
            PaymentFound(A, PaymentState.WAITING, 10_000, "CNY", "cs_1", None),
        ),
        (
            "checkout.session.expired",
            {**SESSION, "status": "expired", "payment_status": "unpaid"},
            PaymentFound(A, PaymentState.CLOSED, 10_000, "CNY", "cs_1", None),
        ),
        ("refund.updated", REFUND, RefundFound(B, A, RefundState.PAID, 10_000, "CNY", "re_1")),
        ("charge.refund.updated", REFUND, RefundFound(B, A, RefundState.PAID, 10_000, "CNY", "re_1")),
    ],
)
def test_an_event_says_what_it_is_about(
    offline: StripeProvider, kind: str, about: dict[str, Any], found: PaymentFound | RefundFound
) -> None:
    body = event(kind, about)
    assert found == offline.read_callback(signature(body, NOW, SECRET), body, NOW).found


PAID = event("checkout.session.completed", SESSION)


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        pytest.param(PAID, signature(PAID, NOW, "whsec_stranger"), "not signed", id="forged"),
        pytest.param(PAID + b" ", signature(PAID, NOW, SECRET), "not signed", id="altered"),
        pytest.param(PAID, {}, "not signed", id="no signature"),
        pytest.param(PAID, {"stripe-signature": "v1=00"}, "not signed", id="no time"),
        pytest.param(b"\xff", signature(b"\xff", NOW, SECRET), "not signed", id="no text"),
        pytest.param(PAID, signature(PAID, NOW - timedelta(seconds=301), SECRET), "too old", id="too old"),
        pytest.param(PAID, signature(PAID, NOW + timedelta(seconds=301), SECRET), "too old", id="from the future"),
    ],
)
def test_an_event_that_stripe_has_not_signed_just_now_is_refused(
    offline: StripeProvider, body: bytes, headers: dict[str, str], reason: str
) -> None:
    with pytest.raises(CallbackRefusedError, match=reason):
        offline.read_callback(headers, body, NOW)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (event("checkout.session.completed", SESSION, account="acct_2"), "account that is not ours"),
        (event("checkout.session.completed", {**SESSION, "client_reference_id": None}), "not of the form"),
        (event("checkout.session.completed", {"id": "cs_1"}), "not of the form"),
        (event("refund.updated", {**REFUND, "metadata": {}}), "not of the form"),
        (event("customer.created", {"id": "cus_1"}), "do not act on"),
        (b"[]", "not of the form"),
    ],
)
def test_an_event_about_nothing_of_ours_is_refused(offline: StripeProvider, body: bytes, reason: str) -> None:
    with pytest.raises(CallbackRefusedError, match=reason):
        offline.read_callback(signature(body, NOW, SECRET), body, NOW)
