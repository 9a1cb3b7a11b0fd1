"""Money that nobody was found for over HTTP: a bank's file funds an order, and the rest two people decide about."""

from datetime import UTC, datetime
from typing import Final

from florin.clearing.banking.book_bank_lines import book_bank_lines
from florin.reconciliation.waiting_files import read_waiting_files
from tests.api.conftest import Doors
from tests.api.test_settlement import Desk
from tests.clearing.banking.bank_desk import NUMBER, PAYER, Entry, camt053
from tests.clearing.customers.cashier import Cashier
from tests.world import TODAY, World

XML: Final = {"Content-Type": "application/octet-stream"}
SENDER: Final = {"holder": "Honeynut", "bank": "Bank of Honey", "number": PAYER}


async def test_a_banks_file_funds_one_order_and_two_people_fund_another(doors: Doors, world: World) -> None:
    desk = Desk(doors, world)
    finance, manager = desk.corporate.finance, desk.corporate.manager
    cashier = Cashier(doors.house, desk.corporate)
    named, unnamed = cashier.approved_order(1), cashier.approved_order(2)
    bank = {
        "kind": "bank", "code": "honey", "name": "Bank of Honey", "programme_id": desk.programme,
        "account_number": NUMBER, "currency": "CNY", "formats": ["camt_053"],
    }  # fmt: skip
    counterparty = await desk.post(finance, "/v1/counterparties", bank, 201)
    raw = camt053(
        [
            Entry(named.price_minor, f"order {cashier.reference_of(named.id)}"),
            Entry(5_00, "by mistake", reference="B-76"),
            Entry(unnamed.price_minor, "gift cards", reference="B-77"),
        ],
        TODAY,
    )
    upload = f"/v1/counterparties/{counterparty['id']}/files?format=camt_053&name=a.xml"
    received = await doors.person(finance).send("POST", upload, content=raw, headers=XML)
    assert 202 == received.status_code, received.text
    # What the duties of a serving process do, one after the other.
    await read_waiting_files(doors.house, datetime.now(UTC))
    await book_bank_lines(doors.house, datetime.now(UTC))
    assert ("funded", "approved") == (cashier.status(named.id), cashier.status(unnamed.id))

    items = (await desk.get(manager, "/v1/suspense?status=open"))["items"]
    mistaken, item = sorted(items, key=lambda each: str(each["bank_reference"]))
    path = f"/v1/suspense/{item['id']}"
    shown = await desk.get(manager, path)
    assert ("gift cards", PAYER, "B-77") == (shown["text"], shown["party_account"], shown["bank_reference"])
    whose = {
        "customer_id": f"cus_{cashier.customer.hex}",
        "payment_reference": cashier.reference_of(unnamed.id),
        "reason": "by their letter",
    }
    proposed = await desk.post(finance, f"{path}/assign", whose)
    looked_at = {"details_hash": proposed["resolution"]["details_hash"]}
    changed = await desk.post(manager, f"{path}/approve", {"details_hash": "00" * 32, **desk.code(manager)}, 409)
    assert "suspense_changed" == changed["code"]
    approved = await desk.post(manager, f"{path}/approve", {**looked_at, **desk.code(manager)})
    assert ("approved", "funded") == (approved["status"], cashier.status(unnamed.id))
    again = await desk.post(finance, f"{path}/send-back", {"account": SENDER, "reason": "mistaken"}, 409)
    assert "suspense_not_in_state" == again["code"]
    assert shown["age_days"] == item["age_days"] > 0

    path = f"/v1/suspense/{mistaken['id']}"
    proposed = await desk.post(finance, f"{path}/send-back", {"account": SENDER, "reason": "mistaken"})
    looked_at = {"details_hash": proposed["resolution"]["details_hash"]}
    payout = (await desk.post(manager, f"{path}/approve", {**looked_at, **desk.code(manager)}))["payout"]
    by_hand = f"/v1/suspense-payouts/{payout['id']}"
    early = await desk.post(finance, f"{by_hand}/settle", {"bank_reference": "B-90"}, 409)
    assert ("payout_not_in_state", "due") == (early["code"], payout["status"])
    await desk.post(finance, "/v1/payout-files", {"programme_id": desk.programme}, 201)
    assert "settled" == (await desk.post(finance, f"{by_hand}/settle", {"bank_reference": "B-90"}))["status"]
    closed = {"bank_reference": "B-91", "reason": "closed"}
    assert "returned" == (await desk.post(finance, f"{by_hand}/return", closed))["status"]
    assert "open" == (await desk.get(manager, path))["status"]
