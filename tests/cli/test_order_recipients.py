"""Recipients' files are checked and taken by commands, and the invoice of an order is written by one."""

from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from tests.batch.orders.recipient_sheets import HEADER, delimited, workbook
from tests.cli.florin_command import Florin
from tests.cli.test_order_command import Desk
from tests.corporate import Corporate
from tests.world import World


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, Corporate(world))


def row(number: int, face: str = "100") -> tuple[str, ...]:
    return f"王{number}", f"139{number:08}", f"N{number}", "bearer-gift", face


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xlsx"
    path.write_bytes(workbook([HEADER, row(1), row(2, "500"), row(3)]))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_bytes(delimited([HEADER, row(1), row(2, "7")]))
    return path


def test_a_file_is_checked_without_signing_in(florin: Florin, world: World, good: Path) -> None:
    product = wire_id("product", world.products[world.home, "bearer_gift"])
    report = florin.done("order", "check", good, "--programme", "home", "--json").json
    assert (True, 3, 0) == (report["accepted"], report["recipients"], report["wrong"])
    assert {"product_id": product, "denomination": {"amount": 500_00, "currency": "CNY"}, "quantity": 1} == (
        report["lines"][1]
    )
    shown = florin.done("order", "check", good, "--programme", "home").out
    assert "good.xlsx: 3 recipients, nothing is wrong" in shown


@pytest.mark.usefixtures("world")
def test_findings_are_shown_cell_by_cell(florin: Florin, bad: Path) -> None:
    told = florin.run("order", "check", bad, "--programme", "home")
    assert ExitCode.REFUSED == told.code
    assert ("denomination" in told.out, "bad.csv is not accepted" in told.out) == (True, True)
    machine = florin.run("order", "check", bad, "--programme", "home", "--json")
    assert [(3, "denomination", "7")] == [
        (each["row"], each["column"], each["found"]) for each in machine.json["wrong_cells"]
    ]


@pytest.mark.usefixtures("world")
def test_of_several_programmes_one_is_named(florin: Florin, good: Path) -> None:
    told = florin.run("order", "check", good)
    assert (ExitCode.REFUSED, True) == (told.code, "--programme" in told.complaint)


def test_a_file_is_put_in_place_of_a_drafts_lines(desk: Desk, good: Path, bad: Path) -> None:
    draft = desk.told(desk.buyer, "new")
    taken = desk.told(desk.buyer, "recipients", draft["payment_reference"], good)
    assert (True, 3) == (taken["accepted"], taken["recipients"])
    assert 700_00 == desk.told(desk.buyer, "show", draft["id"])["price"]["face"]["amount"]  # type: ignore[index]
    listed = desk.seen(desk.operator, "recipients", draft["id"])
    assert ("1-000002" in listed, "N3" in listed, "王3" in listed) == (True, True, False)
    florin, name = desk.florin_of(desk.buyer)
    machine = florin.done("order", "recipients", draft["id"], "--as", name, "--json").json
    assert [("1-000001", "N1"), ("1-000002", "N3"), ("2-000001", "N2")] == [
        (each["card"], each["employee_number"]) for each in machine
    ]
    florin, name = desk.florin_of(desk.buyer)
    refused = florin.run("order", "recipients", draft["id"], bad, "--as", name)
    assert (ExitCode.REFUSED, True) == (refused.code, "bad.csv is not accepted" in refused.out)
    assert 700_00 == desk.told(desk.buyer, "show", draft["id"])["price"]["face"]["amount"]  # type: ignore[index]


@pytest.mark.usefixtures("world")
def test_the_template_is_written_once(florin: Florin, tmp_path: Path) -> None:
    out = tmp_path / "people.xlsx"
    florin.done("order", "template", "--out", out)
    assert out.read_bytes().startswith(b"PK")
    empty = florin.run("order", "check", out, "--programme", "home")
    assert (ExitCode.REFUSED, True) == (empty.code, "nobody below" in empty.out)


def test_an_invoice_names_the_account_that_was_set(desk: Desk, florin: Florin, world: World, tmp_path: Path) -> None:
    order = Corporate(world).order(desk.customer, OrderStatus.SUBMITTED)
    reference = world.one("SELECT payment_reference FROM corporate_order WHERE id = %s", order.id)[0]
    out = tmp_path / "invoice.pdf"
    buyer, name = desk.florin_of(desk.buyer)
    arguments = ("order", "pro-forma", wire_id("order", order.id), "--out", out, "--as", name)
    refused = buyer.run(*arguments)
    assert (ExitCode.DECLINED, True) == (refused.code, "bank_account_not_set" in refused.complaint)
    none = florin.run("programme", "bank-account", "home")
    assert (ExitCode.DECLINED, True) == (none.code, "bank_account_not_set" in none.complaint)
    half = florin.run("programme", "bank-account", "home", "--holder", "蜂蜜坚果")
    assert (ExitCode.REFUSED, True) == (half.code, "belong together" in half.complaint)
    florin.done(
        "programme", "bank-account", "home", "--holder", "蜂蜜坚果", "--bank", "农业银行", "--number", "6222 0000 17"
    )
    assert "Customers of home pay to 6222000017 of 蜂蜜坚果" in florin.done("programme", "bank-account", "home").out
    buyer, _ = desk.florin_of(desk.buyer)
    buyer.done(*arguments)
    text = pypdf.PdfReader(BytesIO(out.read_bytes())).pages[0].extract_text().replace("\0", "")
    for expected in (reference, "62220000 17".replace(" ", ""), "蜂蜜坚果", "300.00 CNY"):
        assert expected.replace(" ", "") in text.replace(" ", "")
