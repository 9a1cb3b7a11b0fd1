"""The gateway to WeChat Pay, against a server that speaks as WeChat Pay documents, with keys of the test's own."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from florin.gateways.payment_provider import (
    CallbackRefusedError,
    PaymentFound,
    PaymentState,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
)
from florin.gateways.wechat_pay import WechatPayAccount, WechatPayProvider
from tests.gateways.local_server import local_server, nobody, rsa_key
from tests.gateways.wechat_pay_server import (
    APP,
    BILL,
    MERCHANT,
    PAID_AT,
    SERIAL,
    WechatPayServer,
    account,
    callback,
    headers,
)
from tests.running_sandbox import payment_wanted, refund_wanted

A, B = "a" * 32, "b" * 32
NOW = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)
ORDER = {
    "mchid": MERCHANT,
    "appid": APP,
    "out_trade_no": A,
    "transaction_id": "4200000001",
    "trade_state": "SUCCESS",
    "success_time": PAID_AT,
    "amount": {"total": 10_000, "payer_total": 10_000, "currency": "CNY", "payer_currency": "CNY"},
}
REFUND = {
    "mchid": MERCHANT,
    "out_trade_no": A,
    "out_refund_no": B,
    "refund_id": "50000000001",
    "refund_status": "SUCCESS",
    "amount": {"total": 10_000, "refund": 10_000},
}


@pytest.fixture
def server() -> WechatPayServer:
    return WechatPayServer()


@pytest.fixture
async def provider(server: WechatPayServer) -> AsyncIterator[WechatPayProvider]:
    async with local_server(server.routes) as address:
        yield WechatPayProvider(account(address))


@pytest.fixture(scope="module")
def offline() -> WechatPayProvider:
    return WechatPayProvider(account("http://127.0.0.1:9"))


async def test_a_payment_is_offered_as_a_code_found_and_paid(
    server: WechatPayServer, provider: WechatPayProvider
) -> None:
    assert await provider.find(A, None) is None
    offer = await provider.create(payment_wanted())
    assert "weixin://wxpay/bizpayurl?pr=aaaaaaa" == offer.pay_url
    waiting = await provider.find(A, None)
    assert waiting == PaymentFound(A, PaymentState.WAITING, 10_000, "CNY", None, None)
    server.pay(A)
    paid_at = datetime.fromisoformat(PAID_AT)
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", "4200000001", paid_at) == await provider.find(A, None)


async def test_the_same_reference_with_another_amount_is_refused(provider: WechatPayProvider) -> None:
    wanted = payment_wanted()
    assert await provider.create(wanted) == await provider.create(wanted)
    with pytest.raises(ProviderRefusedError, match="INVALID_REQUEST"):
        await provider.create(payment_wanted(amount_minor=1))


async def test_closing_is_done_once_and_never_when_it_is_paid(
    server: WechatPayServer, provider: WechatPayProvider
) -> None:
    await provider.close(A, None)
    await provider.create(payment_wanted())
    await provider.close(A, None)
    await provider.close(A, None)
    found = await provider.find(A, None)
    assert found is not None
    assert PaymentState.CLOSED is found.state
    await provider.create(payment_wanted(B))
    server.pay(B)
    with pytest.raises(ProviderRefusedError, match="ORDERPAID"):
        await provider.close(B, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PROCESSING", RefundState.PENDING),
        ("ABNORMAL", RefundState.PENDING),
        ("SUCCESS", RefundState.PAID),
        ("CLOSED", RefundState.FAILED),
    ],
)
async def test_a_refund_is_asked_for_once_and_found(
    server: WechatPayServer, provider: WechatPayProvider, status: str, state: RefundState
) -> None:
    wanted = refund_wanted()
    assert await provider.find_refund(wanted) is None
    assert RefundState.PENDING is (await provider.refund(wanted)).state
    server.refunds[B]["status"] = status
    expected = RefundFound(B, A, state, 10_000, "CNY", "50000000001")
    assert expected == await provider.refund(wanted) == await provider.find_refund(wanted)


@pytest.mark.parametrize(
    "failure", [(500, "SYSTEM_ERROR"), (429, "FREQUENCY_LIMITED"), (401, "SIGN_ERROR"), (403, "NOT_ENOUGH")]
)
async def test_what_may_go_well_later_is_doubt(
    server: WechatPayServer, provider: WechatPayProvider, failure: tuple[int, str]
) -> None:
    server.failure = failure
    for asked in (provider.create(payment_wanted()), provider.refund(refund_wanted()), provider.close(A, None)):
        with pytest.raises(ProviderUnavailableError):
            await asked


async def test_an_answer_that_somebody_else_has_signed_is_doubt(
    server: WechatPayServer, provider: WechatPayProvider
) -> None:
    server.key = rsa_key("stranger")
    with pytest.raises(ProviderUnavailableError):
        await provider.create(payment_wanted())


async def test_an_answer_about_something_else_is_doubt(server: WechatPayServer, provider: WechatPayProvider) -> None:
    await provider.create(payment_wanted())
    for changed in ({"mchid": "another"}, {"out_trade_no": B}, {"trade_state": "NEVER_HEARD_OF"}):
        order = dict(server.orders[A])
        server.orders[A] |= changed
        with pytest.raises(ProviderUnavailableError):
            await provider.find(A, None)
        server.orders[A] = order
    await provider.refund(refund_wanted())
    server.refunds[B]["out_trade_no"] = "another"
    for asked in (provider.refund(refund_wanted()), provider.find_refund(refund_wanted())):
        with pytest.raises(ProviderUnavailableError, match="something else"):
            await asked


async def test_a_provider_that_is_gone_leaves_us_in_doubt() -> None:
    async with nobody() as address:
        with pytest.raises(ProviderUnavailableError):
            await WechatPayProvider(account(address)).find(A, None)


async def test_a_bill_is_unpacked_and_is_the_one_that_was_announced(
    server: WechatPayServer, provider: WechatPayProvider
) -> None:
    assert BILL == await provider.bill(date(2026, 11, 21)) == await provider.fund_flow_bill(date(2026, 11, 21))
    with pytest.raises(ProviderRefusedError, match="NO_STATEMENT_EXIST"):
        await provider.bill(date(2026, 11, 22))
    server.bill_address = "http://elsewhere.test/v3/billdownload/file"
    with pytest.raises(ProviderUnavailableError, match="somewhere else"):
        await provider.bill(date(2026, 11, 21))
    server.bill_address, server.bill = "", BILL + b"`one more\r\n"
    with pytest.raises(ProviderUnavailableError, match="not the one that was announced"):
        await provider.bill(date(2026, 11, 21))


def test_a_callback_says_what_was_paid(offline: WechatPayProvider) -> None:
    body = callback(ORDER)
    read = offline.read_callback(headers(rsa_key("wechat"), body, signed_at=NOW), body.encode(), NOW)
    paid_at = datetime.fromisoformat(PAID_AT)
    assert PaymentFound(A, PaymentState.PAID, 10_000, "CNY", "4200000001", paid_at) == read.found
    assert ("EV-2018022511223320873", paid_at) == (read.event_id, read.occurred_at)


def test_a_callback_about_another_amount_says_so(offline: WechatPayProvider) -> None:
    body = callback({**ORDER, "amount": {"total": 1, "currency": "CNY"}})
    read = offline.read_callback(headers(rsa_key("wechat"), body, signed_at=NOW), body.encode(), NOW)
    assert 1 == read.found.amount_minor


def test_a_callback_about_a_refund_says_what_became_of_it(offline: WechatPayProvider) -> None:
    body = callback(REFUND, "REFUND.SUCCESS")
    read = offline.read_callback(headers(rsa_key("wechat"), body, signed_at=NOW), body.encode(), NOW)
    assert RefundFound(B, A, RefundState.PAID, 10_000, "CNY", "50000000001") == read.found


@pytest.mark.parametrize(
    ("body", "changed", "reason"),
    [
        pytest.param(callback(ORDER), {"key": "stranger"}, "not signed by WeChat Pay", id="forged"),
        pytest.param(callback(ORDER), {"serial": "PUB_KEY_ID_2"}, "not on our list", id="unknown serial"),
        pytest.param(callback(ORDER), {"serial": "5157F09EFDC096DE"}, "not on our list", id="a certificate's serial"),
        pytest.param(callback(ORDER), {"age": timedelta(seconds=301)}, "too old", id="too old"),
        pytest.param(callback(ORDER), {"age": timedelta(seconds=-301)}, "too old", id="from the future"),
        pytest.param(callback({**ORDER, "mchid": "1"}), {}, "no payment of ours", id="another merchant"),
        pytest.param(callback({**ORDER, "appid": "1"}), {}, "no payment of ours", id="another application"),
        pytest.param(callback({**REFUND, "mchid": "1"}, "REFUND.SUCCESS"), {}, "no refund of ours", id="their refund"),
        pytest.param(callback({**ORDER, "amount": None}), {}, "not of the form", id="paid without an amount"),
        pytest.param(callback({"mchid": MERCHANT}), {}, "not of the form", id="half an order"),
        pytest.param(callback(ORDER, key="o" * 32), {}, "not signed by WeChat Pay", id="sealed for somebody else"),
        pytest.param("[]", {}, "not signed by WeChat Pay", id="no event"),
    ],
)
def test_a_callback_that_nobody_may_act_on_is_refused(
    offline: WechatPayProvider, body: str, changed: dict[str, object], reason: str
) -> None:
    age = changed.get("age", timedelta())
    assert isinstance(age, timedelta)
    key, serial = rsa_key(str(changed.get("key", "wechat"))), str(changed.get("serial", SERIAL))
    signed = headers(key, body, serial, NOW - age)
    with pytest.raises(CallbackRefusedError, match=reason):
        offline.read_callback(signed, body.encode(), NOW)


def test_an_altered_callback_is_refused(offline: WechatPayProvider) -> None:
    body = callback(ORDER)
    signed = headers(rsa_key("wechat"), body, signed_at=NOW)
    for altered in (body.replace("EV-", "EW-"), body + " "):
        with pytest.raises(CallbackRefusedError, match="not signed"):
            offline.read_callback(signed, altered.encode(), NOW)
    for name in signed:
        with pytest.raises(CallbackRefusedError):
            offline.read_callback({**signed, name: ""}, body.encode(), NOW)


def test_a_key_that_cannot_be_read_is_told_at_the_start() -> None:
    good = account("http://127.0.0.1:9")
    for bad in (
        WechatPayAccount(MERCHANT, APP, "no key", "1", good.api_v3_key, good.public_keys),
        WechatPayAccount(MERCHANT, APP, good.private_key, "1", good.api_v3_key, {SERIAL: "no key"}),
        WechatPayAccount(MERCHANT, APP, good.private_key, "1", good.api_v3_key, {}),
    ):
        with pytest.raises(ValueError, match="key"):
            WechatPayProvider(bad)
