"""Bad requests through the real door: each has its code, and leaves the book as it was."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from florin.domain.identifiers import parse_id
from tests.api.client import cny, code_of
from tests.api.conftest import open_session
from tests.till import fresh
from tests.whole.running import PATIENCE_S, Place, Service, wait_until
from tests.world import KnownCard, World

HUGE = 1_100_000
DEEP = 20_000


@pytest.fixture
def till(service: Service, place: Place) -> Iterator[httpx.Client]:
    """The shop's till."""
    with service.client(place.till) as client:
        yield client


@pytest.fixture
def rival(service: Service, place: Place) -> Iterator[httpx.Client]:
    """The till of another shop."""
    with service.client(place.rival) as client:
        yield client


@pytest.fixture(scope="module")
def card(place: Place) -> KnownCard:
    """A card with money on it."""
    return place.world.card()


def purchase(card: KnownCard, amount: object = 1_00) -> dict[str, Any]:
    return {
        "pay_with": {"card": {"number": card.number, "pin": card.pin}},
        "amount": {"amount": amount, "currency": "CNY"},
        "reference": fresh("bad"),
    }


def post(client: httpx.Client, path: str, body: object) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": fresh("bad")})


def done(client: httpx.Client, path: str, body: object) -> Any:  # noqa: ANN401 (JSON)
    reply = post(client, path, body)
    assert reply.is_success, reply.text
    return reply.json()


@pytest.fixture
def same_book(place: Place) -> Iterator[None]:
    """The book must be the same after the test as it was at the beginning."""
    before = place.world.everything_that_counts()
    yield
    assert before == place.world.everything_that_counts()


# What is no JSON, or JSON that says too much ------------------------------------------------------------------------


def spoilt(card: KnownCard) -> dict[str, tuple[bytes, tuple[int, str]]]:
    """Bodies by what is wrong with them, each with its answer."""
    text = json.dumps(purchase(card))
    malformed, invalid = (400, "malformed_json"), (422, "invalid_request")
    return {
        "nothing": (b"", malformed),
        "a text that breaks off": (text[:-20].encode(), malformed),
        "bytes that are no UTF-8": (text.replace("bad-", "\udcff").encode("utf-8", "surrogateescape"), malformed),
        "UTF-16": (text.encode("utf-16"), malformed),
        "a byte order mark": (b"\xef\xbb\xbf" + text.encode(), malformed),
        "deep nesting": (b"[" * DEEP + b"]" * DEEP, malformed),
        "NaN": (text.replace("100", "NaN").encode(), malformed),
        "infinity": (text.replace("100", "-Infinity").encode(), malformed),
        "a comment": (text.encode() + b"// thanks", malformed),
        "two documents": (text.encode() * 2, malformed),
        "more than fits": (text.encode() + b" " * HUGE, (413, "body_too_large")),
        "a float": (text.replace("100", "100.0").encode(), invalid),
        "a power of ten": (text.replace("100", "1e2").encode(), invalid),
        "zero": (text.replace("100", "0").encode(), invalid),
        "a negative amount": (text.replace("100", "-100").encode(), invalid),
        "more than any card can hold": (text.replace("100", "9" * 19).encode(), invalid),
        "more digits than a computer likes": (text.replace("100", "9" * 5_000).encode(), invalid),
        "a field given twice": (text.replace('"amount": 100', '"amount": 900, "amount": 100').encode(), invalid),
        "an unknown field": ((text[:-1] + ', "tip": 1}').encode(), invalid),
        "a list": (f"[{text}]".encode(), invalid),
    }


FAULTS = list(spoilt(KnownCard(uuid4(), "", "", "")))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("same_book")
def test_a_spoilt_purchase_is_refused(till: httpx.Client, card: KnownCard, fault: str) -> None:
    content, expected = spoilt(card)[fault]
    headers = {"Idempotency-Key": fresh("bad"), "Content-Type": "application/json"}
    assert expected == code_of(till.post("/v1/purchases", content=content, headers=headers))


@pytest.mark.parametrize("fault", [each for each in FAULTS if each != "a list"])
@pytest.mark.usefixtures("same_book")
def test_a_spoilt_registration_is_refused_alike(service: Service, card: KnownCard, fault: str) -> None:
    content, expected = spoilt(card)[fault]
    with service.client() as nobody:
        reply = nobody.post("/v1/members", content=content, headers={"Content-Type": "application/json"})
    assert expected == code_of(reply)


# Requests that are not what they announce ---------------------------------------------------------------------------


def raw(service: Service, text: bytes) -> bytes:
    """What the service answers to these bytes, after which the client says no more."""
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer


