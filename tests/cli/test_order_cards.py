"""What a company does with its ordered cards, by commands: from receipt to the statement."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from tests.cli.florin_command import Ended, Florin
from tests.corporate import PASSWORD, Corporate, code_at, user_name_of
from tests.world import World


class Company:
    """A customer with an order of three and two cards that are ready, and the command as any of its people or ours."""

    def __init__(self, florin: Florin, world: World) -> None:
        self.florin, self.world = florin, world
        self.corporate = Corporate(world)
        customer = self.corporate.customer(funding_minor=10_000_00)
        self.buyer = self.corporate.person(Role.BUYER, customer=customer)
        lines = (("bearer_gift", 100_00, 3), ("bearer_gift", 200_00, 2))
        self.order = self.corporate.order(customer, OrderStatus.READY, lines, price_basis_points=9_500)
        self.corporate.hand_over(self.order)

    def run(self, command: str, *arguments: object, who: Actor | None = None) -> Ended:
        """A command on the order as somebody, with a code of now that nobody has used."""
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL")
        typing = self.florin.having(password=PASSWORD, totp_code=code_at(datetime.now(UTC)))
        name = wire_id("order", self.order.id)
        return typing.run("order", command, name, *arguments, "--as", user_name_of(who or self.buyer))

    def done(self, command: str, *arguments: object, who: Actor | None = None) -> Ended:
        ended = self.run(command, *arguments, who=who)
        assert ExitCode.DONE == ended.code, ended
        return ended


@pytest.fixture
def company(florin: Florin, world: World) -> Company:
    return Company(florin, world)


def test_cards_are_received_activated_given_up_and_accounted_for(company: Company, tmp_path: Path) -> None:
    early = company.run("activate", "--all")
    assert (ExitCode.DECLINED, True) == (early.code, "declined, order_not_in_state:" in early.complaint)
    (replaced,) = company.done("confirm", "--missing", "1-2", "--json").json
    assert ("1-000002", "replaced", "1-000004") == (replaced["card"], replaced["status"], replaced["successor"])

    beyond = company.run("activate", "--box", "1:1-99")
    assert (ExitCode.REFUSED, True) == (beyond.code, "line 1 has the cards 1 to 4" in beyond.complaint), beyond

    some = company.run("activate", "--box", "1:1-2", "--card", "2-000001", "--json")
    assert ExitCode.DECLINED == some.code
    assert (3, 2, 0, 1) == tuple(some.json[each] for each in ("cards", "activated", "skipped", "refused"))
    assert [{"card": "1-000002", "code": "card_not_sellable"}] == some.json["refusals"]
    assert 1 == company.done("void-cards", "--card", "2-2", "--json").json["voided"]
    company.run("activate", "--all")

    statement = company.done("statement", "--json").json
    assert (4, 4, 1, 1) == tuple(statement["total"][each] for each in ("sold", "activated", "voided", "replaced"))
    assert {"amount": 475_00, "currency": "CNY"} == statement["amounts"]["paid"]
    listed = company.done("cards", "--json").json
    assert ["activated", "replaced", "activated", "activated", "activated", "voided"] == [
        each["step"] for each in listed
    ]
    for name in ("statement.xlsx", "statement.pdf"):
        company.done("statement", "--out", tmp_path / name)
    company.done("cards", "--out", tmp_path / "cards.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "cards.csv").read_text("utf-8-sig"))))
    assert [each["card"] for each in listed] == [each["card"] for each in rows]
    assert [b"PK", b"%P"] == [(tmp_path / f"statement.{each}").read_bytes()[:2] for each in ("xlsx", "pdf")]


def test_a_manager_lets_value_move_to_another_card(company: Company) -> None:
    assert "The order is delivered: its cards can be activated.\n" == company.done("confirm").out
    assert "Cards activated: 5. Cards that needed nothing: 0.\n" == company.done("activate", "--all").out
    (waiting,) = company.done("replace", "--damaged", "2-000001", "--json").json
    assert "waiting_for_approval" == waiting["status"]
    manager = company.corporate.manager
    replaced = company.done("approve-replacement", waiting["id"], "--json", who=manager).json
    assert ("replaced", "2-000003", True) == (replaced["status"], replaced["successor"], replaced["moved_value"])
    twice = company.run("replace", "--damaged", "2-000001")
    assert (ExitCode.DECLINED, True) == (twice.code, "declined, card_not_replaceable:" in twice.complaint)
    (other,) = company.done("replace", "--missing", "1-000001", "--json").json
    refused = company.done(
        "refuse-replacement", other["id"], "--reason", "it was used today", "--json", who=manager
    ).json
    assert ("refused", "not_approved") == (refused["status"], refused["refusal"])
    assert ["refused", "replaced"] == [each["status"] for each in company.done("replacements", "--json").json]
