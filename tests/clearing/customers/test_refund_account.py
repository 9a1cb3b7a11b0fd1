"""Where refunds go is said by two people, and it is the customer's own account."""

from uuid import UUID

import pytest

from florin.clearing.customers.change_customer import rename_customer
from florin.clearing.customers.proposal import decide_proposal
from florin.clearing.customers.refund_account import (
    REFUND_ACCOUNT,
    RefundAccountInFull,
    list_refund_accounts,
    propose_refund_account,
)
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.people import OPERATOR_ROLES, Actor, Role
from florin.storage.corporate.proposals import RefundAccount
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from tests.clearing.customers.cashier import Cashier
from tests.world import NOON

OWN = BankAccount.read("Honeynut 有限公司", "Bank of Honey", "6222 0210 0123 4567")
OTHER = BankAccount.read("Honeynut 有限公司", "Bank of Honey", "6222 0299 9999 9999")


def somebody(cashier: Cashier, role: Role) -> Actor:
    return cashier.corporate.person(role, customer=None if role in OPERATOR_ROLES else cashier.customer)


async def propose(cashier: Cashier, account: BankAccount = OWN, by: Actor | None = None) -> RefundAccount:
    actor = by or somebody(cashier, Role.BUYER)
    proposed = await propose_refund_account(cashier.house, actor, cashier.customer, account, NOON)
    assert isinstance(proposed, RefundAccount)
    return proposed


async def decide(
    cashier: Cashier, account_id: UUID, *, by: Actor | None = None, proof: CodeProof | None = None, accept: bool = True
) -> RefundAccount | Decline:
    actor = by or cashier.corporate.manager
    return await decide_proposal(
        cashier.house, actor, REFUND_ACCOUNT, account_id, proof or cashier.proof(actor), NOON, accept=accept
    )


async def statuses(cashier: Cashier) -> list[str]:
    listed = await list_refund_accounts(cashier.house, cashier.corporate.finance, cashier.customer)
    assert not isinstance(listed, Decline)
    return [str(each.record.status) for each in listed]


async def test_a_second_person_puts_an_account_in_force(cashier: Cashier) -> None:
    proposed = await propose(cashier)
    assert ("4567", ["proposed"]) == (proposed.last4, await statuses(cashier))
    decided = await decide(cashier, proposed.id)
    assert isinstance(decided, RefundAccount)
    assert ("in_force", cashier.corporate.manager.login_id) == (decided.status, decided.decided_by)
    assert ["customer.refund_account_proposed", "customer.refund_account_accepted"] == cashier.actions()


async def test_the_next_one_takes_its_place_and_a_refused_one_does_not(cashier: Cashier) -> None:
    await decide(cashier, (await propose(cashier)).id)
    await decide(cashier, (await propose(cashier, OTHER)).id, accept=False)
    assert ["refused", "in_force"] == await statuses(cashier)
    await decide(cashier, (await propose(cashier, OTHER)).id)
    assert ["in_force", "refused", "replaced"] == await statuses(cashier)


async def test_nobody_decides_what_he_has_proposed_not_even_under_another_name(cashier: Cashier) -> None:
    maker = cashier.corporate.person(Role.OPERATOR, Role.MANAGER)
    second_login = cashier.corporate.person(Role.MANAGER, same_as=maker)
    proposed = await propose(cashier, by=maker)
    for actor in (maker, second_login):
        assert await decide(cashier, proposed.id, by=actor) is Decline.SAME_PERSON
    assert ["proposed"] == await statuses(cashier)


async def test_nobody_of_ours_decides_who_works_for_the_customer_too(cashier: Cashier) -> None:
    insider = cashier.corporate.person(Role.MANAGER)
    cashier.corporate.person(Role.BUYER, customer=cashier.customer, same_as=insider)
    elsewhere = cashier.corporate.person(Role.MANAGER)
    cashier.corporate.person(Role.BUYER, customer=cashier.corporate.customer(), same_as=elsewhere)
    proposed = await propose(cashier)

    for accept in (True, False):
        assert await decide(cashier, proposed.id, by=insider, accept=accept) is Decline.WORKS_FOR_CUSTOMER
    assert ["proposed"] == await statuses(cashier)
    assert isinstance(await decide(cashier, proposed.id, by=elsewhere), RefundAccount)


