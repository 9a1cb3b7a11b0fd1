"""Receipt, activation, voiding, replacements and the statement of an order over HTTP."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from python_calamine import CalamineWorkbook

from florin.batch.orders.carry_out import carry_out_what_waits
from florin.batch.orders.replace_cards import replace_cards_that_wait
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from tests.api.client import cny
from tests.api.conftest import Doors
from tests.corporate import Corporate, KnownOrder, code_at
from tests.till import fresh

Json = Any
WHOLE = {"all": True}


@dataclass
class Company:
    """A customer with an order of two lines, its buyer, and our manager."""

    doors: Doors
    corporate: Corporate
    status: OrderStatus = OrderStatus.DELIVERED
    lines: tuple[tuple[str, int, int], ...] = (("bearer_gift", 100_00, 3), ("bearer_gift", 200_00, 2))
    customer: UUID = field(init=False)
    buyer: Actor = field(init=False)
    order: KnownOrder = field(init=False)

    def __post_init__(self) -> None:
        self.customer = self.corporate.customer(funding_minor=10_000_00)
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)
        self.order = self.corporate.order(self.customer, self.status, self.lines, price_basis_points=9_500)

    def path(self, rest: str) -> str:
        return f"/v1/orders/{wire_id('order', self.order.id)}/{rest}"

    def code(self, actor: Actor) -> str:
        """A one-time code of now, whatever codes the person has used in this half minute."""
        self.corporate.world.connection.execute(
            "UPDATE login SET totp_last_step = NULL WHERE id = %s", (actor.login_id,)
        )
        return code_at(datetime.now(UTC))

    async def post(self, rest: str, body: Json, *, by: Actor | None = None, key: str | None = None) -> httpx.Response:
        actor = by or self.buyer
        body = {**body, "totp_code": self.code(actor)}
        return await self.doors.person(actor).post(self.path(rest), body, key=key or fresh("key"))

    async def get(self, rest: str, *, by: Actor | None = None) -> httpx.Response:
        return await self.doors.person(by or self.buyer).get(self.path(rest))

    async def done(self) -> None:
        """Let the duties of a serving process have their turn."""
        await carry_out_what_waits(self.doors.house)
        await replace_cards_that_wait(self.doors.house)


@pytest.fixture(scope="module")
def shared_corporate(shared_doors: Doors) -> Corporate:
    return Corporate(shared_doors.world)


@pytest.fixture
def company(doors: Doors, shared_corporate: Corporate) -> Company:
    return Company(doors, shared_corporate)


def refused(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_from_receipt_to_the_last_card(doors: Doors, shared_corporate: Corporate) -> None:
    company = Company(doors, shared_corporate, OrderStatus.READY)
    unfetched = await company.post("receipt-confirmation", {})
    assert (409, "delivery_incomplete") == refused(unfetched)
    shared_corporate.hand_over(company.order)
    early = await company.post("activations", WHOLE)
    assert (409, "order_not_in_state") == refused(early)
    told = {"order_status": "ready", "needed_status": ["delivered"], "allowed": early.json()["allowed"]}
    assert told.items() <= early.json().items()
    assert (
        "The order is ready. This needs one that is delivered. "
        "What it allows now: deliver, confirm_receipt, void_cards, cancel."
    ) == early.json()["detail"]
    reports = {"missing_or_damaged": [{"card": "1-000002", "reason": "missing"}]}
    received = (await company.post("receipt-confirmation", reports)).json()
    assert ("delivered", ["making"]) == (received["status"], [each["status"] for each in received["replacements"]])
    assert (409, "order_not_in_state") == refused(await company.post("receipt-confirmation", {}))
    await company.done()
    replaced = (await company.get(f"replacements/{received['replacements'][0]['id']}")).json()
    assert ("1-000002", "1-000004", False) == (replaced["card"], replaced["successor"], replaced["moved_value"])

    box = {"ranges": [{"line": 1, "from": 1, "to": 2}]}
    asked = await company.post("activations", box, key="the-first-box")
    assert (202, "running", 2, 0) == (
        asked.status_code,
        *(asked.json()[each] for each in ("status", "cards", "activated")),
    )
    await company.done()
    again = await doors.person(company.buyer).post(
        company.path("activations"), {**box, "totp_code": "spent"}, key="the-first-box"
    )
    assert "true" == again.headers["Idempotent-Replayed"]
    detail = (await company.get(f"activations/{again.json()['id']}")).json()
    assert ("finished", 1, 0, 1) == tuple(detail[each] for each in ("status", "activated", "skipped", "refused"))
    assert [{"card": "1-000002", "code": "card_not_sellable"}] == detail["refusals"]

    given_up = (await company.post("void-cards", {"cards": ["2-000002"]})).json()
    await company.done()
    assert 1 == (await company.get(f"void-cards/{given_up['id']}")).json()["voided"]
    await company.post("activations", WHOLE)
    await company.done()
    statement = (await company.get("statement")).json()
    assert {"sold": 4, "activated": 4, "voided": 1, "replaced": 1} == {
        each: statement["total"][each] for each in ("sold", "activated", "voided", "replaced")
    }
    assert (cny(500_00), cny(475_00), cny(500_00)) == tuple(
        statement["amounts"][each] for each in ("face", "paid", "outstanding")
    )
    assert [2, 1] == [len((await company.get(each)).json()["items"]) for each in ("activations", "void-cards")]


async def test_a_list_is_paged_to_its_end(company: Company) -> None:
    found, path = [], "cards?limit=2"
    while path:
        page = (await company.get(path)).json()
        found += [each["card"] for each in page["items"]]
        path = f"cards?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert ["1-000001", "1-000002", "1-000003", "2-000001", "2-000002"] == found


async def test_a_replacement_of_value_waits_for_our_manager(company: Company) -> None:
    await company.post("activations", WHOLE)
    await company.done()
    asked = await company.post("replacements", {"cards": [{"card": "2-000001", "reason": "damaged"}]})
    (waiting,) = asked.json()["items"]
    assert "waiting_for_approval" == waiting["status"]
    manager, word = company.corporate.manager, f"replacements/{waiting['id']}"
    assert (422, "totp_code_incorrect") == refused(
        await company.doors.person(manager).post(company.path(f"{word}/approve"), {"totp_code": "x"})
    )
    approved = await company.post(f"{word}/approve", {}, by=manager)
    assert (200, "making") == (approved.status_code, approved.json()["status"])
    assert (409, "replacement_decided") == refused(await company.post(f"{word}/refuse", {"reason": "no"}, by=manager))
    await company.done()
    replaced = (await company.get(word)).json()
    assert ("replaced", True, "2-000003") == (replaced["status"], replaced["moved_value"], replaced["successor"])
    again = await company.post("replacements", {"cards": [{"card": "2-000001", "reason": "damaged"}]})
    assert (409, "card_not_replaceable") == refused(again)
    assert [{"card": "2-000001", "code": "card_not_replaceable"}] == again.json()["findings"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"all": True, "cards": ["1-1"]}, ""),
        ({"all": False}, "all"),
        ({"ranges": []}, "ranges"),
        ({"ranges": [{"line": 1, "from": 1, "to": 4}]}, "ranges[0]"),
        ({"ranges": [{"line": 1, "from": 2, "to": 1}]}, "ranges[0]"),
        ({"cards": ["1-000001", "3-000001"]}, "cards[1]"),
        ({"cards": ["first"]}, "cards[0]"),
    ],
)
async def test_a_selection_that_is_none_is_refused_by_its_place(company: Company, body: Json, field: str) -> None:
    answer = await company.post("activations", body)
    assert (422, "invalid_request") == refused(answer)
    assert field == answer.json()["field"]


async def test_statements_are_fetched_as_files(company: Company) -> None:
    sheet = await company.get("statement.csv")
    assert "text/csv; charset=utf-8" == sheet.headers["content-type"]
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert ["1", "2", "total"] == [row["line"] for row in rows]
    book = await company.get("statement.xlsx")
    assert 4 == len(CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python())
    document = await company.get("statement.pdf")
    assert ("application/pdf", b"%PDF") == (document.headers["content-type"], document.content[:4])
    cards = await company.get("cards.csv")
    assert 6 == len(cards.content.decode("utf-8-sig").splitlines())
    assert b"PK" == (await company.get("cards.xlsx")).content[:2]


@pytest.mark.parametrize("file", ["statement.csv", "statement.xlsx", "statement.pdf", "cards.csv", "cards.xlsx"])
async def test_each_file_of_an_order_is_saved_under_a_name_of_its_own(company: Company, file: str) -> None:
    name = f'attachment; filename="{wire_id("order", company.order.id)}-{file}"'
    assert name == (await company.get(file)).headers["content-disposition"]
