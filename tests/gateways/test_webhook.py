"""One attempt, against receivers that mean no good and over real TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from florin.crypto.webhook_secrets import new_webhook_secret
from florin.gateways.webhook import MOST_ANSWER_BYTES, WebhookAnswer, WebhookMessage, WebhookSender
from tests.certificates import make_certificate
from tests.receiver import Received, Receiver, open_receiver, status

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MESSAGE = WebhookMessage("evt_1", b'{"type": "x"}', [new_webhook_secret()])


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as opened:
        yield opened


async def _sent(
    url: str, *, loopback: bool = True, timeout_s: float = 15, tls: ssl.SSLContext | None = None
) -> WebhookAnswer:
    async with WebhookSender(url, loopback=loopback, timeout_s=timeout_s, tls=tls) as sender:
        return await sender.send(MESSAGE, NOW)


@pytest.mark.parametrize("code", [200, 204, 299])
async def test_every_success_counts(receiver: Receiver, code: int) -> None:
    receiver.code = code
    assert WebhookAnswer(code, None) == await _sent(receiver.url())


async def test_a_redirect_is_refused_and_not_followed(receiver: Receiver) -> None:
    async def redirect(_: Received) -> bytes:
        return status(307, f"location: {receiver.url()}")

    receiver.answer = redirect
    assert WebhookAnswer(307, "answered 307") == await _sent(receiver.url())
    assert 1 == len(receiver.received)


async def test_an_endless_answer_is_read_no_further_than_need_be(receiver: Receiver) -> None:
    async def endless(_: Received) -> bytes:
        return b"HTTP/1.1 200 Fine\r\ncontent-length: 999999999999\r\n\r\n" + b"x" * (MOST_ANSWER_BYTES * 4)

    receiver.answer = endless
    assert WebhookAnswer(200, None) == await _sent(receiver.url())


async def test_who_takes_too_long_is_not_waited_for(receiver: Receiver) -> None:
    async def hang(_: Received) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    receiver.answer = hang
    assert WebhookAnswer(None, "no answer in time") == await _sent(receiver.url(), timeout_s=0.2)


async def test_what_is_not_http_is_a_failure(receiver: Receiver) -> None:
    async def babble(_: Received) -> bytes:
        return b"220 mail ready\r\n\r\n"

    receiver.answer = babble
    assert WebhookAnswer(None, "the answer was not HTTP") == await _sent(receiver.url())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
async def test_this_machine_is_not_called_however_it_is_spelled(receiver: Receiver, host: str) -> None:
    answer = await _sent(receiver.url(host, "https"), loopback=False)
    assert answer.failure in {"the address is not public", "the name is not known"}
    assert [] == receiver.received


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (503, "120", timedelta(minutes=2)),
        (429, "Mon, 02 Mar 2026 04:05:00 GMT", timedelta(minutes=5)),
        (503, "Mon, 02 Mar 2026 03:00:00 GMT", None),
        (503, "soon", None),
        (503, "-5", None),
        (503, "9" * 5000, None),
        (503, "\u00b2", None),
        (204, "120", None),
    ],
)
async def test_a_receiver_says_when_to_come_back(
    receiver: Receiver, code: int, said: str, expected: timedelta | None
) -> None:
    async def later(_: Received) -> bytes:
        return status(code, f"retry-after: {said}")

    receiver.answer = later
    assert expected == (await _sent(receiver.url())).asked


async def test_nobody_listens(receiver: Receiver) -> None:
    assert WebhookAnswer(None, "no connection") == await _sent("http://127.0.0.1:1/hook")
    assert [] == receiver.received


@pytest.mark.parametrize(("name", "expected"), [("localhost", None), ("other.example", "no connection")])
async def test_the_certificate_must_be_of_the_name(tmp_path: Path, name: str, expected: str | None) -> None:
    certificate, key = make_certificate(tmp_path, name)
    ours, theirs = ssl.create_default_context(cafile=certificate), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate, key)

    async with open_receiver(theirs) as receiver:
        answer = await _sent(receiver.url("localhost", "https"), tls=ours)

    assert expected == answer.failure
    assert (expected is None) == (["evt_1"] == receiver.ids)
    assert all(f"localhost:{receiver.port}" == each.headers["host"] for each in receiver.received)
