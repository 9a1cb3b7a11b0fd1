"""The gateway to Alipay, against a server that speaks as Alipay documents, with keys of the test's own."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from florin.gateways.alipay import AlipayProduct, AlipayProvider
from florin.gateways.payment_provider import (
    CallbackRefusedError,
    PaymentFound,
    PaymentState,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
)
from tests.gateways.alipay_server import BEIJING, AlipayServer, account, asked_in, bill_archive, notification
from tests.gateways.local_server import local_server, nobody, rsa_key
from tests.running_sandbox import payment_wanted, refund_wanted

A, B = "a" * 32, "b" * 32
NOW = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)
PAID_AT = datetime(2026, 11, 22, 18, tzinfo=BEIJING)
TRADE = "2026112222001"


@pytest.fixture
def server() -> AlipayServer:
    return AlipayServer()


@pytest.fixture
async def provider(server: AlipayServer) -> AsyncIterator[AlipayProvider]:
    async with local_server(server.routes) as address:
        yield AlipayProvider(account(f"{address}/gateway.do"))


@pytest.fixture(scope="module")
def offline() -> AlipayProvider:
    return AlipayProvider(account("https://alipay.test/gateway.do", AlipayProduct.PAGE))


async def test_a_page_is_an_address_that_we_have_signed(offline: AlipayProvider) -> None:
    wanted = payment_wanted(amount_minor=10_005, return_url="https://shop.test/back?a=b")
    offer = await offline.create(wanted)
    assert offer.provider_reference is None
    assert offer.pay_url.startswith("https://alipay.test/gateway.do?")
    asked = asked_in(offer.pay_url)
    assert "alipay.trade.page.pay" == asked["method"]
    assert (wanted.callback_url, wanted.return_url) == (asked["notify_url"], asked["return_url"])
    assert {
        "out_trade_no": A,
        "total_amount": "100.05",
        "subject": wanted.description,
        "time_expire": wanted.expires_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "product_code": "FAST_INSTANT_TRADE_PAY",
    } == json.loads(asked["biz_content"])


async def test_a_code_is_offered_found_once_it_is_opened_and_paid(
    server: AlipayServer, provider: AlipayProvider
) -> None:
    offer = await provider.create(payment_wanted())
    assert "https://qr.alipay.com/bax03431ljhokirwl38f00a7" == offer.pay_url
    assert await provider.find(A, None) is None
    server.open(A)
    assert PaymentFound(A, PaymentState.WAITING, 10_000, "CNY", TRADE, None) == await provider.find(A, None)
    server.pay(A)
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", TRADE, PAID_AT) == await provider.find(A, None)


async def test_a_payment_that_was_refunded_whole_was_paid_all_the_same(
    server: AlipayServer, provider: AlipayProvider
) -> None:
    server.open(A)
    server.pay(A)
    server.trades[A]["trade_status"] = "TRADE_CLOSED"
    found = await provider.find(A, None)
    assert found is not None
    assert PaymentState.PAID is found.state


@pytest.mark.parametrize(("yuan", "minor"), [("0.01", 1), ("1", 100), ("1.5", 150), ("88888888.88", 8_888_888_888)])
async def test_yuan_are_read_exactly(server: AlipayServer, provider: AlipayProvider, yuan: str, minor: int) -> None:
    server.open(A, yuan)
    found = await provider.find(A, None)
    assert found is not None
    assert minor == found.amount_minor


@pytest.mark.parametrize("yuan", ["", "-1.00", "1.005", "1e2", "\uff11.00", "NaN"])
async def test_an_amount_that_is_none_is_doubt(server: AlipayServer, provider: AlipayProvider, yuan: str) -> None:
    server.open(A, yuan)
    with pytest.raises(ProviderUnavailableError, match="no amount"):
        await provider.find(A, None)


async def test_closing_is_done_once_and_never_when_it_is_paid(server: AlipayServer, provider: AlipayProvider) -> None:
    await provider.close(A, None)
    server.open(A)
    await provider.close(A, None)
    await provider.close(A, None)
    assert "TRADE_CLOSED" == server.trades[A]["trade_status"]
    server.open(B)
    server.pay(B)
    with pytest.raises(ProviderRefusedError, match="TRADE_STATUS_ERROR"):
        await provider.close(B, None)


async def test_a_refund_is_paid_and_found(server: AlipayServer, provider: AlipayProvider) -> None:
    wanted = refund_wanted(amount_minor=4_050)
    assert await provider.find_refund(wanted) is None
    with pytest.raises(ProviderRefusedError, match="TRADE_NOT_EXIST"):
        await provider.refund(wanted)
    server.open(A)
    server.pay(A)
    expected = RefundFound(B, A, RefundState.PAID, 4_050, "CNY", TRADE)
    assert expected == await provider.refund(wanted)
    server.fund_change = "N"
    assert expected == await provider.refund(wanted) == await provider.find_refund(wanted)


async def test_a_refund_that_moved_no_money_is_still_to_be_asked_about(
    server: AlipayServer, provider: AlipayProvider
) -> None:
    server.open(A)
    server.fund_change = "N"
    assert RefundState.PENDING is (await provider.refund(refund_wanted())).state
    assert await provider.find_refund(refund_wanted()) is None


@pytest.mark.parametrize(
    "failure",
    [
        {"code": "20000", "sub_code": "isp.unknow-error"},
        {"code": "20001", "sub_code": "aop.invalid-auth-token"},
        {"code": "10003"},
        {"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"},
    ],
)
async def test_what_may_go_well_later_is_doubt(
    server: AlipayServer, provider: AlipayProvider, failure: dict[str, str]
) -> None:
    server.failure = failure
    for asked in (provider.create(payment_wanted()), provider.refund(refund_wanted()), provider.close(A, None)):
        with pytest.raises(ProviderUnavailableError):
            await asked


async def test_an_answer_that_somebody_else_has_signed_is_doubt(server: AlipayServer, provider: AlipayProvider) -> None:
    server.key = rsa_key("stranger")
    with pytest.raises(ProviderUnavailableError, match="not signed"):
        await provider.create(payment_wanted())
    server.key = rsa_key("retired")
    await provider.create(payment_wanted())


async def test_an_answer_about_something_else_is_doubt(server: AlipayServer, provider: AlipayProvider) -> None:
    server.open(A, out_trade_no=B)
    with pytest.raises(ProviderUnavailableError, match="something else"):
        await provider.find(A, None)
    server.refunds[B] = {"out_request_no": A, "refund_amount": "100.00"}
    with pytest.raises(ProviderUnavailableError, match="something else"):
        await provider.find_refund(refund_wanted())


async def test_a_provider_that_is_gone_leaves_us_in_doubt() -> None:
    async with nobody() as address:
        with pytest.raises(ProviderUnavailableError):
            await AlipayProvider(account(f"{address}/gateway.do")).find(A, None)


async def test_a_bill_is_the_archive_of_a_day_that_has_one(provider: AlipayProvider) -> None:
    assert bill_archive() == await provider.bill(date(2026, 11, 21))
    assert bill_archive() == await provider.fund_flow_bill(date(2026, 11, 21))
    with pytest.raises(ProviderRefusedError, match="bill_not_exist"):
        await provider.bill(date(2026, 11, 22))


@pytest.mark.parametrize("signer", ["alipay", "retired"])
def test_a_notification_says_what_was_paid(offline: AlipayProvider, signer: str) -> None:
    read = offline.read_callback({}, notification(rsa_key(signer), NOW), NOW)
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", TRADE, PAID_AT) == read.found
    assert ("2026112200222180052039441410000001", NOW) == (read.event_id, read.occurred_at)


def test_a_notification_about_another_amount_or_a_closed_payment_says_so(offline: AlipayProvider) -> None:
    read = offline.read_callback({}, notification(rsa_key("alipay"), NOW, total_amount="0.01"), NOW)
    assert 1 == read.found.amount_minor
    closed = notification(rsa_key("alipay"), NOW, trade_status="TRADE_CLOSED", gmt_payment="")
    assert PaymentState.CLOSED is offline.read_callback({}, closed, NOW).found.state


@pytest.mark.parametrize(
    ("signer", "age", "changed", "reason"),
    [
        pytest.param("stranger", 0, {}, "not signed by Alipay", id="forged"),
        pytest.param("alipay", 301, {}, "too old", id="too old"),
        pytest.param("alipay", -301, {}, "too old", id="from the future"),
        pytest.param("alipay", 0, {"app_id": "1"}, "no payment of ours", id="another application"),
        pytest.param("alipay", 0, {"seller_id": "1"}, "no payment of ours", id="another merchant"),
        pytest.param("alipay", 0, {"total_amount": ""}, "not of the form", id="no amount"),
        pytest.param("alipay", 0, {"trade_status": "NEW"}, "not of the form", id="a state that we do not know"),
        pytest.param("alipay", 0, {"notify_time": "soon"}, "not of the form", id="no time"),
        pytest.param("alipay", 0, {"notify_id": ""}, "not of the form", id="no event"),
    ],
)
def test_a_notification_that_nobody_may_act_on_is_refused(
    offline: AlipayProvider, signer: str, age: int, changed: dict[str, str], reason: str
) -> None:
    body = notification(rsa_key(signer), NOW - timedelta(seconds=age), **changed)
    with pytest.raises(CallbackRefusedError, match=reason):
        offline.read_callback({}, body, NOW)


def test_an_altered_notification_is_refused(offline: AlipayProvider) -> None:
    body = notification(rsa_key("alipay"), NOW)
    altered = [
        body.replace(b"100.00", b"900.00"),
        body.replace(b"RSA2", b"RSA"),
        body + b"&total_amount=900.00",
        body + b"&added=1",
        body.replace(b"sign=", b"sing="),
        b"\xff",
        b"",
    ]
    for each in altered:
        with pytest.raises(CallbackRefusedError):
            offline.read_callback({}, each, NOW)
