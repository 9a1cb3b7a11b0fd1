"""The gateway and the provider to practise with, over HTTP: all that a payment can meet."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from florin.domain.statement_file import FileFormat
from florin.domain.statement_line import LineKind, StatementLine
from florin.gateways.payment_provider import (
    Callback,
    CallbackRefusedError,
    PaymentFound,
    PaymentState,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundFound,
    RefundState,
)
from florin.reconciliation.files.read_file import read_file
from florin.sandbox_provider.signing import load_signing_key
from tests.running_sandbox import PATIENCE_S, Letterbox, Sandbox, payment_wanted, refund_wanted, running_sandbox

A, B = "a" * 32, "b" * 32


@pytest.fixture
def merchant() -> Letterbox:
    return Letterbox()


@pytest.fixture
async def sandbox(tmp_path: Path, merchant: Letterbox) -> AsyncIterator[Sandbox]:
    async with running_sandbox(tmp_path, merchant) as sandbox:
        yield sandbox


def read(sandbox: Sandbox, letter: httpx.Request, now: datetime | None = None) -> Callback:
    return sandbox.provider.read_callback(letter.headers, letter.content, now or datetime.now(UTC))


async def test_a_person_pays_and_the_merchant_is_told_once(sandbox: Sandbox, merchant: Letterbox) -> None:
    offer = await sandbox.provider.create(payment_wanted())
    assert "10" in (await sandbox.client.get(offer.pay_url)).text
    assert 303 == (await sandbox.pay(offer)).status_code
    (letter,) = await merchant.wait_for(1)
    found = read(sandbox, letter).found
    assert isinstance(found, PaymentFound)
    assert (A, PaymentState.PAID, 10_000, "CNY") == (found.reference, found.state, found.amount_minor, found.unit)
    assert found == await sandbox.provider.find(A, None)
    assert offer.provider_reference == found.provider_reference
    assert {"sent": 0, "taken": 0} == await sandbox.send_now()


async def test_what_a_merchant_writes_on_the_page_is_text(sandbox: Sandbox) -> None:
    offer = await sandbox.provider.create(payment_wanted(description="<script>alert(1)</script>"))
    page = await sandbox.client.get(offer.pay_url)
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>" not in page.text
    with pytest.raises(ProviderRefusedError, match="invalid_body"):
        await sandbox.provider.create(payment_wanted(B, return_url="javascript:alert(1)"))


async def test_the_same_payment_once_more_is_the_same_and_another_amount_is_refused(sandbox: Sandbox) -> None:
    wanted = payment_wanted()
    assert await sandbox.provider.create(wanted) == await sandbox.provider.create(wanted)
    with pytest.raises(ProviderRefusedError, match="reference_used"):
        await sandbox.provider.create(payment_wanted(amount_minor=9_999))


async def test_a_payment_that_was_refused_by_the_person_is_closed(sandbox: Sandbox, merchant: Letterbox) -> None:
    offer = await sandbox.provider.create(payment_wanted())
    await sandbox.refuse(offer)
    (letter,) = await merchant.wait_for(1)
    found = read(sandbox, letter).found
    assert isinstance(found, PaymentFound)
    assert PaymentState.CLOSED is found.state
    assert 409 == (await sandbox.pay(offer)).status_code


async def test_a_closed_payment_cannot_be_paid_and_a_paid_one_not_closed(sandbox: Sandbox) -> None:
    offer = await sandbox.provider.create(payment_wanted())
    await sandbox.provider.close(A, None)
    await sandbox.provider.close(A, None)
    assert 409 == (await sandbox.pay(offer)).status_code
    other = await sandbox.provider.create(payment_wanted(B))
    await sandbox.pay(other)
    with pytest.raises(ProviderRefusedError, match="already_paid"):
        await sandbox.provider.close(B, None)
    await sandbox.provider.close("c" * 32, None)


async def test_an_expired_payment_is_closed(sandbox: Sandbox) -> None:
    soon = datetime.now(UTC) + timedelta(milliseconds=300)
    offer = await sandbox.provider.create(payment_wanted(expires_at=soon))
    while datetime.now(UTC) < soon:
        await sandbox.client.get(offer.pay_url)
    assert 409 == (await sandbox.pay(offer)).status_code
    found = await sandbox.provider.find(A, None)
    assert found is not None
    assert PaymentState.CLOSED is found.state


async def test_what_the_provider_has_never_heard_of_is_none(sandbox: Sandbox) -> None:
    assert await sandbox.provider.find(A, None) is None
    assert await sandbox.provider.find_refund(refund_wanted()) is None


async def test_a_refund_is_paid_once_and_never_more_than_was_paid(sandbox: Sandbox, merchant: Letterbox) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    wanted = refund_wanted(amount_minor=6_000)
    refund = await sandbox.provider.refund(wanted)
    assert RefundState.PAID is refund.state
    assert refund == await sandbox.provider.refund(wanted) == await sandbox.provider.find_refund(wanted)
    assert refund == read(sandbox, (await merchant.wait_for(2))[1]).found
    with pytest.raises(ProviderRefusedError, match="reference_used"):
        await sandbox.provider.refund(refund_wanted(amount_minor=5_000))
    with pytest.raises(ProviderRefusedError, match="more_than_was_paid"):
        await sandbox.provider.refund(refund_wanted("c" * 32, 4_001))


async def test_only_a_paid_payment_is_refunded(sandbox: Sandbox) -> None:
    with pytest.raises(ProviderRefusedError, match="not_found"):
        await sandbox.provider.refund(refund_wanted())
    await sandbox.provider.create(payment_wanted())
    with pytest.raises(ProviderRefusedError, match="not_paid"):
        await sandbox.provider.refund(refund_wanted())


@pytest.mark.parametrize("paid", [True, False])
async def test_a_refund_may_wait_and_then_be_paid_or_fail(sandbox: Sandbox, merchant: Letterbox, *, paid: bool) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    await sandbox.behave(refunds="pending")
    assert RefundState.PENDING is (await sandbox.provider.refund(refund_wanted())).state
    await sandbox.settle(B, paid=paid)
    found = read(sandbox, (await merchant.wait_for(2))[1]).found
    assert isinstance(found, RefundFound)
    assert found.state is (RefundState.PAID if paid else RefundState.FAILED)


async def test_a_different_amount_is_paid_only_on_request_and_told_as_it_is(
    sandbox: Sandbox, merchant: Letterbox
) -> None:
    offer = await sandbox.provider.create(payment_wanted())
    await sandbox.behave(paid_off_by_minor=-1)
    await sandbox.pay(offer)
    found = read(sandbox, (await merchant.wait_for(1))[0]).found
    assert 9_999 == found.amount_minor
    assert found == await sandbox.provider.find(A, None)


async def test_copies_and_orders_of_notifications_are_as_asked_for(sandbox: Sandbox, merchant: Letterbox) -> None:
    await sandbox.behave(hold=True, copies=3)
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    await sandbox.pay(await sandbox.provider.create(payment_wanted(B)))
    assert [] == merchant.letters
    assert {"sent": 2, "taken": 2} == await sandbox.send_now(order="newest_first")
    letters = await merchant.wait_for(6)
    assert [B, A] == [read(sandbox, each).found.reference for each in letters[:2]]
    assert 2 == len({read(sandbox, each).event_id for each in letters})
    assert {"sent": 2, "taken": 2} == await sandbox.send_now(taken=True)


async def test_a_merchant_who_does_not_take_it_is_told_again_by_the_schedule(
    sandbox: Sandbox, merchant: Letterbox
) -> None:
    merchant.status = 500
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    await merchant.wait_for(1)
    async with asyncio.timeout(PATIENCE_S):
        while not (notification := (await sandbox.notifications())[0])["failures"]:
            pass
    away = datetime.fromisoformat(notification["next_at"]) - datetime.now(UTC)
    assert timedelta(seconds=5) < away <= timedelta(seconds=15)
    merchant.status = 204
    assert {"sent": 1, "taken": 1} == await sandbox.send_now()


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        ("signature", "not signed by the provider"),
        ("body", "not signed by the provider"),
        ("serial", "signed by a key that is not on our list"),
        ("age", "too old, or from the future"),
    ],
)
async def test_a_forged_altered_unknown_or_old_notification_is_refused(
    sandbox: Sandbox, merchant: Letterbox, forge: str, reason: str
) -> None:
    await sandbox.behave(forge=forge)
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    (letter,) = await merchant.wait_for(1)
    with pytest.raises(CallbackRefusedError) as refused:
        read(sandbox, letter)
    assert reason == refused.value.reason


async def test_a_notification_is_good_for_five_minutes_both_ways_of_our_clock(
    sandbox: Sandbox, merchant: Letterbox
) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    (letter,) = await merchant.wait_for(1)
    signed_at = datetime.fromtimestamp(int(letter.headers["sandbox-timestamp"]), UTC)
    for minutes in (-5, 5):
        read(sandbox, letter, signed_at + timedelta(minutes=minutes))
    for seconds in (-301, 301, 5 * 365 * 86_400):
        with pytest.raises(CallbackRefusedError, match="too old"):
            read(sandbox, letter, signed_at + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sandbox-signature": "no base 64"},
        {"sandbox-signature": "AAAA"},
        {"sandbox-nonce": "other"},
        {"sandbox-timestamp": "1"},
        {"sandbox-timestamp": "now"},
    ],
)
async def test_a_notification_with_a_header_that_is_not_its_own_is_refused(
    sandbox: Sandbox, merchant: Letterbox, headers: dict[str, str]
) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    (letter,) = await merchant.wait_for(1)
    with pytest.raises(CallbackRefusedError):
        sandbox.provider.read_callback(
            {**letter.headers, **headers} if headers else {}, letter.content, datetime.now(UTC)
        )


@pytest.mark.parametrize(
    "field",
    [
        {"paid_amount_minor": 0},
        {"paid_amount_minor": 2**63},
        {"amount_minor": -1},
        {"reference": "zero\0"},
        {"paid_at": "2026-03-02T04:00:00"},
    ],
)
async def test_a_signed_notification_that_nothing_can_be_made_of_is_refused(
    sandbox: Sandbox, merchant: Letterbox, field: dict[str, object]
) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    (letter,) = await merchant.wait_for(1)
    told = json.loads(letter.content)
    body = json.dumps({**told, "payment": {**told["payment"], **field}}).encode()
    now = datetime.now(UTC)
    signed = load_signing_key(sandbox.merchant_file.with_name("signing-key.pem")).headers(body, int(now.timestamp()))
    headers = {name.lower(): value for name, value in signed.items()}
    with pytest.raises(CallbackRefusedError, match="not of the form"):
        sandbox.provider.read_callback(headers, body, now)


async def test_what_is_about_another_merchant_is_not_believed(sandbox: Sandbox, merchant: Letterbox) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    (letter,) = await merchant.wait_for(1)
    account = sandbox.provider._account  # noqa: SLF001 (the same keys, another merchant)
    other = type(sandbox.provider)(type(account)(account.address, "another", account.api_key, account.public_keys))
    with pytest.raises(ProviderUnavailableError, match="about something else"):
        await other.find(A, None)
    with pytest.raises(CallbackRefusedError, match="about no payment"):
        other.read_callback(letter.headers, letter.content, datetime.now(UTC))


async def test_a_provider_that_does_not_answer_leaves_us_in_doubt(sandbox: Sandbox) -> None:
    await sandbox.behave(answers="unavailable")
    with pytest.raises(ProviderUnavailableError):
        await sandbox.provider.create(payment_wanted())
    await sandbox.behave(answers="lost")
    with pytest.raises(ProviderUnavailableError):
        await sandbox.provider.create(payment_wanted())
    await sandbox.behave()
    assert await sandbox.provider.find(A, None) is not None


async def test_a_provider_that_is_gone_leaves_us_in_doubt(tmp_path: Path) -> None:
    async with running_sandbox(tmp_path) as sandbox:
        pass
    for asked in (
        sandbox.provider.create(payment_wanted()),
        sandbox.provider.find(A, None),
        sandbox.provider.close(A, None),
        sandbox.provider.refund(refund_wanted()),
        sandbox.provider.find_refund(refund_wanted()),
        sandbox.provider.bill(datetime.now(UTC).date()),
    ):
        with pytest.raises(ProviderUnavailableError):
            await asked


async def test_a_wrong_key_says_nothing_about_the_payment(sandbox: Sandbox) -> None:
    account = sandbox.provider._account  # noqa: SLF001 (the same account, a wrong key)
    stranger = type(sandbox.provider)(type(account)(account.address, account.merchant_id, "wrong", account.public_keys))
    with pytest.raises(ProviderUnavailableError):
        await stranger.find(A, None)


async def test_the_bill_of_a_day_is_there_on_the_next(sandbox: Sandbox) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    with pytest.raises(ProviderRefusedError, match="no_statement_yet"):
        await sandbox.provider.bill(today)
    await sandbox.behave(bills_at_once=True)
    assert A in (await sandbox.provider.bill(today)).decode()
    assert A not in (await sandbox.provider.bill(today - timedelta(days=1))).decode()


async def test_its_bills_are_read_and_foot(sandbox: Sandbox) -> None:
    await sandbox.pay(await sandbox.provider.create(payment_wanted()))
    await sandbox.pay(await sandbox.provider.create(payment_wanted(B)))
    await sandbox.provider.refund(refund_wanted(B))
    await sandbox.behave(bills_at_once=True)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    trade = lines_in(FileFormat.WECHAT_TRADE, await sandbox.provider.bill(today))
    assert {(A, LineKind.CREDIT), (B, LineKind.CREDIT)} <= {(each.key, each.kind) for each in trade}
    funds = lines_in(FileFormat.WECHAT_FUND_FLOW, await sandbox.provider.fund_flow_bill(today))
    paid = sum(each.signed_minor - each.fee_minor for each in trade)
    assert paid == sum(each.signed_minor for each in funds if each.kind is not LineKind.PAYOUT)


def lines_in(form: FileFormat, raw: bytes) -> list[StatementLine]:
    return [each for each in read_file(form, BytesIO(raw), "CNY") if isinstance(each, StatementLine)]


async def test_what_was_answered_is_there_after_a_restart(tmp_path: Path) -> None:
    merchant = Letterbox()
    merchant.status = 500
    async with running_sandbox(tmp_path, merchant) as sandbox:
        offer = await sandbox.provider.create(payment_wanted())
        await sandbox.pay(offer)
        await merchant.wait_for(1)
        found = await sandbox.provider.find(A, None)
    merchant.status = 204
    async with running_sandbox(tmp_path, merchant) as sandbox:
        assert found == await sandbox.provider.find(A, None)
        await sandbox.send_now()
        assert found == read(sandbox, merchant.letters[-1]).found
        assert A in json.dumps(await sandbox.notifications())
