"""What can be seen to be wrong with a command is said before anybody is asked for a password and a one-time code."""

from pathlib import Path

import pytest

from florin.cli.exit_codes import Refusal
from florin.cli.main import imported

ORDER, CUSTOMER, DELIVERY = ("ord_" + "1" * 32, "cus_" + "1" * 32, "dlv_" + "1" * 32)
PAYER = ("--payer", "A", "--payer-account", "62220210", "--payee", "B", "--payee-account", "62229999")
COMPANY = ("create", "home", "Nut", "--registration-number", "9133")
RECORD = ("record", CUSTOMER, "5", *PAYER)


@pytest.mark.parametrize(
    ("command", "arguments", "complaint"),
    [
        ("order", ("show", "ord_1"), "ord_1 is neither an id of an order"),
        ("order", ("show", "33333334"), "nor a payment reference"),
        ("order", ("new", "--line", "gift:100"), "--line: gift:100 is not PRODUCT:FACE:CARDS"),
        ("order", ("new", "--line", ":100:1"), "--line: :100:1 is not PRODUCT:FACE:CARDS"),
        ("order", ("new", "--line", "gift:1e2:1"), "--line: an amount is written with plain digits"),
        ("order", ("lines", ORDER, "--line", "gift:100:-1"), "is not PRODUCT:FACE:CARDS"),
        ("order", ("new", "--customer", "cus_1"), "cus_1 is not an id of a customer"),
        ("order", ("approve", ORDER, "--hash", "xyz"), "--hash: 64 hexadecimal digits"),
        ("order", ("approve", ORDER, "--hash", "ab"), "--hash: 64 hexadecimal digits"),
        ("order", ("return", ORDER, "--reason", " "), "--reason: 1 to"),
        ("order", ("cancel", ORDER, "--reason", ""), "--reason: 1 to"),
        ("order", ("resend-link", ORDER, "one"), "CARD: one: a card of an order is named"),
        (
            "order",
            ("deliver", ORDER, "--part", "pins", "--out", "{out}", "--replacement", "x"),
            "--replacement: x: a card",
        ),
        ("order", ("deliver", ORDER, "--part", "pins", "--out", "{taken}"), "exists already; it was not touched"),
        ("order", ("template", "--out", "{taken}"), "exists already; it was not touched"),
        ("order", ("fetch-delivery", "dlv_1", "--out", "{out}"), "dlv_1 is not an id of a delivery"),
        ("order", ("fetch-delivery", DELIVERY, "--out", "{taken}"), "exists already; it was not touched"),
        ("order", ("pro-forma", ORDER, "--out", "{taken}"), "exists already; it was not touched"),
        ("order", ("pro-forma", ORDER, "--out", "{taken}/x"), "cannot be written"),
        ("order", ("statement", ORDER, "--out", "{taken}.pdf"), "exists already; it was not touched"),
        ("order", ("cards", ORDER, "--out", "{out}"), "--out: the name of the file ends in .csv or .xlsx"),
        ("order", ("activate", ORDER), "name the cards with --all"),
        ("order", ("activate", ORDER, "--all", "--card", "1-1"), "name the cards with --all"),
        ("order", ("activate", ORDER, "--box", "1:2"), "--box: 1:2 is not LINE:FROM-TO"),
        ("order", ("void-cards", ORDER, "--box", "1:9-2"), "--box: 1:9-2 is not LINE:FROM-TO"),
        ("order", ("activate", ORDER, "--card", "one"), "--card: one: a card of an order is named"),
        ("order", ("replace", ORDER), "name the cards with --missing and --damaged"),
        ("order", ("replace", ORDER, "--missing", "x"), "--missing: x: a card of an order is named"),
        ("order", ("refuse-replacement", ORDER, "rpl_" + "1" * 32, "--reason", ""), "--reason: 1 to"),
        ("customer", ("show", "cus_1"), "cus_1 is not an id of a customer"),
        ("customer", (*COMPANY, "--contact", "Li"), "--contact: Li is not NAME:TELEPHONE:MAIL"),
        ("customer", (*COMPANY, "--contact", "Li::"), "telephone"),
        ("customer", (*COMPANY, "--contact", "Li:1381111:", "--approval-limit", "much"), "--approval-limit: an amount"),
        ("customer", ("approval-limit", CUSTOMER, "much"), "LIMIT: an amount is written with plain digits"),
        ("customer", ("propose-delivery-key", CUSTOMER, "pins", "ssh-rsa"), "RECIPIENT: "),
        ("receipt", ("record", CUSTOMER, "five", "--bank-reference", "1", *PAYER), "AMOUNT: an amount"),
        ("receipt", (*RECORD, "--bank-reference", ""), "--bank-reference: "),
        ("receipt", (*RECORD, "--bank-reference", "1", "--cash"), "--payment-reference: cash names the order"),
        ("receipt", ("record", CUSTOMER, "5", "--bank-reference", "1", "--payer", "A", "--payee", "B"), "account"),
        ("funding-refund", ("request", CUSTOMER, "five", "--reason", "x"), "AMOUNT: an amount"),
        ("funding-refund", ("request", CUSTOMER, "5", "--reason", ""), "--reason: 1 to"),
        ("funding-refund", ("approve", "frf_1"), "frf_1 is not an id of a funding refund"),
    ],
)
def test_a_slip_costs_no_code(command: str, arguments: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    for taken in ("taken", "taken.pdf"):
        (tmp_path / taken).write_text("precious")
    places = {"{out}": tmp_path / "out", "{taken}": tmp_path / "taken", "{taken}.pdf": tmp_path / "taken.pdf"}
    places["{taken}/x"] = tmp_path / "taken" / "x"
    given = [str(places.get(each, each)) for each in arguments]

    somebody = [] if arguments[0] == "template" else ["--as", "somebody"]
    with pytest.raises((Refusal, ValueError)) as raised:
        imported(command)([*given, *somebody], standalone_mode=False)

    assert complaint in str(raised.value)
    assert not (tmp_path / "out").exists()
    assert "precious" == (tmp_path / "taken").read_text()


def test_progress_and_generation_need_nobody() -> None:
    with pytest.raises(Refusal, match="ord_1 is neither an id"):
        imported("order")(["progress", "ord_1"], standalone_mode=False)
