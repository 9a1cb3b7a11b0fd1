"""Aliyun's official library against a server that answers as Aliyun documents."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.notice import Language, NoticeKind
from florin.gateways import aliyun_sms
from florin.gateways.aliyun_sms import AliyunShortMessages
from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage
from tests.gateways.aliyun_sms_server import AliyunSmsServer, account
from tests.gateways.local_server import local_server, nobody

CODE = ShortMessage(
    "ntc_1", "+8613912345678", "您的验证码为 482915。", NoticeKind.ONE_TIME_CODE, Language.EN, {"code": "482915"}
)


@pytest.fixture
def server() -> AliyunSmsServer:
    return AliyunSmsServer()


@pytest.fixture
async def gateway(server: AliyunSmsServer) -> AsyncIterator[AliyunShortMessages]:
    async with local_server(server.routes) as address:
        yield AliyunShortMessages(account(address))


async def test_a_message_goes_out_by_the_template_that_was_approved(
    server: AliyunSmsServer, gateway: AliyunShortMessages
) -> None:
    await gateway.send(CODE, datetime.now(UTC))

    (asked,) = server.asked
    assert {
        "PhoneNumbers": "13912345678", "SignName": "蜜坚果农场", "TemplateCode": "SMS_154950909", "OutId": "ntc_1",
    } == {name: value for name, value in asked.items() if name != "TemplateParam"}  # fmt: skip
    assert {"code": "482915"} == json.loads(asked["TemplateParam"])


async def test_a_number_abroad_keeps_its_country_code(server: AliyunSmsServer, gateway: AliyunShortMessages) -> None:
    await gateway.send(replace(CODE, number="+85251234567"), datetime.now(UTC))
    assert "85251234567" == server.asked[0]["PhoneNumbers"]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (200, "isv.MOBILE_NUMBER_ILLEGAL", RefusedForGoodError),
        (200, "isv.BLACK_KEY_CONTROL_LIMIT", RefusedForGoodError),
        (200, "isv.BUSINESS_LIMIT_CONTROL", NotNowError),
        (200, "isv.SMS_TEMPLATE_ILLEGAL", NotNowError),
        (200, "isv.WHATEVER_COMES_NEXT", NotNowError),
        (200, "isv.AMOUNT_NOT_ENOUGH", GatewayAwayError),
        (200, "isv.OUT_OF_SERVICE", GatewayAwayError),
        (400, "Throttling.User", GatewayAwayError),
        (403, "NoPermission", GatewayAwayError),
        (503, "ServiceUnavailable", GatewayAwayError),
    ],
)
async def test_what_concerns_the_number_is_told_from_what_concerns_all(
    server: AliyunSmsServer, gateway: AliyunShortMessages, status: int, code: str, expected: type[Exception]
) -> None:
    server.status, server.code = status, code
    with pytest.raises(expected):
        await gateway.send(CODE, datetime.now(UTC))
    assert 1 == len(server.asked)


async def test_a_kind_without_a_template_is_refused_and_one_without_its_value_waits(
    server: AliyunSmsServer, gateway: AliyunShortMessages
) -> None:
    with pytest.raises(RefusedForGoodError):
        await gateway.send(replace(CODE, kind=NoticeKind.BIRTHDAY), datetime.now(UTC))
    with pytest.raises(NotNowError, match="balance_figures"):
        await gateway.send(replace(CODE, kind=NoticeKind.LOW_BALANCE), datetime.now(UTC))
    assert [] == server.asked


async def test_wrong_keys_are_nobodys_fault_but_ours(server: AliyunSmsServer) -> None:
    async with local_server(server.routes) as address:
        with pytest.raises(GatewayAwayError, match="SignatureDoesNotMatch"):
            await AliyunShortMessages(replace(account(address), access_key_secret="wrong")).send(
                CODE, datetime.now(UTC)
            )


async def test_nobody_there_is_away() -> None:
    async with nobody() as address:
        with pytest.raises(GatewayAwayError):
            await AliyunShortMessages(account(address)).send(CODE, datetime.now(UTC))


async def test_what_was_sent_while_its_answer_was_lost_is_not_sent_again(
    server: AliyunSmsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliyun_sms, "READ_TIMEOUT_MS", 200)
    begun_at = datetime.now(UTC)
    async with local_server(server.routes) as address:
        gateway = AliyunShortMessages(account(address))
        server.hangs_after_sending = True
        with pytest.raises(GatewayAwayError):
            await gateway.send(CODE, begun_at)
        await gateway.send(replace(CODE, begun_at=begun_at), begun_at + timedelta(minutes=1))

    assert ["ntc_1"] == [each["OutId"] for each in server.sent]


@pytest.mark.parametrize(
    ("sent_at", "status", "out_id", "times"),
    [
        ("2026-03-02T15:59:00+00:00", 3, "ntc_1", 1),
        ("2026-03-02T16:00:10+00:00", 1, "ntc_1", 1),  # past midnight in Beijing
        ("2026-03-02T15:59:00+00:00", 2, "ntc_1", 2),
        ("2026-03-02T15:59:00+00:00", 3, "ntc_2", 2),
    ],
)
async def test_what_may_have_been_sent_is_looked_for_by_its_id_on_the_days_of_beijing(
    server: AliyunSmsServer, gateway: AliyunShortMessages, sent_at: str, status: int, out_id: str, times: int
) -> None:
    begun_at = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    before = {"OutId": out_id, "PhoneNumbers": "13912345678", "TemplateCode": "SMS_154950909"}
    server.send(before, datetime.fromisoformat(sent_at), status)

    await gateway.send(replace(CODE, begun_at=begun_at), begun_at + timedelta(hours=2))

    assert times == len(server.sent)
