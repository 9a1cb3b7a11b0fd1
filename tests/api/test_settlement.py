"""A merchant's settlement over HTTP: agreed, drawn up, approved, paid, sent back, paid again, and read by the shop."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import pypdf
import pytest

from florin.domain.identifiers import wire_id
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import Actor
from tests.api.client import cny
from tests.api.conftest import Doors
from tests.clearing.settlement.settling import Settling
from tests.corporate import Corporate, code_at
from tests.till import Till
from tests.world import TODAY, World

Json = Any

ACCOUNT: Final = {"holder": "Shop 商店", "bank": "Bank of Honey", "number": "6222021001234567"}
PAIN: Final = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


class Desk:
    """Everybody who has a part in it, each by HTTP alone; days close by the world's own hand."""

    def __init__(self, doors: Doors, world: World) -> None:
        self.doors, self.world = doors, world
        self.corporate = Corporate(world)
        self.settling = Settling(doors.house, Till(doors.house, world.shop), self.corporate)
        self.settling.bank_account()
        self.programme = wire_id("programme", world.home)
        self.merchant = wire_id("merchant", world.shop.id)

    async def post(self, actor: Actor, path: str, body: Json = None, expected: int = 200) -> Json:
        answer = await self.doors.person(actor).post(path, body)
        assert expected == answer.status_code, answer.text
        return answer.json()

    async def get(self, actor: Actor, path: str) -> Json:
        answer = await self.doors.person(actor).get(path)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def code(self, actor: Actor) -> Json:
        """A fresh one-time code, as often as a test needs one."""
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL WHERE id = %s", (actor.login_id,))
        return {"totp_code": code_at(datetime.now(UTC))}


@pytest.fixture
async def desk(doors: Doors, world: World) -> AsyncIterator[Desk]:
    made = Desk(doors, world)
    yield made
    await made.settling.proven()


async def agreed(desk: Desk) -> None:
    """Terms and an account that finance proposes and a manager accepts."""
    finance, manager, merchant = desk.corporate.finance, desk.corporate.manager, f"/v1/merchants/{desk.merchant}"
    terms = {
        "programme_id": desk.programme, "effective_on": TODAY.isoformat(), "flat_fee": cny(0),
        "bands": [{"from": cny(0), "basis_points": 60}, {"from": cny(100_00), "basis_points": 30}],
        "fees_on_refund": "returned", "reserve_basis_points": 1_000, "reserve_days": 30, "minimum_payout": cny(1),
    }  # fmt: skip
    foreign = {**terms, "minimum_payout": {"amount": 1, "currency": "EUR"}}
    refused = await desk.post(finance, f"{merchant}/settlement-terms", foreign, 422)
    assert "currency_mismatch" == refused["code"]
    proposed = await desk.post(finance, f"{merchant}/settlement-terms", terms, 201)
    assert "proposal_waits" == (await desk.post(finance, f"{merchant}/settlement-terms", terms, 409))["code"]
    path = f"/v1/settlement-terms/{proposed['id']}/approve"
    assert "totp_code_incorrect" == (await desk.post(manager, path, {"totp_code": "000000"}, 422))["code"]
    assert "in_force" == (await desk.post(manager, path, desk.code(manager)))["status"]
    await confirmed(desk)
    known = await desk.get(desk.corporate.finance, f"{merchant}/settlement-terms?programme_id={desk.programme}")
    assert terms["bands"] == known["items"][0]["bands"]


async def confirmed(desk: Desk) -> None:
    finance, manager, merchant = desk.corporate.finance, desk.corporate.manager, f"/v1/merchants/{desk.merchant}"
    proposed = await desk.post(finance, f"{merchant}/bank-accounts", ACCOUNT, 201)
    path = f"/v1/merchant-accounts/{proposed['id']}/approve"
    assert "in_force" == (await desk.post(manager, path, desk.code(manager)))["status"]
    # The doors go by the clock on the wall, the book by the world's.
    desk.world.connection.execute(
        "UPDATE merchant_account SET decided_at = %s WHERE status = 'in_force'", (desk.settling.now,)
    )
    assert ACCOUNT == (await desk.get(finance, f"{merchant}/bank-accounts"))["items"][0]["account"]


async def approved(desk: Desk) -> Json:
    """The day's statement, drawn up by finance and approved by a manager."""
    finance, manager = desk.corporate.finance, desk.corporate.manager
    drawn = await desk.post(finance, "/v1/merchant-statements/draft", {"programme_id": desk.programme})
    assert [TODAY.isoformat()] == drawn["business_dates"]
    (statement,) = (await desk.get(manager, "/v1/merchant-statements?status=drafted"))["items"]
    shop = desk.doors.shop
    assert [] == (await shop.get("/v1/merchant-statements")).json()["items"]
    assert 404 == (await shop.get(f"/v1/merchant-statements/{statement['id']}")).status_code
    looked_at = {"id": statement["id"], "details_hash": "00" * 32}
    body = {"statements": [looked_at], **desk.code(manager)}
    (refused,) = (await desk.post(manager, "/v1/merchant-statements/approve", body))["items"]
    assert ("merchant_statement_changed", None) == (refused["problem"], refused["statement"])
    looked_at["details_hash"] = statement["details_hash"]
    body = {"statements": [looked_at], **desk.code(manager)}
    (done,) = (await desk.post(manager, "/v1/merchant-statements/approve", body))["items"]
    assert (None, "approved") == (done["problem"], done["statement"]["status"])
    return done["statement"]


