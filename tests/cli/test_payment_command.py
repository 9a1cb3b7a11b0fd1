"""Payments are looked into and sent back by command, each step as somebody who signs in."""

from uuid import UUID

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import NOON, World


@pytest.fixture
def disputed(world: World) -> UUID:
    """A payment of a hundred yuan of which sixty came."""
    member, payment_id = world.member(named=True), fresh_id()
    world.insert(
        "payment",
        id=payment_id, shard=0, programme_id=world.home, member_id=member.id, provider="sandbox",
        provider_id=world.home, purpose="top_up", amount_minor=100_00, unit="CNY", status="disputed", created_at=NOON,
        expires_at=NOON, paid_minor=60_00, paid_unit="CNY", paid_at=NOON, refunded_minor=0, ended_at=NOON,
    )  # fmt: skip
    world.insert(
        "payment_finding",
        id=fresh_id(), kind="amount_differs", provider="sandbox", reference=payment_id.hex, payment_id=payment_id,
        expected_minor=100_00, expected_unit="CNY", found_minor=60_00, found_unit="CNY", detail="", opened_at=NOON,
    )  # fmt: skip
    return payment_id


def test_finance_finds_what_differs_and_sends_it_back(florin: Florin, world: World, disputed: UUID) -> None:
    desk, payment = Desk(florin, world), wire_id("payment", disputed)
    finance = desk.corporate.finance
    (finding,) = desk.told(finance, "payment", "findings", "--kind", "amount_differs")
    assert (payment, 60_00) == (finding["payment_id"], finding["found"]["amount"])
    closed = desk.told(finance, "payment", "finding", "close", finding["id"], "Sent back.")
    assert (True, "Sent back.") == (closed["closed_at"] is not None, closed["notes"][0]["text"])
    # A narrow screen folds what is said.
    assert {"Sent", "back."} <= set(desk.seen(finance, "payment", "finding", "show", finding["id"]).split())
    seen = desk.seen(finance, "payment", "list", "--status", "disputed")
    assert payment in seen
    assert "100.00" in seen
    assert "no payment provider" in desk.refused(finance, "payment", "ask", payment)[1].lower()
    assert 3 == desk.refused(desk.corporate.person(Role.AUDITOR), "payment", "return", payment)[0]
    refund = desk.told(finance, "payment", "return", payment)
    assert ("requested", 60_00) == (refund["status"], refund["amount"]["amount"])
    assert [refund] == desk.told(finance, "payment", "show", payment)["refunds"]