async def test_an_account_in_the_name_before_is_refused_after_the_name_has_changed(cashier: Cashier) -> None:
    proposed = await propose(cashier)
    await rename_customer(cashier.house, cashier.corporate.manager, cashier.customer, "Buckwheat", NOON)

    assert await decide(cashier, proposed.id) is Decline.REFUND_ACCOUNT_NOT_OWN
    assert isinstance(await decide(cashier, proposed.id, accept=False), RefundAccount)


async def test_an_account_in_another_name_is_refused(cashier: Cashier) -> None:
    strange = BankAccount.read("Somebody Else", "Bank of Honey", "6222021001234567")
    buyer = somebody(cashier, Role.BUYER)
    refused = await propose_refund_account(cashier.house, buyer, cashier.customer, strange, NOON)
    assert refused is Decline.REFUND_ACCOUNT_NOT_OWN
    assert [] == await statuses(cashier)


async def test_one_proposal_waits_at_a_time(cashier: Cashier) -> None:
    await propose(cashier)
    buyer = somebody(cashier, Role.BUYER)
    again = await propose_refund_account(cashier.house, buyer, cashier.customer, OTHER, NOON)
    assert again is Decline.PROPOSAL_WAITS


async def test_what_is_decided_is_not_decided_again(cashier: Cashier) -> None:
    proposed = await propose(cashier)
    await decide(cashier, proposed.id, accept=False)
    assert await decide(cashier, proposed.id) is Decline.PROPOSAL_NOT_FOUND
    assert await decide(cashier, fresh_id()) is Decline.PROPOSAL_NOT_FOUND
    assert ["refused"] == await statuses(cashier)


async def test_a_decision_spends_its_code(cashier: Cashier) -> None:
    proof = cashier.proof(cashier.corporate.manager)
    assert isinstance(await decide(cashier, (await propose(cashier)).id, proof=proof, accept=False), RefundAccount)
    proposed = await propose(cashier)
    assert await decide(cashier, proposed.id, proof=proof) is Decline.TOTP_CODE_INCORRECT
    assert ["proposed", "refused"] == await statuses(cashier)


@pytest.mark.parametrize("role", Role)
async def test_each_step_is_for_those_whose_it_is(cashier: Cashier, role: Role) -> None:
    actor = somebody(cashier, role)
    proposed = await propose_refund_account(cashier.house, actor, cashier.customer, OWN, NOON)
    may_propose = role in {Role.BUYER, Role.APPROVER, Role.OPERATOR, Role.FINANCE}
    assert isinstance(proposed, RefundAccount) if may_propose else proposed is Decline.ROLE_REQUIRED
    waiting = proposed if isinstance(proposed, RefundAccount) else await propose(cashier)
    decided = await decide(cashier, waiting.id, by=somebody(cashier, role))
    may_decide = role in {Role.MANAGER, Role.FINANCE_APPROVER}
    assert isinstance(decided, RefundAccount) if may_decide else decided is Decline.ROLE_REQUIRED


@pytest.mark.parametrize("role", Role)
async def test_only_those_who_pay_see_the_whole_number(cashier: Cashier, role: Role) -> None:
    proposed = await propose(cashier)
    (sealed,) = cashier.world.one("SELECT account_encrypted FROM customer_proposal WHERE id = %s", proposed.id)
    assert b"6222021001234567" not in sealed
    listed = await list_refund_accounts(cashier.house, somebody(cashier, role), cashier.customer)
    if role is Role.ADMINISTRATOR:
        assert listed is Decline.ROLE_REQUIRED
        return
    seen = OWN if role in {Role.FINANCE, Role.FINANCE_APPROVER, Role.MANAGER} else None
    assert [RefundAccountInFull(proposed, seen)] == listed


async def test_to_a_stranger_nothing_is_there(cashier: Cashier) -> None:
    proposed = await propose(cashier)
    stranger = cashier.corporate.person(Role.BUYER, Role.APPROVER, customer=cashier.corporate.customer())
    house, customer = cashier.house, cashier.customer
    assert await propose_refund_account(house, stranger, customer, OWN, NOON) is Decline.CUSTOMER_NOT_FOUND
    assert await decide(cashier, proposed.id, by=stranger) is Decline.PROPOSAL_NOT_FOUND
    assert await list_refund_accounts(house, stranger, customer) is Decline.CUSTOMER_NOT_FOUND
