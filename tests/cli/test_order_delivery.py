"""Card files and claim links of an order by commands, as a customer's buyer and approver."""

import hashlib
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from florin.cli.exit_codes import ExitCode
from florin.crypto.password_file import unzip
from florin.crypto.recipient_file import decrypt_file, new_identity
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.fresh_ids import fresh_id
from tests.batch.orders.delivery_desk import rows_of
from tests.cli.florin_command import Ended, Florin
from tests.corporate import PASSWORD, Corporate, KnownOrder, code_at, user_name_of
from tests.world import NOON, World

IDENTITY, RECIPIENT = new_identity()


class Company:
    """A customer with a buyer, an approver and a delivery key for numbers, and the command as any of them."""

    def __init__(self, florin: Florin, world: World) -> None:
        self.florin, self.world = florin, world
        self.corporate = Corporate(world)
        self.customer: UUID = self.corporate.customer(funding_minor=10_000_00)
        self.buyer = self.corporate.person(Role.BUYER, customer=self.customer)
        self.approver = self.corporate.person(Role.APPROVER, customer=self.customer)
        world.insert(
            "customer_proposal",
            id=fresh_id(), customer_id=self.customer, purpose="numbers", recipient=RECIPIENT, status="in_force",
            proposed_by=self.buyer.login_id, proposed_person=self.buyer.person_id, proposed_at=NOON,
            decided_by=self.approver.login_id, decided_person=self.approver.person_id, decided_at=NOON,
        )  # fmt: skip

    def order(self, delivery: str = "files") -> KnownOrder:
        return self.corporate.order(self.customer, OrderStatus.READY, delivery=delivery)

    def run(self, who: Actor, command: str, *arguments: object) -> Ended:
        """A command on orders as somebody, with a code of now that nobody has used."""
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL")
        typing = self.florin.having(password=PASSWORD, totp_code=code_at(datetime.now(UTC)))
        return typing.run("order", command, *arguments, "--as", user_name_of(who))

    def done(self, who: Actor, command: str, *arguments: object) -> Ended:
        ended = self.run(who, command, *arguments)
        assert ExitCode.DONE == ended.code, ended
        return ended


@pytest.fixture
def company(florin: Florin, world: World) -> Company:
    return Company(florin, world)


def declined(ended: Ended, code: str) -> None:
    assert ExitCode.DECLINED == ended.code, ended
    assert f"declined, {code}:" in ended.complaint


def test_numbers_are_delivered_once_and_then_with_a_second_person(company: Company, tmp_path: Path) -> None:
    order, out = company.order(), tmp_path / "numbers.age"
    name = wire_id("order", order.id)

    receipt = company.done(company.buyer, "deliver", name, "--part", "numbers", "--out", out, "--json").json

    assert hashlib.sha256(out.read_bytes()).hexdigest() == receipt["sha256"]
    assert 0o600 == out.stat().st_mode & 0o777
    plain = BytesIO()
    decrypt_file(BytesIO(out.read_bytes()), plain, IDENTITY)
    assert [card.number for card in order.cards[0]] == [row["number"] for row in rows_of(plain.getvalue())]

    again = tmp_path / "again.age"
    asked = company.run(company.buyer, "deliver", name, "--part", "numbers", "--out", again)
    declined(asked, "approval_required")
    assert not again.exists()
    (waiting,) = company.world.one("SELECT id FROM delivery WHERE status = 'waiting_for_approval'")
    delivery = wire_id("delivery", waiting)
    assert f"approve-delivery {delivery}" in asked.complaint
    declined(company.run(company.buyer, "approve-delivery", delivery), "role_required")
    declined(company.run(company.buyer, "fetch-delivery", delivery, "--out", again), "approval_required")
    assert "open" == company.done(company.approver, "approve-delivery", delivery, "--json").json["status"]
    company.done(company.buyer, "fetch-delivery", delivery, "--out", again)
    assert again.exists()
    assert re.search(r" \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", company.done(company.approver, "deliveries", name).out)
    listed = company.done(company.approver, "deliveries", name, "--json").json
    assert [(False, "fetched"), (True, "fetched")] == [(each["is_repetition"], each["status"]) for each in listed]


def test_a_password_is_shown_to_another_person_than_the_file(company: Company, tmp_path: Path) -> None:
    order, out = company.order(), tmp_path / "pins.zip"
    wanted = ("--part", "pins", "--form", "zip", "--out", out)
    told = company.done(company.buyer, "deliver", wire_id("order", order.id), *wanted).out
    assert f"The PINs of the cards (3) are in {out}." in told.splitlines()
    (delivery,) = re.findall("`florin order delivery-password (dlv_[0-9a-f]{32})`", told)

    declined(company.run(company.buyer, "delivery-password", delivery), "role_required")
    shown = company.done(company.approver, "delivery-password", delivery, "--json").json

    ((_, plain),) = unzip(BytesIO(out.read_bytes()), shown["password"]).items()
    assert [card.pin for card in order.cards[0]] == [row["pin"] for row in rows_of(plain)]
    declined(company.run(company.approver, "delivery-password", delivery), "delivery_password_read")


def test_our_own_staff_get_no_file(company: Company, tmp_path: Path) -> None:
    out = tmp_path / "numbers.age"
    name = wire_id("order", company.order().id)

    staff = company.run(company.corporate.manager, "deliver", name, "--part", "numbers", "--out", out)

    declined(staff, "role_required")
    assert not out.exists()


def test_links_are_sent_listed_and_sent_once_more(company: Company) -> None:
    order = company.order("links")
    name = wire_id("order", order.id)

    sent = company.done(company.buyer, "send-links", name, "--json").json
    assert (3, 3, True) == (sent["cards"], sent["sent"], sent["done_at"] is not None)
    declined(company.run(company.buyer, "send-links", name), "nothing_to_deliver")
    declined(company.run(company.buyer, "resend-link", name, "1-000002"), "link_sent_today")
    company.world.connection.execute("UPDATE claim_link SET sent_at = sent_at - interval '1 day'")
    assert 2 == company.done(company.buyer, "resend-link", name, "1-2", "--json").json["sending"]
    listed = company.done(company.approver, "links", name, "--json").json
    assert [("1-000001", "sent", 1), ("1-000002", "sent", 2), ("1-000003", "sent", 1)] == [
        (each["card"], each["status"], each["sending"]) for each in listed
    ]
    assert "1-000003" in company.done(company.approver, "links", name).out
