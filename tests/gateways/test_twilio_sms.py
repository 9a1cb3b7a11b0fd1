"""Twilio's official library against a server that answers as Twilio documents."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.notice import Language, NoticeKind
from florin.gateways import twilio_sms
from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage
from florin.gateways.twilio_sms import TwilioShortMessages
from tests.gateways.local_server import local_server, nobody
from tests.gateways.twilio_server import TwilioServer, account

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
CODE = ShortMessage("ntc_1", "+447700900123", "Your code is 482915.", NoticeKind.ONE_TIME_CODE, Language.EN)


@pytest.fixture
def server() -> TwilioServer:
    return TwilioServer()


@pytest.fixture
async def gateway(server: TwilioServer) -> AsyncIterator[TwilioShortMessages]:
    async with local_server(server.routes) as address:
        yield TwilioShortMessages(account(address))


async def test_a_message_is_our_own_text_from_our_number_or_service(server: TwilioServer) -> None:
    async with local_server(server.routes) as address:
        await TwilioShortMessages(account(address)).send(CODE, NOW)
        await TwilioShortMessages(account(address, "MG" + "0" * 32)).send(CODE, NOW)

    text = {"To": "+447700900123", "Body": "Your code is 482915."}
    assert [text | {"From": "+15017122661"}, text | {"MessagingServiceSid": "MG" + "0" * 32}] == server.posted


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21211, RefusedForGoodError),
        (400, 21610, RefusedForGoodError),
        (400, 21614, RefusedForGoodError),
        (400, 21408, NotNowError),
        (400, 99999, NotNowError),
        (429, 20429, GatewayAwayError),
        (401, 20003, GatewayAwayError),
        (500, 20500, GatewayAwayError),
        (503, None, GatewayAwayError),
    ],
)
async def test_what_concerns_the_number_is_told_from_what_concerns_all(
    server: TwilioServer, gateway: TwilioShortMessages, status: int, code: int | None, expected: type[Exception]
) -> None:
    server.status, server.code = status, code
    with pytest.raises(expected):
        await gateway.send(CODE, NOW)
    assert 1 == len(server.posted)


async def test_nobody_there_is_away() -> None:
    async with nobody() as address:
        with pytest.raises(GatewayAwayError):
            await TwilioShortMessages(account(address)).send(CODE, NOW)


async def test_what_was_sent_while_its_answer_was_lost_is_not_sent_again(
    server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_at = datetime.now(UTC)
    async with local_server(server.routes) as address:
        gateway = TwilioShortMessages(account(address))
        server.hangs_after_sending = True
        with monkeypatch.context() as hurried:
            hurried.setattr(twilio_sms, "TIMEOUT_S", 0.2)
            with pytest.raises(GatewayAwayError):
                await gateway.send(CODE, begun_at)
        await gateway.send(replace(CODE, begun_at=begun_at), begun_at)

    assert 1 == len(server.sent)


@pytest.mark.parametrize(
    ("body", "ago", "status", "times"),
    [
        ("Your code is 482915.", timedelta(), "sent", 1),
        ("Your code is 482915.", timedelta(), "failed", 2),
        ("Your code is 111111.", timedelta(), "sent", 2),
        ("Your code is 482915.", timedelta(days=1), "sent", 2),
    ],
)
async def test_what_may_have_been_sent_is_looked_for_by_its_text_and_time(
    server: TwilioServer, gateway: TwilioShortMessages, body: str, ago: timedelta, status: str, times: int
) -> None:
    server.send("+447700900123", body, NOW - ago, status)
    await gateway.send(replace(CODE, begun_at=NOW), NOW + timedelta(minutes=1))
    assert times == len(server.sent)
