"""What is logged, and that nothing of it is secret."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import structlog

from florin.api.logs import REDACTED, configure_logs, redact
from tests.api.client import Client, cny
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World

TOKEN = "fl_key_" + "0123456789abcdef" * 4 + "01234567"


@contextmanager
def json_logs() -> Iterator[None]:
    """Logs as in production, and afterwards as they were."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    configure_logs("debug", "json")
    try:
        yield
    finally:
        structlog.configure(**before)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)


@pytest.mark.parametrize(
    "secret",
    [
        "9123451234567890123",
        "9123 4512 3456 7890 123",
        "9123-4512-3456-7890-123",
        "12345678",
        "123456789012345678",
        "0123456789ABCDEFGHJK",
        "0123-4567-89AB-CDEF-GHJK",
        TOKEN,
        TOKEN.replace("key", "ses"),
        TOKEN.replace("key", "clm"),
        "Bearer abc.def",
    ],
)
def test_what_looks_like_a_secret_is_masked_wherever_it_stands(secret: str) -> None:
    for text in (secret, f"refused {secret}, sadly", f"'{secret}'"):
        event = {"event": text, "deep": [{"text": (text,)}]}
        assert secret not in json.dumps(redact(None, "info", event))


@pytest.mark.parametrize(
    "name", ["number", "pin", "PIN", "password", "Authorization", "e_code", "payment_code", "token"]
)
def test_a_field_that_could_hold_a_secret_is_emptied(name: str) -> None:
    assert {name: REDACTED, "in": {name: REDACTED}} == redact(None, "info", {name: "x", "in": {name: 7}})


def test_what_is_no_secret_stays() -> None:
    identifier = UUID("0197c0de-0000-7a3b-8c4d-5e6f70819203")
    event = {"event": "answered", "status": 200, "took_ms": 1.5, "id": identifier, "route": "/v1/cards/{card_id}"}
    assert {**event, "id": str(identifier)} == redact(None, "info", event)


async def test_no_secret_of_a_request_reaches_the_log(
    world: World, doors: Doors, shop: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    card, member = world.card(), world.member(principal_minor=1_00)
    code = world.payment_code(member).payment_code
    with json_logs():
        await show_every_secret(doors, card, doors.member(member), code)
        logging.getLogger("some.library").warning("sent %s and %s", card.number, shop.headers["Authorization"])
    shown = capsys.readouterr()
    written = shown.out + shown.err
    assert '"logger": "some.library"' in written
    assert '"route": "/v1/till/card-inquiries"' in written
    for secret in (card.number, card.pin, card.ecode, code, shop.headers["Authorization"].removeprefix("Bearer ")):
        assert secret not in written


async def show_every_secret(doors: Doors, card: KnownCard, member: Client, code: str) -> None:
    """Send each secret where it belongs, and where it does not."""
    shop, number_and_pin = doors.shop, {"number": card.number, "pin": card.pin}
    for pay_with in ({"card": number_and_pin}, {"e_code": card.ecode}, {"payment_code": code}):
        body = {"pay_with": pay_with, "amount": cny(1_00), "reference": fresh("ref")}
        await shop.post("/v1/purchases", body)
        await shop.post("/v1/purchases", {**body, "amount": pay_with})
        await shop.post(f"/v1/purchases/{card.number}/void")
    await shop.post("/v1/till/card-inquiries", number_and_pin, key=None)
    await shop.post("/v1/till/card-inquiries", {**number_and_pin, card.pin: 1}, key=None)
    await shop.get(f"/v1/cards/{card.number}")
    await member.post("/v1/me/load-previews", number_and_pin, key=None)
