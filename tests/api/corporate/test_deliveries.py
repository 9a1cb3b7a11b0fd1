"""Deliveries over HTTP, as a customer's buyer and approver."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import httpx
import pytest

from florin.crypto.password_file import unzip
from florin.crypto.recipient_file import decrypt_file, new_identity
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.domain.throttle_rules import CODE_BY_LOGIN
from florin.storage.fresh_ids import fresh_id
from tests.api.client import Client, Json, code_of
from tests.api.conftest import Doors
from tests.api.test_logs import json_logs
from tests.batch.orders.delivery_desk import rows_of
from tests.corporate import Corporate, KnownOrder, code_at
from tests.till import fresh
from tests.world import NOON, World

IDENTITIES = {part: new_identity() for part in ("numbers", "pins")}


class Company:
    """A customer with an order that is ready, a buyer, an approver and delivery keys."""

    def __init__(self, doors: Doors, world: World) -> None:
        self.corporate = corporate = Corporate(world)
        self.world = world
        self.id = corporate.customer(funding_minor=10_000_00)
        self._buyer = corporate.person(Role.BUYER, customer=self.id)
        self._approver = corporate.person(Role.APPROVER, customer=self.id)
        self.buyer, self.approver = doors.person(self._buyer), doors.person(self._approver)
        self.order: KnownOrder = corporate.order(self.id, OrderStatus.READY)
        for part, (_, recipient) in IDENTITIES.items():
            world.insert(
                "customer_proposal",
                id=fresh_id(), customer_id=self.id, purpose=part, recipient=recipient, status="in_force",
                proposed_by=self._buyer.login_id, proposed_person=self._buyer.person_id, proposed_at=NOON,
                decided_by=self._approver.login_id, decided_person=self._approver.person_id, decided_at=NOON,
            )  # fmt: skip

    def code(self) -> str:
        """A right code of whoever shows it next; what was spent before is forgotten, as if time had passed."""
        people = [self._buyer.login_id, self._approver.login_id]
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL WHERE id = ANY(%s)", (people,))
        return code_at(datetime.now(UTC))

    def path(self, order: UUID | None = None) -> str:
        return f"/v1/orders/{wire_id('order', order or self.order.id)}/deliveries"

    async def ask(self, part: str = "numbers", form: str = "age", **options: str) -> httpx.Response:
        body = {"part": part, "form": form, "totp_code": self.code()}
        return await self.buyer.post(self.path(), body, **options)

    async def asked(self, part: str = "numbers", form: str = "age") -> Json:
        response = await self.ask(part, form)
        assert 201 == response.status_code, response.text
        return response.json()

    async def file(self, delivery: Json, client: Client | None = None) -> httpx.Response:
        return await (client or self.buyer).post(f"/v1/deliveries/{delivery['id']}/file", key=None)

    async def step_up(self, delivery: Json, action: str, client: Client | None = None) -> httpx.Response:
        body = {"totp_code": self.code()}
        return await (client or self.approver).post(f"/v1/deliveries/{delivery['id']}/{action}", body, key=None)


@pytest.fixture
def company(doors: Doors, world: World) -> Company:
    return Company(doors, world)


async def test_a_sealed_file_is_fetched_once_with_its_digest(company: Company) -> None:
    delivery = await company.asked()
    response = await company.file(delivery)

    assert 200 == response.status_code
    assert "application/age-encryption" == response.headers["content-type"]
    assert f'attachment; filename="{delivery["id"]}.csv.age"' == response.headers["content-disposition"]
    assert "no-store" == response.headers["cache-control"]
    digest = hashlib.sha256(response.content).digest()
    assert f"sha-256=:{base64.b64encode(digest).decode()}:" == response.headers["repr-digest"]
    plain = BytesIO()
    decrypt_file(BytesIO(response.content), plain, IDENTITIES["numbers"][0])
    assert [card.number for card in company.order.cards[0]] == [row["number"] for row in rows_of(plain.getvalue())]

    assert (409, "delivery_fetched") == code_of(await company.file(delivery))
    receipt = (await company.approver.get(f"/v1/deliveries/{delivery['id']}")).json()
    assert (digest.hex(), len(response.content), "fetched") == (
        receipt["sha256"], receipt["size_bytes"], receipt["status"],
    )  # fmt: skip
    assert receipt["requested_by"] == receipt["fetched_by"]
    assert [receipt] == (await company.buyer.get(company.path())).json()["items"]


async def test_of_fifty_downloads_at_once_one_gets_the_file(company: Company) -> None:
    delivery = await company.asked()

    answers = await asyncio.gather(*(company.file(delivery) for _ in range(50)))

    assert 1 == [each.status_code for each in answers].count(200)
    assert {(409, "delivery_fetched"), (503, "busy")} >= {code_of(each) for each in answers if each.is_error}


async def test_a_zip_file_and_its_password_go_to_two_people(company: Company) -> None:
    delivery = await company.asked("pins", "zip")
    file = await company.file(delivery)
    assert "application/zip" == file.headers["content-type"]

    assert (403, "insufficient_scope") == code_of(await company.step_up(delivery, "password", company.buyer))
    read = await company.step_up(delivery, "password")
    assert "no-store" == read.headers["cache-control"]
    ((name, plain),) = unzip(BytesIO(file.content), read.json()["password"]).items()
    assert f"{delivery['id']}.csv" == name
    assert [card.pin for card in company.order.cards[0]] == [row["pin"] for row in rows_of(plain)]
    assert (409, "delivery_password_read") == code_of(await company.step_up(delivery, "password"))
    sealed = await company.asked()
    assert (409, "delivery_has_no_password") == code_of(await company.step_up(sealed, "password"))


async def test_a_second_export_waits_for_a_second_person(company: Company) -> None:
    await company.file(await company.asked())
    again = await company.asked()

    assert (True, "waiting_for_approval") == (again["is_repetition"], again["status"])
    assert (403, "approval_required") == code_of(await company.file(again))
    assert "open" == (await company.step_up(again, "approve")).json()["status"]
    assert 200 == (await company.file(again)).status_code
    third = await company.asked()
    assert "refused" == (await company.step_up(third, "refuse")).json()["status"]
    assert (409, "delivery_not_in_state") == code_of(await company.file(third))


async def test_the_same_request_again_shows_the_delivery(company: Company) -> None:
    key = fresh("delivery")
    first = await company.ask(key=key)
    again = await company.ask(key=key)

    assert (201, None) == (first.status_code, first.headers.get("Idempotent-Replayed"))
    assert (201, "true") == (again.status_code, again.headers.get("Idempotent-Replayed"))
    assert first.json() == again.json()
    assert (422, "idempotency_key_reused") == code_of(await company.ask("pins", key=key))
    missing = await company.buyer.post(
        company.path(), {"part": "pins", "form": "age", "totp_code": company.code()}, key=None
    )
    assert (400, "idempotency_key_missing") == code_of(missing)


async def test_a_code_is_needed_and_counts_once(company: Company) -> None:
    body = {"part": "numbers", "form": "age", "totp_code": company.code()}

    assert 201 == (await company.buyer.post(company.path(), body)).status_code
    assert (422, "totp_code_incorrect") == code_of(await company.buyer.post(company.path(), {**body, "part": "pins"}))
    wrong = await company.buyer.post(company.path(), {**body, "part": "pins", "totp_code": "x"})
    assert (422, "totp_code_incorrect") == code_of(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"part": "both"},
        {"form": "plain"},
        {"replacements": []},
        {"replacements": ["=1-1"]},
        {"replacements": ["1-1", "1-000001"]},
        {"totp_code": None},
        {"recipient": "age1"},
    ],
)
async def test_a_request_in_bad_form_is_refused(company: Company, changes: Json) -> None:
    body = {"part": "numbers", "form": "age", "totp_code": company.code(), **changes}
    assert (422, "invalid_request") == code_of(await company.buyer.post(company.path(), body))


async def test_a_stranger_hears_of_no_delivery(company: Company, doors: Doors, world: World) -> None:
    delivery = await company.asked("pins", "zip")
    stranger = Company(doors, world)

    assert (404, "delivery_not_found") == code_of(await company.file(delivery, stranger.buyer))
    assert (404, "delivery_not_found") == code_of(await stranger.approver.get(f"/v1/deliveries/{delivery['id']}"))
    for action in ("approve", "refuse", "password"):
        assert (404, "delivery_not_found") == code_of(await company.step_up(delivery, action, stranger.approver))
    assert (404, "order_not_found") == code_of(await stranger.buyer.get(company.path()))
    body = {"part": "pins", "form": "age", "totp_code": "000000"}
    assert (404, "order_not_found") == code_of(await stranger.buyer.post(company.path(), body))


async def test_nothing_secret_of_a_delivery_is_logged_or_told(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    with json_logs():
        delivery = await company.asked("pins", "zip")
        fetched = await company.file(delivery)
        password = (await company.step_up(delivery, "password")).json()["password"]
        await company.file(delivery)
        receipt = await company.buyer.get(f"/v1/deliveries/{delivery['id']}")
    captured = capsys.readouterr()
    texts = [captured.err, captured.out, json.dumps(delivery), receipt.text, str(fetched.headers)]

    secrets = [password, *(text for card in company.order.cards[0] for text in (card.number, card.pin, card.ecode))]
    assert [] == [secret for secret in secrets for text in texts if secret in text]


async def test_whoever_guesses_codes_is_told_how_long_to_wait(company: Company) -> None:
    body = {"part": "numbers", "form": "age", "totp_code": "0000000"}
    for _ in range(CODE_BY_LOGIN.limit):
        assert (422, "totp_code_incorrect") == code_of(await company.buyer.post(company.path(), body))

    limited = await company.ask()

    assert (429, "rate_limited") == code_of(limited)
    assert 0 < int(limited.headers["Retry-After"]) <= CODE_BY_LOGIN.window_s
