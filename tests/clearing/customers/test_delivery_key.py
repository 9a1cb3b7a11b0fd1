"""Who reads card files is said by two people, one of them the customer's own; no key opens both parts."""

from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from florin.clearing.customers.delivery_key import DELIVERY_KEY, propose_delivery_key
from florin.clearing.customers.proposal import decide_proposal, list_proposals
from florin.clearing.customers.refund_account import REFUND_ACCOUNT
from florin.crypto.recipient_file import new_identity
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.invalid_field import InvalidField
from florin.domain.people import OPERATOR_ROLES, Actor, Role
from florin.storage.corporate.proposals import DeliveryKey
from florin.storage.fresh_ids import fresh_id
from tests.clearing.customers.cashier import Cashier
from tests.world import NOON


def somebody(cashier: Cashier, role: Role) -> Actor:
    return cashier.corporate.person(role, customer=None if role in OPERATOR_ROLES else cashier.customer)


def new_key() -> str:
    return new_identity()[1]


async def propose(
    cashier: Cashier, part: DeliveryPart, recipient: str, by: Actor | None = None
) -> DeliveryKey | Decline:
    actor = by or somebody(cashier, Role.BUYER)
    return await propose_delivery_key(cashier.house, actor, cashier.customer, part, recipient, NOON)


async def decide(
    cashier: Cashier, key: DeliveryKey | Decline, *, by: Actor | None = None, accept: bool = True
) -> DeliveryKey | Decline:
    assert isinstance(key, DeliveryKey)
    actor = by or cashier.corporate.manager
    return await decide_proposal(cashier.house, actor, DELIVERY_KEY, key.id, cashier.proof(actor), NOON, accept=accept)


async def in_force(cashier: Cashier) -> dict[str, str]:
    listed = await list_proposals(cashier.house, cashier.corporate.operator, DELIVERY_KEY, cashier.customer)
    assert not isinstance(listed, Decline)
    return {str(each.part): each.recipient for each in listed if each.status == "in_force"}


async def test_each_part_has_a_key_of_its_own(cashier: Cashier) -> None:
    numbers, pins = new_key(), new_key()
    await decide(cashier, await propose(cashier, DeliveryPart.NUMBERS, numbers))
    await decide(cashier, await propose(cashier, DeliveryPart.PINS, pins))
    assert {"numbers": numbers, "pins": pins} == await in_force(cashier)
    later = new_key()
    await decide(cashier, await propose(cashier, DeliveryPart.PINS, later))
    assert {"numbers": numbers, "pins": later} == await in_force(cashier)
    assert ["customer.delivery_key_proposed", "customer.delivery_key_accepted"] * 3 == cashier.actions()


async def test_nobody_of_ours_decides_who_works_for_the_customer_too(cashier: Cashier) -> None:
    insider = cashier.corporate.person(Role.MANAGER)
    approver = cashier.corporate.person(Role.APPROVER, customer=cashier.customer, same_as=insider)
    proposed = await propose(cashier, DeliveryPart.PINS, new_key())

    assert await decide(cashier, proposed, by=insider) is Decline.WORKS_FOR_CUSTOMER
    assert isinstance(await decide(cashier, proposed, by=approver), DeliveryKey)


async def test_no_key_opens_both_parts_in_whatever_case_it_is_written(cashier: Cashier) -> None:
    key = new_key()
    await decide(cashier, await propose(cashier, DeliveryPart.NUMBERS, key))
    for spelling in (key, key.upper()):
        assert await propose(cashier, DeliveryPart.PINS, spelling) is Decline.DELIVERY_KEY_IN_USE
    assert await propose(cashier, DeliveryPart.NUMBERS, key) is Decline.DELIVERY_KEY_IN_USE


async def test_a_key_that_is_only_proposed_or_was_replaced_opens_no_other_part_either(cashier: Cashier) -> None:
    old, waiting = new_key(), new_key()
    await decide(cashier, await propose(cashier, DeliveryPart.NUMBERS, old))
    await decide(cashier, await propose(cashier, DeliveryPart.NUMBERS, new_key()))
    assert isinstance(await propose(cashier, DeliveryPart.NUMBERS, waiting), DeliveryKey)
    for key in (old, waiting):
        assert await propose(cashier, DeliveryPart.PINS, key) is Decline.DELIVERY_KEY_IN_USE


async def test_the_schema_refuses_one_key_for_both_parts(cashier: Cashier) -> None:
    proposed = await propose(cashier, DeliveryPart.NUMBERS, new_key())
    assert isinstance(proposed, DeliveryKey)
    with pytest.raises(psycopg.errors.UniqueViolation, match="delivery_key_opens_one_part"):
        cashier.world.connection.execute(
            """INSERT INTO customer_proposal (id, customer_id, purpose, recipient, status, proposed_by, proposed_person,
                                              proposed_at)
               SELECT %s, customer_id, 'pins', recipient, status, proposed_by, proposed_person, proposed_at
               FROM customer_proposal WHERE id = %s""",
            (fresh_id(), proposed.id),
        )


@pytest.mark.parametrize(
    "mix",
    [
        "UPDATE customer_proposal SET purpose = 'refunds'",
        "UPDATE customer_proposal SET recipient = NULL",
        "UPDATE customer_proposal SET last4 = '4567'",
        "UPDATE customer_proposal SET account_encrypted = 'sealed'",
    ],
)
async def test_the_schema_keeps_accounts_and_keys_apart(cashier: Cashier, mix: LiteralString) -> None:
    await propose(cashier, DeliveryPart.NUMBERS, new_key())
    with pytest.raises(psycopg.errors.CheckViolation, match="a_proposal_is_an_account_or_a_key"):
        cashier.world.connection.execute(mix)