async def test_a_merchant_is_given_to_a_programme_by_two_people(desk: Desk) -> None:
    finance, manager, path = desk.corporate.finance, desk.corporate.manager, f"/v1/merchants/{desk.merchant}/acceptors"
    wanted = {"programme_id": desk.programme, "effective_on": TODAY.isoformat()}
    proposed = await desk.post(finance, path, wanted, 201)
    assert wanted == {name: proposed[name] for name in wanted}
    refused = await desk.post(manager, f"/v1/merchant-acceptors/{proposed['id']}/refuse", desk.code(manager))
    assert "refused" == refused["status"]
    again = await desk.post(finance, path, {**wanted, "programme_id": None}, 201)
    approved = await desk.post(manager, f"/v1/merchant-acceptors/{again['id']}/approve", desk.code(manager))
    assert ("in_force", None) == (approved["status"], approved["programme_id"])
    assert [approved, refused] == (await desk.get(finance, path))["items"]


async def test_a_shop_reads_what_it_owes_for_cards_and_finance_records_what_it_pays(desk: Desk) -> None:
    desk.world.card(principal_minor=80_00)
    path, finance = f"/v1/merchants/{desk.merchant}", desk.corporate.finance
    owed = (await desk.doors.shop.get(f"{path}/debts")).json()
    assert {"programme_id": desk.programme, "owed_for_cards": cny(80_00)} in owed["items"]
    assert normalise_reference(owed["payment_reference"]) == owed["payment_reference"]
    assert 404 == (await desk.doors.rival.get(f"{path}/debts")).status_code
    paid = {"amount": cny(30_00), "bank_reference": "for-cards-1", "received_on": TODAY.isoformat()}
    body = {"programme_id": desk.programme, **paid}
    made = await desk.post(finance, f"{path}/debt-payments", body, 201)
    assert body == {name: made[name] for name in body}
    more = {**body, "bank_reference": "for-cards-2", "amount": cny(50_01)}
    assert "merchant_owes_less" == (await desk.post(finance, f"{path}/debt-payments", more, 409))["code"]
    left = await desk.get(desk.corporate.manager, f"{path}/debts")
    assert {"programme_id": desk.programme, "owed_for_cards": cny(50_00)} in left["items"]


async def test_a_whole_settlement(desk: Desk) -> None:
    await agreed(desk)
    bought = await desk.settling.buy(150_00)
    await desk.settling.refund(bought, 50_00)
    desk.settling.close_day()
    statement = await approved(desk)
    # 60 on the first hundred and 15 on the rest, of which 15 come back; a tenth of the hundred stays in reserve.
    expected = {"purchases": 150_00, "refunds": 50_00, "fees": 75, "fees_returned": 15, "reserve_kept": 10_00,
                "payout": 89_40, "carried_out": 0}  # fmt: skip
    assert expected == {name: statement[name]["amount"] for name in expected}

    finance = desk.corporate.finance
    file = await desk.post(finance, "/v1/payout-files", {"programme_id": desk.programme}, 201)
    assert (1, cny(89_40)) == (file["payouts"], file["total"])
    document = ET.fromstring((await desk.doors.person(finance).get(f"/v1/payout-files/{file['id']}/pain_001")).text)  # noqa: S314 (our own)
    assert [statement["id"]] == [each.text for each in document.findall(".//p:Ustrd", PAIN)]
    (payout,) = (await desk.get(finance, "/v1/merchant-payouts?status=sent"))["items"]
    path = f"/v1/merchant-payouts/{payout['id']}"
    returned = await desk.post(finance, f"{path}/return", {"bank_reference": "R-1", "reason": "no such account"})
    assert ("returned", "no such account") == (returned["status"], returned["return_reason"])
    nothing = await desk.post(finance, "/v1/payout-files", {"programme_id": desk.programme}, 409)
    assert "nothing_to_pay" == nothing["code"]

    desk.settling.close_day()
    await confirmed(desk)
    await desk.post(finance, "/v1/payout-files", {"programme_id": desk.programme}, 201)
    (again,) = (await desk.get(desk.corporate.finance, "/v1/merchant-payouts?status=sent"))["items"]
    assert (payout["id"], payout["amount"]) == (again["replaces_id"], again["amount"])
    shown = {"bank_reference": "B-1"}
    settled = await desk.post(finance, f"/v1/merchant-payouts/{again['id']}/settle", shown)
    assert ("settled", "B-1") == (settled["status"], settled["bank_reference"])
    assert (0, 10_00) == (desk.settling.payable, desk.settling.reserve)

    await shop_reads(desk, statement)


async def shop_reads(desk: Desk, statement: Json) -> None:
    """The shop has its statement, with every line that it adds up; another shop has not."""
    shop, path = desk.doors.shop, f"/v1/merchant-statements/{statement['id']}"
    assert [statement] == (await shop.get("/v1/merchant-statements")).json()["items"]
    assert 404 == (await desk.doors.rival.get(path)).status_code
    assert [] == (await desk.doors.rival.get(f"/v1/merchant-statements?merchant_id={desk.merchant}")).json()["items"]
    sheet = await shop.get(f"{path}/csv")
    rows = list(csv.DictReader(StringIO(sheet.content.decode("utf-8-sig"))))
    lines = [(each["kind"], each["credit"], each["debit"]) for each in rows]
    assert [("purchase", "150.00", ""), ("refund", "", "50.00"), ("carried_in", "0.00", "")] == lines[:3]
    assert all(each["reference"] for each in rows[:2])
    *parts, paid, passed_on, carried = [_minor(each) for each in rows[2:]]
    assert sum(parts) == paid + passed_on + carried == 89_40
    pdf = pypdf.PdfReader(BytesIO((await shop.get(f"{path}/pdf")).content))
    text = "".join(page.extract_text() for page in pdf.pages).replace("\x00", "")
    assert "89.40 CNY" in text
    assert statement["id"] in text.replace("\n", "")


def _minor(row: dict[str, str]) -> int:
    return int((row["credit"] or "-" + row["debit"]).replace(".", ""))
