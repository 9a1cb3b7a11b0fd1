"""Two people say what becomes of money that nobody was found for: it is a customer's, or goes back to its sender."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import pytest

from florin.clearing.banking.approve_resolution import ApproveResolution, approve_resolution
from florin.clearing.banking.read_suspense import read_suspense_item, suspense_page
from florin.clearing.banking.resolve_item import (
    ProposeAssignment,
    ProposeSendingBack,
    RejectResolution,
    propose_assignment,
    propose_sending_back,
    reject_resolution,
)
from florin.clearing.banking.suspense_payouts import SUSPENSE_PAYOUTS
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.storage.posting.request import Answer
from tests.clearing.banking.bank_desk import PAYER, BankDesk, Entry
from tests.clearing.customers.cashier import refusal
from tests.clearing.every_proof import findings
from tests.till import fresh

SENDER = BankAccount.read("Honeynut 有限公司", "Bank of Honey", PAYER)


@dataclass
class Suspense:
    """An item of 30 yuan, and who decides about it."""

    desk: BankDesk
    item: UUID

    async def assign(self, *, by: Actor | None = None, **changes: Any) -> Answer | Decline:  # noqa: ANN401
        told = {"customer_id": self.desk.cashier.customer, "reason": "by their letter", **changes}
        finance = by or self.desk.corporate.finance
        return await propose_assignment(self.desk.house, finance, ProposeAssignment(self.item, **told), fresh("key"))

    async def send_back(self, account: BankAccount = SENDER) -> Answer | Decline:
        command = ProposeSendingBack(self.item, "sent by mistake", account)
        return await propose_sending_back(self.desk.house, self.desk.corporate.finance, command, fresh("key"))

    async def approve(self, proposed: Answer | Decline, *, by: Actor | None = None) -> Answer | Decline:
        assert isinstance(proposed, Answer), proposed
        assert proposed.decline is None, proposed
        hashed = bytes.fromhex(msgspec.json.decode(proposed.body)["resolution"]["details_hash"])
        actor = by or self.desk.corporate.manager
        command = ApproveResolution(self.item, hashed)
        return await approve_resolution(self.desk.house, actor, command, self.desk.proof(actor), fresh("key"))

    async def reject(self) -> Answer | Decline:
        manager = self.desk.corporate.manager
        return await reject_resolution(self.desk.house, manager, RejectResolution(self.item), fresh("key"))


@pytest.fixture
async def suspense(desk: BankDesk) -> Suspense:
    await desk.shows(Entry(30_00, "for whom?", reference="B-77"))
    return Suspense(desk, desk.world.one("SELECT id FROM suspense_item")[0])


async def test_what_is_assigned_is_the_customers_receipt_and_funds_its_order(suspense: Suspense) -> None:
    desk = suspense.desk
    order = desk.cashier.approved_order(1)
    await desk.cashier.receive(order.price_minor - 30_00)
    reference = desk.cashier.reference_of(order.id)
    proposed = await suspense.assign(payment_reference=reference.lower())
    assert (30_00, "approved") == (desk.suspense, desk.cashier.status(order.id))
    assert refusal(await suspense.approve(proposed)) is None
    assert (0, "funded") == (desk.suspense, desk.cashier.status(order.id))
    receipt = desk.world.one("SELECT payment_reference, amount_minor FROM receipt WHERE bank_reference = 'B-77'")
    assert (reference, 30_00) == receipt
    assert Decline.SUSPENSE_NOT_IN_STATE is refusal(await suspense.assign())


async def test_what_goes_back_is_paid_by_a_file_and_settled_by_the_statement(suspense: Suspense) -> None:
    desk = suspense.desk
    assert refusal(await suspense.approve(await suspense.send_back())) is None
    assert 30_00 == desk.suspense
    await desk.pay()
    (payout,) = desk.world.one("SELECT id FROM suspense_payout")
    assert (0, 30_00) == (desk.suspense, desk.standing(1090))
    assert {"settled": 1} == await desk.shows(Entry(-30_00, key=payout.hex))
    assert (0, 0) == (desk.standing(1090), desk.at_bank)
    # The bank finds out later that the account is closed: the item is open, and another decision is taken.
    assert {"returned": 1} == await desk.shows(Entry(30_00, key=payout.hex, is_reversal=True))
    assert (30_00, 30_00) == (desk.suspense, desk.at_bank)
    assert refusal(await suspense.approve(await suspense.assign())) is None
    assert 0 == desk.suspense


async def test_what_goes_back_is_settled_and_returned_by_hand_where_no_statement_tells(suspense: Suspense) -> None:
    desk, finance = suspense.desk, suspense.desk.corporate.finance
    assert refusal(await suspense.approve(await suspense.send_back())) is None
    (payout,) = desk.world.one("SELECT id FROM suspense_payout")
    paid, back = SettlePayout(payout, "B-90"), ReturnPayout(payout, "B-91", "the account is closed")

    async def settle(by: Actor = finance) -> Decline | None:
        return refusal(await settle_payout(desk.house, by, SUSPENSE_PAYOUTS, paid, fresh("key")))

    assert Decline.PAYOUT_NOT_IN_STATE is await settle()
    await desk.pay()
    assert Decline.ROLE_REQUIRED is await settle(desk.corporate.manager)
    assert await settle() is None
    assert (0, 0, 0) == (desk.suspense, desk.standing(1090), desk.at_bank)
    # The statement that comes after all says nothing new.
    assert {"recorded_before": 1} == await desk.shows(Entry(-30_00, key=payout.hex, reference="B-90"))
    assert refusal(await return_payout(desk.house, finance, SUSPENSE_PAYOUTS, back, fresh("key"))) is None
    assert (30_00, 30_00) == (desk.suspense, desk.at_bank)
    assert refusal(await suspense.approve(await suspense.assign())) is None
    assert 0 == desk.suspense


async def test_ages_are_banking_days_as_those_of_breaks(suspense: Suspense) -> None:
    desk, manager = suspense.desk, suspense.desk.corporate.manager
    # From Monday to the Monday after are five banking days.
    later = desk.now + timedelta(days=7)
    for lag_days, expected in ((0, 5), (2, 3)):
        desk.world.connection.execute("UPDATE counterparty SET lag_days = %s", (lag_days,))
        shown = await read_suspense_item(desk.house, manager, suspense.item, later)
        listed = await suspense_page(desk.house, manager, "open", later, None, 9)
        assert not isinstance(shown, Decline)
        assert not isinstance(listed, Decline)
        assert [expected] * 2 == [shown.aged.age_days, *(each.age_days for each in listed.items)]


async def test_nobody_approves_what_the_same_person_has_proposed(suspense: Suspense) -> None:
    corporate = suspense.desk.corporate
    both = corporate.person(Role.FINANCE, Role.MANAGER)
    assert Decline.SAME_PERSON is refusal(await suspense.approve(await suspense.assign(by=both), by=both))
    assert Decline.ROLE_REQUIRED is refusal(await suspense.assign(by=corporate.manager))
    assert 30_00 == suspense.desk.suspense


async def test_only_what_was_looked_at_is_approved(suspense: Suspense) -> None:
    looked_at = await suspense.assign()
    assert Decline.SUSPENSE_NOT_IN_STATE is refusal(await suspense.send_back())
    assert refusal(await suspense.reject()) is None
    other = suspense.desk.corporate.customer()
    await suspense.assign(customer_id=other)
    assert Decline.SUSPENSE_CHANGED is refusal(await suspense.approve(looked_at))
    assert refusal(await suspense.reject()) is None
    assert Decline.SUSPENSE_NOT_IN_STATE is refusal(await suspense.approve(looked_at))
    assert 30_00 == suspense.desk.suspense


async def test_money_goes_back_only_to_where_it_came_from(suspense: Suspense) -> None:
    with pytest.raises(InvalidField, match="another account"):
        await suspense.send_back(BankAccount.read("Somebody", "Bank", "6222029999999999"))


async def test_a_suspended_customer_and_one_of_another_programme_are_assigned_nothing(suspense: Suspense) -> None:
    desk = suspense.desk
    assert Decline.CUSTOMER_NOT_FOUND is refusal(await suspense.assign(customer_id=desk.world.home))
    proposed = await suspense.assign()
    desk.world.connection.execute("UPDATE customer SET status = 'suspended'")
    assert Decline.CUSTOMER_NOT_ACTIVE is refusal(await suspense.approve(proposed))
    assert 30_00 == desk.suspense


@pytest.mark.parametrize(
    ("alter", "restore", "proofs"),
    [
        (
            "UPDATE suspense_item SET amount_minor = 30_01",
            "UPDATE suspense_item SET amount_minor = 30_00",
            {"suspense items", "suspense"},
        ),
        (
            "UPDATE booked_line SET journal_id = line_id",
            "UPDATE booked_line b SET journal_id = i.journal_id FROM suspense_item i WHERE i.line_id = b.line_id",
            {"lines of banks"},
        ),
    ],
)
async def test_the_proofs_find_what_somebody_has_altered(
    suspense: Suspense, alter: LiteralString, restore: LiteralString, proofs: set[str]
) -> None:
    desk = suspense.desk
    desk.world.connection.execute(alter)
    async with desk.house.pool.connection() as connection:
        found = await findings(connection)
    assert proofs == {each.partition(":")[0] for each in found}
    desk.world.connection.execute(restore)