async def test_a_key_is_no_bank_account(cashier: Cashier) -> None:
    proposed = await propose(cashier, DeliveryPart.NUMBERS, new_key())
    assert isinstance(proposed, DeliveryKey)
    manager = cashier.corporate.manager
    taken_for_another = await decide_proposal(
        cashier.house, manager, REFUND_ACCOUNT, proposed.id, cashier.proof(manager), NOON, accept=True
    )
    assert taken_for_another is Decline.PROPOSAL_NOT_FOUND


@pytest.mark.parametrize(
    "recipient", ["", "age1", "ssh-ed25519 AAAA", pytest.param(new_identity()[0], id="secret"), "age1" + "q" * 58]
)
async def test_what_is_no_public_key_is_refused(cashier: Cashier, recipient: str) -> None:
    with pytest.raises(InvalidField, match="recipient"):
        await propose(cashier, DeliveryPart.NUMBERS, recipient)


async def test_nobody_decides_what_he_has_proposed_not_even_under_another_name(cashier: Cashier) -> None:
    maker = cashier.corporate.person(Role.BUYER, Role.APPROVER, customer=cashier.customer)
    second_login = cashier.corporate.person(Role.APPROVER, same_as=maker, customer=cashier.customer)
    at_ours = cashier.corporate.person(Role.MANAGER, same_as=maker)
    proposed = await propose(cashier, DeliveryPart.PINS, new_key(), by=maker)
    for actor in (maker, second_login, at_ours):
        assert await decide(cashier, proposed, by=actor) is Decline.SAME_PERSON
    assert {} == await in_force(cashier)


async def test_the_operators_people_alone_never_say_who_reads_the_cards(cashier: Cashier) -> None:
    proposed = await propose(cashier, DeliveryPart.PINS, new_key(), by=cashier.corporate.operator)
    assert await decide(cashier, proposed, by=cashier.corporate.manager) is Decline.ROLE_REQUIRED
    assert isinstance(await decide(cashier, proposed, by=somebody(cashier, Role.APPROVER)), DeliveryKey)


@pytest.mark.parametrize("role", Role)
async def test_each_step_is_for_those_whose_it_is(cashier: Cashier, role: Role) -> None:
    mine = await propose(cashier, DeliveryPart.NUMBERS, new_key(), by=somebody(cashier, role))
    may_propose = role in {Role.BUYER, Role.APPROVER, Role.OPERATOR}
    assert isinstance(mine, DeliveryKey) if may_propose else mine is Decline.ROLE_REQUIRED
    decided = await decide(cashier, await propose(cashier, DeliveryPart.PINS, new_key()), by=somebody(cashier, role))
    may_decide = role in {Role.APPROVER, Role.MANAGER}
    assert isinstance(decided, DeliveryKey) if may_decide else decided is Decline.ROLE_REQUIRED


async def test_one_proposal_of_a_part_waits_at_a_time(cashier: Cashier) -> None:
    first = await propose(cashier, DeliveryPart.NUMBERS, new_key())
    assert await propose(cashier, DeliveryPart.NUMBERS, new_key()) is Decline.PROPOSAL_WAITS
    await decide(cashier, first, accept=False)
    assert isinstance(first, DeliveryKey)
    assert isinstance(await propose(cashier, DeliveryPart.NUMBERS, first.recipient), DeliveryKey)
    assert {} == await in_force(cashier)


async def test_a_decision_takes_a_code_that_nobody_has_used_and_comes_once(cashier: Cashier) -> None:
    proposed = await propose(cashier, DeliveryPart.NUMBERS, new_key())
    assert isinstance(proposed, DeliveryKey)
    manager, used = cashier.corporate.manager, cashier.proof(cashier.corporate.manager)
    await decide(cashier, await propose(cashier, DeliveryPart.PINS, new_key()))
    refused = await decide_proposal(cashier.house, manager, DELIVERY_KEY, proposed.id, used, NOON, accept=True)
    assert refused is Decline.TOTP_CODE_INCORRECT
    assert isinstance(await decide(cashier, proposed), DeliveryKey)
    assert await decide(cashier, proposed) is Decline.PROPOSAL_NOT_FOUND


async def test_to_a_stranger_nothing_is_there(cashier: Cashier) -> None:
    proposed = await propose(cashier, DeliveryPart.NUMBERS, new_key())
    stranger = cashier.corporate.person(Role.BUYER, Role.APPROVER, customer=cashier.corporate.customer())
    assert await propose(cashier, DeliveryPart.PINS, new_key(), by=stranger) is Decline.CUSTOMER_NOT_FOUND
    assert await decide(cashier, proposed, by=stranger) is Decline.PROPOSAL_NOT_FOUND
    listed = await list_proposals(cashier.house, stranger, DELIVERY_KEY, cashier.customer)
    assert listed is Decline.CUSTOMER_NOT_FOUND
    unknown: UUID = fresh_id()
    proof = cashier.proof(cashier.corporate.manager)
    gone = await decide_proposal(
        cashier.house, cashier.corporate.manager, DELIVERY_KEY, unknown, proof, NOON, accept=True
    )
    assert gone is Decline.PROPOSAL_NOT_FOUND
