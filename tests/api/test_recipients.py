"""Recipients over HTTP: a file checked, a file taken, the list of people, and the file to fill in."""

import asyncio
import re
import zipfile
from io import BytesIO
from typing import Final
from uuid import UUID

import httpx
import pytest
import python_calamine

from florin.api.corporate.recipients_routes import RECIPIENTS_FILE
from florin.api.fair_turns import PLACES_EACH
from florin.batch.orders.recipients_template import MEDIA_TYPE, recipients_template
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.batch.orders.recipient_sheets import CHINESE_HEADER, HEADER, delimited, workbook
from tests.corporate import Corporate
from tests.world import World

CSV: Final = {"Content-Type": "text/csv"}
XLSX: Final = {"Content-Type": MEDIA_TYPE}


def row(number: int, face: str = "100") -> tuple[str, ...]:
    return f"王{number}", f"139{number:08}", f"N{number}", "bearer-gift", face


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


@pytest.fixture
def customer(corporate: Corporate) -> UUID:
    return corporate.customer()


@pytest.fixture
def buyer(doors: Doors, corporate: Corporate, customer: UUID) -> Client:
    return doors.person(corporate.person(Role.BUYER, customer=customer))


@pytest.fixture
def path(corporate: Corporate, customer: UUID) -> str:
    return f"/v1/orders/ord_{corporate.order(customer, OrderStatus.DRAFT).id.hex}/recipients"


async def put(client: Client, path: str, raw: bytes, headers: dict[str, str] = CSV) -> httpx.Response:
    return await client.send("PUT", path, content=raw, headers=headers)


async def check(client: Client, path: str, raw: bytes, headers: dict[str, str] = CSV) -> httpx.Response:
    return await client.send("POST", f"{path}/check", content=raw, headers=headers)


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (workbook([CHINESE_HEADER, row(1), row(2, "500"), row(3)]), XLSX),
        (delimited([HEADER, row(1), row(2, "500"), row(3)], "gb18030"), CSV),
        (delimited([HEADER, row(1), row(2, "500"), row(3)], "utf-16"), {"Content-Type": "text/csv; charset=utf-16"}),
    ],
    ids=["xlsx", "gb18030", "utf-16"],
)
async def test_a_file_is_checked_and_taken(
    buyer: Client, world: World, path: str, raw: bytes, headers: dict[str, str]
) -> None:
    product = f"prd_{world.products[world.home, 'bearer_gift'].hex}"
    expected = {
        "accepted": True,
        "recipients": 3,
        "lines": [
            {"product_id": product, "denomination": {"amount": 100_00, "currency": "CNY"}, "quantity": 2},
            {"product_id": product, "denomination": {"amount": 500_00, "currency": "CNY"}, "quantity": 1},
        ],
        "wrong": 0,
        "wrong_cells": [],
    }
    assert expected == (await check(buyer, path, raw, headers)).json()
    assert [] == (await buyer.get(path)).json()["items"]
    assert expected == (await put(buyer, path, raw, headers)).json()
    listed = (await buyer.get(path)).json()["items"]
    assert [("1-000001", "王*", "N1"), ("1-000002", "王*", "N3"), ("2-000001", "王*", "N2")] == [
        (each["card"], each["name"], each["employee_number"]) for each in listed
    ]


async def test_a_bad_file_is_reported_cell_by_cell_and_not_taken(buyer: Client, path: str) -> None:
    raw = delimited([HEADER, row(1), ("=1+1", *row(2)[1:]), row(3, "7")])
    reason = "the product is issued in 100.00, 200.00, 500.00, 1000.00, 2000.00 only"
    formula = "begins with =, +, - or @, which spreadsheet programs take for a formula"
    expected = [
        {"row": 3, "column": "name", "reason": formula, "found": None},
        {"row": 4, "column": "denomination", "reason": reason, "found": "7"},
    ]
    report = (await check(buyer, path, raw)).json()
    assert (False, 2, expected) == (report["accepted"], report["wrong"], report["wrong_cells"])
    refused = await put(buyer, path, raw)
    assert (422, "recipients_refused") == code_of(refused)
    assert (2, expected) == (refused.json()["wrong"], refused.json()["wrong_cells"])
    assert [] == (await buyer.get(path)).json()["items"]


