"""Orders are put together, approved and looked at by commands, each step as somebody who signs in."""

from datetime import UTC, datetime

import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role
from tests.cli.florin_command import Florin
from tests.corporate import PASSWORD, Corporate, code_at, user_name_of
from tests.world import World


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


@pytest.fixture
def desk(florin: Florin, corporate: Corporate) -> "Desk":
    return Desk(florin, corporate)


class Desk:
    """The command as one of the people, each time with a password and a code that nobody has used."""

    def __init__(self, florin: Florin, corporate: Corporate) -> None:
        self._florin = florin
        self.world = corporate.world
        self.customer = corporate.customer(funding_minor=1_000_00, approval_limit_minor=1_000_00)
        self.buyer = corporate.person(Role.BUYER, customer=self.customer)
        self.manager, self.operator = corporate.manager, corporate.operator

    def florin_of(self, actor: Actor) -> tuple[Florin, str]:
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL")
        typed = self._florin.having(password=PASSWORD, totp_code=code_at(datetime.now(UTC)))
        return typed, user_name_of(actor)

    def told(self, actor: Actor, *arguments: object) -> dict[str, object]:
        """What a command that ends well says to a machine."""
        florin, name = self.florin_of(actor)
        return dict(florin.done("order", *arguments, "--as", name, "--json").json)

    def seen(self, actor: Actor, *arguments: object) -> str:
        """What a command that ends well shows to people."""
        florin, name = self.florin_of(actor)
        return florin.done("order", *arguments, "--as", name).out


def test_an_order_goes_from_draft_to_funded_by_commands(desk: Desk) -> None:
    draft = desk.told(desk.buyer, "new", "--line", "bearer-gift:100:3", "--line", "recharge:200:1")
    assert ("draft", 500_00) == (draft["status"], draft["price"]["price"]["amount"])  # type: ignore[index]
    reference = draft["payment_reference"]
    submitted = desk.told(desk.buyer, "submit", draft["id"])
    shown = desk.seen(desk.manager, "show", reference)
    assert str(submitted["submission_hash"]) in shown
    assert "Faces of 500.00 CNY; it costs 500.00 CNY." in shown
    (name,) = desk.world.one("SELECT name FROM customer WHERE id = %s", desk.customer)
    assert f"It is of {name} ({wire_id('customer', desk.customer)})." in shown
    assert "It waits for the operator's manager." in shown
    florin, name = desk.florin_of(desk.buyer)
    own = florin.run("order", "approve", draft["id"], "--hash", submitted["submission_hash"], "--as", name)
    assert (ExitCode.DECLINED, True) == (own.code, "declined, role_required:" in own.complaint)
    approved = desk.told(desk.manager, "approve", reference, "--hash", submitted["submission_hash"])
    assert "funded" == approved["status"]
    listed = desk.seen(desk.operator, "list", "--customer", wire_id("customer", desk.customer))
    assert str(reference) in listed
    assert wire_id("customer", desk.customer) in listed
    timeline = desk.seen(desk.buyer, "timeline", reference)
    for step in ("drafted", "submitted", "approved", "funded", "price 500.00 CNY", str(submitted["submission_hash"])):
        assert step in timeline
    assert user_name_of(desk.buyer) in timeline
    assert user_name_of(desk.manager) not in timeline


def test_an_order_above_the_customers_limit_is_changed_returned_repeated_and_cancelled_by_commands(desk: Desk) -> None:
    florin, name = desk.florin_of(desk.operator)
    whose = florin.run("order", "new", "--line", "bearer-gift:100:1", "--as", name)
    assert (ExitCode.REFUSED, True) == (whose.code, "--customer: say which" in whose.complaint)
    draft = desk.told(
        desk.operator, "new", "--customer", wire_id("customer", desk.customer), "--line", "recharge:100:2"
    )
    changed = desk.told(desk.operator, "lines", draft["id"], "--line", "recharge:500:3")
    assert 1_500_00 == changed["price"]["face"]["amount"]  # type: ignore[index]
    assert "It waits for the customer's own approver." in desk.seen(desk.operator, "submit", draft["id"])
    returned = desk.told(desk.manager, "return", draft["id"], "--reason", "surplus")
    assert "draft" == returned["status"]
    assert "surplus" in desk.seen(desk.operator, "timeline", draft["id"])
    again = desk.told(desk.operator, "repeat", draft["id"], "--key", "once-only")
    assert (draft["id"], again) == (
        again["repeats_order_id"],
        desk.told(desk.operator, "repeat", draft["id"], "--key", "once-only"),
    )
    cancelled = desk.told(desk.operator, "cancel", draft["id"], "--reason", "no longer wanted")
    assert "cancelled" == cancelled["status"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("show", "ord_" + "0" * 32), "declined, order_not_found:"),
        (("show", "33333333"), "declined, order_not_found:"),
        (("new", "--line", "bearer-gift:0.001:1"), "--line:"),
        (("new", "--line", "nothing:100:1"), "there is no product of home with the code nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(desk: Desk, arguments: tuple[str, ...], complaint: str) -> None:
    florin, name = desk.florin_of(desk.buyer)
    ended = florin.run("order", *arguments, "--as", name)
    assert ended.code in {ExitCode.DECLINED, ExitCode.REFUSED}
    assert complaint in ended.complaint
    assert 1 == ended.complaint.count("\n")
