"""Customers and their money are kept by commands, each step as somebody who signs in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from florin.cli.exit_codes import ExitCode
from florin.crypto.recipient_file import new_identity
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from tests.cli.florin_command import Florin
from tests.corporate import PASSWORD, Corporate, code_at, user_name_of
from tests.world import World

COMPANY = ("Honeynut 有限公司", "--registration-number", "91330100799655058B", "--contact", "李娜:021-5555:")
PAYER = ("--payer", "Honeynut", "--payer-account", "62220210", "--payee", "Farm", "--payee-account", "62229999")
ACCOUNT = ("--holder", "Honeynut 有限公司", "--bank", "Bank of Honey", "--number", "6222 0210 0123 4567")


class Desk:
    """The command as one of the people, each time with a password and a code that nobody has used."""

    def __init__(self, florin: Florin, world: World) -> None:
        self._florin = florin
        self.corporate = Corporate(world)

    def as_somebody(self, actor: Actor) -> tuple[Florin, str]:
        self.corporate.world.connection.execute("UPDATE login SET totp_last_step = NULL")
        typed = self._florin.having(password=PASSWORD, totp_code=code_at(datetime.now(UTC)))
        return typed, user_name_of(actor)

    def told(self, actor: Actor, *arguments: object) -> Any:  # noqa: ANN401 (JSON)
        """What a command that ends well says to a machine."""
        florin, name = self.as_somebody(actor)
        return florin.done(*arguments, "--as", name, "--json").json

    def seen(self, actor: Actor, *arguments: object) -> str:
        """What a command that ends well shows to people."""
        florin, name = self.as_somebody(actor)
        return florin.done(*arguments, "--as", name).out

    def refused(self, actor: Actor, *arguments: object) -> tuple[int, str]:
        """How a command ends that ends badly."""
        florin, name = self.as_somebody(actor)
        ended = florin.run(*arguments, "--as", name)
        assert 1 == ended.complaint.count("\n"), ended
        return ended.code, ended.complaint


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


def test_a_customer_is_created_changed_suspended_and_let_go_on(desk: Desk) -> None:
    operator, manager = desk.corporate.operator, desk.corporate.manager
    made = desk.told(operator, "customer", "create", "home", *COMPANY, "--approval-limit", "500")
    assert ("active", 500_00, "李娜") == (made["status"], made["approval_limit"]["amount"], made["contacts"][0]["name"])
    changed = desk.told(operator, "customer", "contacts", made["id"], "--contact", "Wang::wang@example.com")
    assert [{"name": "Wang", "telephone": None, "mail": "wang@example.com"}] == changed["contacts"]
    assert "Walnut" == desk.told(manager, "customer", "rename", made["id"], "Walnut")["name"]
    limited = desk.told(manager, "customer", "approval-limit", made["id"], "0")
    assert 0 == limited["approval_limit"]["amount"]
    assert "suspended" == desk.told(manager, "customer", "suspend", made["id"])["status"]
    assert "active" == desk.told(manager, "customer", "resume", made["id"])["status"]
    shown = desk.seen(operator, "customer", "show", made["id"])
    assert "100.00 % of a face (no tier)" in shown
    assert "Wang; wang@example.com" in shown
    assert made["id"] in desk.seen(operator, "customer", "list", "--programme", "home")


def test_money_comes_in_funds_an_order_and_what_is_left_goes_back(desk: Desk) -> None:
    corporate, customer_id = desk.corporate, desk.corporate.customer()
    customer = wire_id("customer", customer_id)
    order = corporate.order(customer_id, OrderStatus.APPROVED)
    receive = ("receipt", "record", customer, "500", "--bank-reference", "ICBC-17", *PAYER)
    first = desk.told(corporate.finance, *receive)
    assert 500_00 == first["balance"]["amount"]
    assert 300_00 == corporate.reserved_minor(order.id)
    repeated = desk.seen(corporate.finance, *receive)
    assert f"ICBC-17 is {first['id']}, which was recorded before." in repeated
    assert "With it 500.00 CNY were available" in repeated
    code, complaint = desk.refused(corporate.finance, "receipt", "record", customer, "501", *receive[4:])
    assert (ExitCode.DECLINED, True) == (code, "declined, receipt_differs:" in complaint)

    proposed = desk.told(corporate.finance, "customer", "propose-refund-account", customer, *ACCOUNT)
    assert ("proposed", "4567") == (proposed["status"], proposed["last4"])
    approved = desk.told(corporate.manager, "customer", "approve-refund-account", proposed["id"])
    assert "in_force" == approved["status"]
    assert "6222021001234567" in desk.seen(corporate.finance, "customer", "refund-accounts", customer)

    ask = ("funding-refund", "request", customer, "200", "--reason", "nothing more is ordered", "--key", "once-only")
    requested = desk.told(corporate.finance, *ask)
    assert requested == desk.told(corporate.finance, *ask)
    decided = desk.told(corporate.finance_approver, "funding-refund", "approve", requested["id"])
    assert ("approved", 300_00) == (decided["status"], decided["balance"]["amount"])
    paid = desk.told(corporate.finance, "funding-refund", "pay", requested["id"], "--bank-reference", "OUT 1")
    assert ("paid", "OUT 1") == (paid["status"], paid["bank_reference"])
    assert "paid" in desk.seen(corporate.finance, "funding-refund", "list", "--customer", customer)
    assert "paid" == desk.told(corporate.finance, "funding-refund", "show", requested["id"])["status"]

    funding = desk.seen(corporate.finance, "customer", "funding", customer)
    assert "balance 300.00 CNY; reserved 300.00 CNY; available 0.00 CNY" in funding
    assert "ICBC-17" in funding
    assert "ICBC-17" in desk.seen(corporate.finance, "receipt", "list", "--customer", customer)
    assert "62220210" in desk.seen(corporate.finance, "receipt", "show", first["id"])


def test_keys_for_card_files_are_proposed_and_approved(desk: Desk) -> None:
    corporate, customer_id = desk.corporate, desk.corporate.customer()
    customer, key = wire_id("customer", customer_id), new_identity()[1]
    buyer, approver = (corporate.person(role, customer=customer_id) for role in (Role.BUYER, Role.APPROVER))
    proposed = desk.told(buyer, "customer", "propose-delivery-key", customer, "numbers", key)
    assert "in_force" == desk.told(approver, "customer", "approve-delivery-key", proposed["id"])["status"]
    code, complaint = desk.refused(buyer, "customer", "propose-delivery-key", customer, "pins", key)
    assert (ExitCode.DECLINED, True) == (code, "declined, delivery_key_in_use:" in complaint)
    other = desk.told(buyer, "customer", "propose-delivery-key", customer, "pins", new_identity()[1])
    assert "refused" == desk.told(approver, "customer", "refuse-delivery-key", other["id"])["status"]
    assert key in desk.seen(buyer, "customer", "delivery-keys", customer)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("customer", "show", "cus_" + "0" * 32), "declined, customer_not_found:"),
        (("customer", "create", "nowhere", *COMPANY), "there is no programme with the code nowhere"),
        (("customer", "create", "home", "x", "--registration-number", "1", "--contact", "a:12345:"), "registration"),
        (("receipt", "show", "rct_" + "0" * 32), "declined, receipt_not_found:"),
        (("funding-refund", "show", "frf_" + "0" * 32), "declined, funding_refund_not_found:"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(desk: Desk, arguments: tuple[str, ...], complaint: str) -> None:
    code, said = desk.refused(desk.corporate.operator, *arguments)
    assert code in {ExitCode.DECLINED, ExitCode.REFUSED}
    assert complaint in said


def test_tiers_are_set_shown_and_cleared(florin: Florin, world: World) -> None:
    del world  # which has made the programme
    told = florin.done("programme", "tiers", "home", "--tier", "gold:30000:93", "--tier", "bronze:5000:98.5", "--json")
    assert [("bronze", 5_000_00, 9_850), ("gold", 30_000_00, 9_300)] == [
        (each["name"], each["from"]["amount"], each["price_basis_points"]) for each in told.json
    ]
    assert "98.50 %" in florin.done("programme", "tiers", "home").out
    refused = florin.run("programme", "tiers", "home", "--tier", "gold:30000:93.125")
    assert (ExitCode.REFUSED, True) == (refused.code, "no percentage" in refused.complaint)
    assert [] == florin.done("programme", "tiers", "home", "--clear", "--json").json