async def test_customers_who_send_files_at_once_are_all_served_whatever_one_of_them_sends(
    doors: Doors, corporate: Corporate
) -> None:
    def company() -> tuple[Client, str]:
        customer = corporate.customer()
        order = corporate.order(customer, OrderStatus.DRAFT)
        return doors.person(
            corporate.person(Role.BUYER, customer=customer)
        ), f"/v1/orders/ord_{order.id.hex}/recipients"

    crowd = company()
    raw = delimited([HEADER, *map(row, range(500))])

    sent = [put(*crowd, raw)] + [check(*crowd, raw) for _ in range(7)] + [check(*company(), raw) for _ in range(4)]
    answers = await asyncio.gather(*sent)

    assert [(200, True)] * 4 == [(each.status_code, each.json().get("accepted")) for each in answers[8:]]
    served = [each.json()["recipients"] for each in answers[:8] if each.is_success]
    refused = [(code_of(each), each.headers["Retry-After"]) for each in answers[:8] if each.is_error]
    assert 1 + PLACES_EACH <= len(served)
    assert {((503, "busy"), "10")} >= set(refused)
    assert {500} == set(served)


async def test_the_list_of_people_has_pages(buyer: Client, path: str) -> None:
    await put(buyer, path, delimited([HEADER, *map(row, range(5))]))
    first = (await buyer.get(f"{path}?limit=3")).json()
    rest = (await buyer.get(f"{path}?limit=3&cursor={first['next_cursor']}")).json()
    assert [1, 2, 3, 4, 5] == [each["serial"] for each in first["items"] + rest["items"]]
    assert rest["next_cursor"] is None
    assert (422, "invalid_request") == code_of(await buyer.get(f"{path}?cursor=abc"))


async def test_an_order_that_is_submitted_takes_no_file(doors: Doors, corporate: Corporate) -> None:
    customer = corporate.customer()
    order = corporate.order(customer, OrderStatus.SUBMITTED)
    buyer = doors.person(corporate.person(Role.BUYER, customer=customer))
    path = f"/v1/orders/ord_{order.id.hex}/recipients"
    assert (409, "order_not_in_state") == code_of(await put(buyer, path, delimited([HEADER, row(1)])))


async def test_a_file_that_is_too_long_is_refused_while_it_comes_in(buyer: Client, path: str) -> None:
    refused = await put(buyer, path, b"x" * (RECIPIENTS_FILE.limit_bytes + 1))
    assert (413, "body_too_large") == code_of(refused)
    assert RECIPIENTS_FILE.limit_bytes == refused.json()["limit_bytes"]


async def test_a_long_body_is_for_the_routes_of_files_only(buyer: Client, path: str) -> None:
    refused = await buyer.send(
        "POST",
        path.replace("recipients", "submit"),
        content=b" " * 70_000,
        headers={"Content-Type": "application/json"},
    )
    assert (413, 65_536) == (refused.status_code, refused.json()["limit_bytes"])


@pytest.mark.parametrize("declared", ["application/json", "text/plain", "application/zip", ""])
async def test_a_file_of_another_kind_is_refused(buyer: Client, path: str, declared: str) -> None:
    refused = await put(buyer, path, b"name\n", {"Content-Type": declared})
    assert (415, "unsupported_media_type") == code_of(refused)
    assert MEDIA_TYPE in refused.json()["detail"]


@pytest.mark.parametrize("raw", [b"", b"\0", b"PK\x03\x04", b"\xff\xfe", b"{}"])
async def test_whatever_is_sent_gets_a_report(buyer: Client, path: str, raw: bytes) -> None:
    report = await check(buyer, path, raw)
    assert (200, False) == (report.status_code, report.json()["accepted"])


async def test_the_template_is_an_empty_file_of_the_right_form(buyer: Client, path: str) -> None:
    template = await buyer.get("/v1/recipients-template")
    assert MEDIA_TYPE == template.headers["content-type"]
    assert 'attachment; filename="florin-recipients.xlsx"' == template.headers["content-disposition"]
    report = (await check(buyer, path, template.content, XLSX)).json()
    assert ["the file has a header and nobody below it"] == [each["reason"] for each in report["wrong_cells"]]


def test_the_template_has_every_column() -> None:
    (header,) = python_calamine.load_workbook(BytesIO(recipients_template())).get_sheet_by_index(0).to_python()
    assert [*CHINESE_HEADER, "证件类型", "证件号码"] == header


def test_the_columns_of_the_template_are_text() -> None:
    with zipfile.ZipFile(BytesIO(recipients_template())) as archive:
        styles, sheet = archive.read("xl/styles.xml").decode(), archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<col min="1" max="32" width="24.7109375" style="1" customWidth="1"/>' in sheet
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    # 49 is text (ECMA-376, part 1, section 18.8.30).
    assert ["0", "49"] == formats[:2]