def head(place: Place, *lines: str) -> bytes:
    """The head of a purchase."""
    ours = ("POST /v1/purchases HTTP/1.1", "Host: florin.test", f"Authorization: Bearer {place.till}")
    more = (f"Idempotency-Key: {fresh('raw')}", "Content-Type: application/json", *lines)
    return "\r\n".join([*ours, *more, "", ""]).encode()


@pytest.mark.usefixtures("same_book")
def test_a_body_shorter_than_announced_is_never_carried_out(service: Service, place: Place, card: KnownCard) -> None:
    body = json.dumps(purchase(card)).encode()
    assert b"" == raw(service, head(place, f"Content-Length: {len(body) + 1}") + body)
    chunk = f"{len(body) + 9:x}\r\n".encode() + body
    assert b"" == raw(service, head(place, "Transfer-Encoding: chunked") + chunk)


@pytest.mark.usefixtures("same_book")
def test_a_body_longer_than_announced_is_cut_and_refused(service: Service, place: Place, card: KnownCard) -> None:
    body = json.dumps(purchase(card)).encode()
    answer = raw(service, head(place, f"Content-Length: {len(body) - 1}", "Connection: close") + body)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"malformed_json" in answer


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: seven",),
        ("Content-Length: -1",),
        ("Content-Length: 10", "Content-Length: 11"),
        ("Content-Length: 10", "Transfer-Encoding: chunked"),
        ("No colon in this line",),
    ],
)
@pytest.mark.usefixtures("same_book")
def test_a_head_that_contradicts_itself_is_refused(
    service: Service, place: Place, card: KnownCard, lines: tuple[str, ...]
) -> None:
    answer = raw(service, head(place, *lines) + json.dumps(purchase(card)).encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert service.is_ready()


# What is well formed and must not be ---------------------------------------------------------------------------------


def refused(world: World, expected: tuple[int, str], client: httpx.Client, path: str, body: object) -> None:
    """Send a request that is refused so, and leaves the book as it was."""
    before = world.everything_that_counts()
    assert expected == code_of(post(client, path, body))
    assert before == world.everything_that_counts()


def test_another_currency_is_declined(till: httpx.Client, place: Place, card: KnownCard) -> None:
    body = {**purchase(card), "amount": {"amount": 1_00, "currency": "EUR"}}
    refused(place.world, (422, "currency_mismatch"), till, "/v1/purchases", body)


def test_what_another_merchant_did_is_not_there(
    till: httpx.Client, rival: httpx.Client, place: Place, card: KnownCard
) -> None:
    bought = done(till, "/v1/purchases", purchase(card))
    held = done(till, "/v1/holds", purchase(card))
    refused(place.world, (404, "purchase_not_found"), rival, f"/v1/purchases/{bought['id']}/void", {})
    refund = {"amount": cny(1), "reference": fresh("bad")}
    refused(place.world, (404, "purchase_not_found"), rival, f"/v1/purchases/{bought['id']}/refunds", refund)
    refused(place.world, (404, "hold_not_found"), rival, f"/v1/holds/{held['id']}/release", {})
    capture = {"reference": fresh("bad")}
    refused(place.world, (404, "hold_not_found"), rival, f"/v1/holds/{held['id']}/capture", capture)
    assert (404, "purchase_not_found") == code_of(rival.get(f"/v1/purchases/{bought['id']}"))
    assert (404, "hold_not_found") == code_of(rival.get(f"/v1/holds/{held['id']}"))


def test_an_expired_hold_is_over(till: httpx.Client, place: Place, card: KnownCard) -> None:
    held = done(till, "/v1/holds", {**purchase(card), "lifetime_s": 1})
    hold_id = parse_id("hold", held["id"])
    wait_until(
        lambda: ("expired",) == place.world.one("SELECT status FROM hold WHERE id = %s", hold_id), "the hold expired"
    )
    capture = {"reference": fresh("bad")}
    refused(place.world, (409, "hold_expired"), till, f"/v1/holds/{held['id']}/capture", capture)
    refused(place.world, (409, "hold_expired"), till, f"/v1/holds/{held['id']}/release", {})


def test_a_closed_member_pays_and_loads_no_more(service: Service, till: httpx.Client, place: Place) -> None:
    world = place.world
    member = world.member()
    recharge = world.card(kind="recharge")
    with service.client(open_session(world, member)) as client:
        code = done(client, "/v1/me/payment-codes", {})["code"]
        world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", [member.id])
        body = {"pay_with": {"payment_code": code}, "amount": cny(1_00), "reference": fresh("bad")}
        refused(world, (403, "member_not_active"), till, "/v1/purchases", body)
        refused(world, (401, "unauthenticated"), client, "/v1/me/payment-codes", {})
        load = {"number": recharge.number, "pin": recharge.pin}
        refused(world, (401, "unauthenticated"), client, "/v1/me/loads", load)
