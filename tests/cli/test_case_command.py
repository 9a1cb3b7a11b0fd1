"""Cases are opened, worked on and ended by command, each step as somebody who signs in."""

import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.till import Till, subject
from tests.world import Balance, World


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


async def test_a_dispute_is_taken_over_answered_and_ends_with_a_refund(desk: Desk, world: World) -> None:
    operator, manager, member = desk.corporate.operator, desk.corporate.manager, world.member(principal_minor=100_00)
    async with world.clearing_house() as house:
        bought = subject(await Till(house, world.shop).purchase(world.payment_code(member), 60_00))
    purchase = wire_id("purchase", bought)
    opened = desk.told(operator, "case", "open", "dispute", "--purchase", purchase, "--text", "the chicken was off")
    assert ("opened", wire_id("member", member.id)) == (opened["status"], opened["member_id"])
    case = opened["id"]
    taken = desk.told(operator, "case", "assign", case, "--text", "mine", "--due", "2026-12-01T04:00:00")
    assert (wire_id("login", operator.login_id), "2026-12-01T04:00:00Z") == (taken["assignee_id"], taken["due_at"])
    asked = desk.told(operator, "case", "ask", case, "merchant", "--text", "what do your records say?")
    assert "waiting_for_merchant" == asked["status"]
    desk.seen(operator, "case", "answer", case, "--text", "they know nothing")
    desk.seen(operator, "case", "note", case, "--text", "he complains [often]", "--internal")

    assert [case] == [each["id"] for each in desk.told(operator, "case", "list", "--status", "assigned")]
    assert [] == desk.told(operator, "case", "list", "--overdue")
    seen = desk.seen(operator, "case", "show", case)
    assert all(words in seen for words in ("the chicken was off", "he complains [often]", "internal", purchase))
    resolve = ("case", "resolve", case, "--text", "sorry", "--refund")
    assert "declined, role_required:" in desk.refused(operator, *resolve, "10")[1]
    ended = desk.told(manager, *resolve, "10")
    assert ("resolved", 10_00) == (ended["status"], ended["refund"]["refunded"]["amount"])
    assert Balance(50_00) == world.balance(member.id)
    desk.seen(operator, "case", "reopen", case, "--text", "the rest, too")
    boss = wire_id("login", manager.login_id)
    assert boss == desk.told(operator, "case", "assign", case, "--text", "his", "--to", boss)["assignee_id"]
    voucher = desk.told(manager, "case", "resolve", case, "--text", "and this", "--voucher", "20")["voucher"]
    assert (20_00, "granted") == (voucher["face"]["amount"], voucher["status"])
    desk.seen(operator, "case", "reopen", case, "--text", "no, thanks")
    desk.seen(operator, "case", "assign", case, "--text", "mine")
    assert "rejected" == desk.told(operator, "case", "reject", case, "--text", "no")["status"]
    assert "closed" == desk.told(operator, "case", "close", case, "--text", "agreed")["status"]


def test_what_is_about_nobody_is_a_slip_of_the_pen(desk: Desk) -> None:
    operator = desk.corporate.operator
    for wrong in (
        ("open", "dispute", "--text", "of which purchase?"),
        ("open", "complaint", "--text", "whose?"),
        ("note", "cas_1", "--text", "which?"),
        ("resolve", wire_id("case", operator.login_id), "--text", "so much?", "--refund", "1e3"),
        ("note", wire_id("case", operator.login_id), "--text", " "),
    ):
        assert ExitCode.REFUSED == desk.refused(operator, "case", *wrong)[0]
