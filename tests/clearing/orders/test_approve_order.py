"""Approval: by hash, by other people than the maker, in the right order, and only of what was submitted."""

import asyncio
from typing import LiteralString

import psycopg
import pytest
from structlog.testing import capture_logs

from florin.clearing.orders.submitted import require_unaltered
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.corporate.orders import OrderView
from tests.clearing.orders.ordering import Ordering, made


@pytest.fixture
def careful(ordering: Ordering) -> Ordering:
    """A customer whose own approver is always asked."""
    return Ordering(ordering.house, ordering.corporate, ordering.corporate.customer(approval_limit_minor=0))


async def test_our_manager_approves_an_order_below_the_customers_limit(ordering: Ordering) -> None:
    order = made(await ordering.approve((await ordering.submitted()).id))
    assert OrderStatus.APPROVED is order.status
    assert (ordering.manager.login_id, ordering.manager.person_id) == (order.approved_by, order.approved_person)
    assert ["order.drafted", "order.submitted", "order.approved"] == ordering.steps(order.id)
    assert ["order.submitted", "order.approved"] == ordering.corporate.world.events(order.id)


async def test_above_the_limit_the_customers_approver_comes_first_and_our_manager_last(careful: Ordering) -> None:
    order = await careful.submitted()
    assert Decline.APPROVAL_REQUIRED == await careful.approve(order.id)
    consented = made(await careful.approve(order.id, by=careful.approver))
    assert OrderStatus.SUBMITTED is consented.status
    approved = made(await careful.approve(order.id))
    assert OrderStatus.APPROVED is approved.status
    people = {approved.submitted_person, approved.customer_approved_person, approved.approved_person}
    assert {careful.buyer.person_id, careful.approver.person_id, careful.manager.person_id} == people
    assert "order.approved_by_customer" in careful.steps(order.id)


async def test_an_approved_order_is_funded_at_once_when_the_money_is_there(ordering: Ordering) -> None:
    corporate = ordering.corporate
    customer = corporate.customer(funding_minor=300_00, approval_limit_minor=300_00)
    rich = Ordering(ordering.house, corporate, customer)
    order = made(await rich.approve((await rich.submitted()).id))
    assert (OrderStatus.FUNDED, 300_00) == (order.status, order.reserved_minor)
    second = made(await rich.approve((await rich.submitted()).id))
    assert (OrderStatus.APPROVED, 0) == (second.status, second.reserved_minor)


# Who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER, Role.APPROVER}))
async def test_nobody_else_approves(ordering: Ordering, role: Role) -> None:
    order = await ordering.submitted()
    customer = ordering.customer if role is Role.BUYER else None
    assert Decline.ROLE_REQUIRED == await ordering.approve(
        order.id, by=ordering.corporate.person(role, customer=customer)
    )


async def test_an_approver_who_is_not_asked_approves_nothing(ordering: Ordering) -> None:
    order = await ordering.submitted()
    assert Decline.ROLE_REQUIRED == await ordering.approve(order.id, by=ordering.approver)


async def test_a_stranger_approver_finds_no_order(careful: Ordering) -> None:
    order = await careful.submitted()
    stranger = careful.corporate.person(Role.APPROVER, customer=careful.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await careful.approve(order.id, by=stranger)


async def test_a_buyer_with_both_roles_does_not_approve_the_own_order(careful: Ordering) -> None:
    both = careful.corporate.person(Role.BUYER, Role.APPROVER, customer=careful.customer)
    order = await careful.submitted(by=both)
    assert Decline.SAME_PERSON == await careful.approve(order.id, by=both)


async def test_a_second_login_of_the_maker_is_still_the_maker(careful: Ordering) -> None:
    order = await careful.submitted()
    other_login = careful.corporate.person(Role.APPROVER, customer=careful.customer, same_as=careful.buyer)
    assert Decline.SAME_PERSON == await careful.approve(order.id, by=other_login)


async def test_a_second_login_on_our_side_is_still_the_maker(ordering: Ordering) -> None:
    entered = await ordering.submitted(by=ordering.operator)
    as_manager = ordering.corporate.person(Role.MANAGER, same_as=ordering.operator)
    assert Decline.SAME_PERSON == await ordering.approve(entered.id, by=as_manager)
    bought = await ordering.submitted()
    buyer_at_ours = ordering.corporate.person(Role.MANAGER, same_as=ordering.buyer)
    assert Decline.SAME_PERSON == await ordering.approve(bought.id, by=buyer_at_ours)


async def test_who_approved_for_the_customer_does_not_approve_for_us_too(careful: Ordering) -> None:
    order = await careful.submitted()
    made(await careful.approve(order.id, by=careful.approver))
    at_ours = careful.corporate.person(Role.MANAGER, same_as=careful.approver)
    assert Decline.SAME_PERSON == await careful.approve(order.id, by=at_ours)


async def test_the_schema_refuses_a_maker_who_checks_whoever_writes_it(careful: Ordering) -> None:
    order = await careful.submitted()
    for column in ("customer_approved_person", "approved_person"):
        with pytest.raises(psycopg.errors.CheckViolation, match="the_maker_never_checks"):
            careful.corporate.world.connection.execute(
                psycopg.sql.SQL("UPDATE corporate_order SET {} = submitted_person WHERE id = %s").format(
                    psycopg.sql.Identifier(column)
                ),
                (order.id,),
            )
    with pytest.raises(psycopg.errors.CheckViolation, match="the_maker_never_checks"):
        careful.corporate.world.connection.execute(
            "UPDATE corporate_order SET customer_approved_person = %s, approved_person = %s WHERE id = %s",
            (careful.approver.person_id, careful.approver.person_id, order.id),
        )


async def test_the_schema_refuses_an_approved_order_without_its_approvals(careful: Ordering) -> None:
    order = await careful.submitted()
    approved: LiteralString = "UPDATE corporate_order SET status = 'approved', approved_person = %s WHERE id = %s"
    with pytest.raises(psycopg.errors.CheckViolation):
        careful.corporate.world.connection.execute(approved, (None, order.id))
    with pytest.raises(psycopg.errors.CheckViolation):
        careful.corporate.world.connection.execute(approved, (careful.manager.person_id, order.id))


async def test_the_schema_refuses_a_submitted_order_without_its_maker(ordering: Ordering) -> None:
    order = await ordering.submitted()
    for column in ("submitted_person", "submission_hash"):
        with pytest.raises(psycopg.errors.CheckViolation):
            ordering.corporate.world.connection.execute(
                psycopg.sql.SQL("UPDATE corporate_order SET {} = NULL WHERE id = %s").format(
                    psycopg.sql.Identifier(column)
                ),
                (order.id,),
            )


# What -----------------------------------------------------------------------------------------------------------------


async def test_another_hash_than_the_last_submissions_approves_nothing(ordering: Ordering) -> None:
    first = await ordering.submitted()
    made(await ordering.give_back(first.id))
    made(await ordering.change(first.id, [("bearer_gift", 1_000_00, 9)]))
    second = made(await ordering.submit(first.id))
    assert first.submission_hash != second.submission_hash
    assert Decline.ORDER_CHANGED == await ordering.approve(first.id, submission_hash=first.submission_hash)
    assert Decline.ORDER_CHANGED == await ordering.approve(first.id, submission_hash=b"h" * 32)
    assert OrderStatus.SUBMITTED is (await ordering.read(first.id)).status


async def test_the_same_lines_submitted_again_are_another_submission(ordering: Ordering) -> None:
    first, second = await ordering.submitted(), await ordering.submitted()
    assert first.submission_hash != second.submission_hash


ALTERATIONS: dict[str, LiteralString] = {
    "the quantity": "UPDATE order_line SET quantity = 4 WHERE order_id = %s",
    "the face": "UPDATE order_line SET denomination_minor = 20000 WHERE order_id = %s",
    "the price of a card": "UPDATE order_line SET principal_minor = 9999 WHERE order_id = %s",
    "the price": "UPDATE corporate_order SET price_minor = price_minor - 1 WHERE id = %s",
    "the delivery": "UPDATE corporate_order SET delivery = 'links' WHERE id = %s",
    "the payment reference": "UPDATE corporate_order SET payment_reference = payment_reference || 'X' WHERE id = %s",
    "whether the customer is asked": "UPDATE corporate_order SET needs_customer_approval = true WHERE id = %s",
    "when it was submitted": "UPDATE corporate_order SET submitted_at = now() WHERE id = %s",
    "a recipient": "DELETE FROM order_recipient WHERE order_id = %s AND serial = 1",
    "the recipients' places": "UPDATE order_recipient SET serial = serial + 10 WHERE order_id = %s",
    "a new line": """INSERT INTO order_line (order_id, line, product_id, denomination_minor, quantity, status)
                     SELECT order_id, 2, product_id, denomination_minor, quantity, status FROM order_line
                     WHERE order_id = %s""",
}


@pytest.fixture
async def submitted(ordering: Ordering) -> OrderView:
    """An order with recipients, submitted."""
    order = await ordering.drafted()
    await ordering.name_recipients(order)
    return made(await ordering.submit(order.id))


@pytest.mark.parametrize("what", ALTERATIONS)
async def test_an_order_altered_in_the_database_is_not_approved(
    ordering: Ordering, submitted: OrderView, what: str
) -> None:
    ordering.corporate.world.connection.execute(ALTERATIONS[what], (submitted.id,))
    before = await ordering.read(submitted.id)
    with capture_logs() as logs:
        by = ordering.approver if before.needs_customer_approval else None
        assert Decline.ORDER_ALTERED == await ordering.approve(submitted.id, by=by)
    assert [("order_altered", "error")] == [(each["event"], each["log_level"]) for each in logs]
    assert before == await ordering.read(submitted.id)


@pytest.mark.parametrize("what", ALTERATIONS)
async def test_an_order_altered_after_its_approval_is_not_generated(
    ordering: Ordering, submitted: OrderView, what: str
) -> None:
    made(await ordering.approve(submitted.id))
    assert await require_unaltered(ordering.house, submitted.id) is None
    if what != "whether the customer is asked":  # Without the approver's name the schema refuses this one.
        ordering.corporate.world.connection.execute(ALTERATIONS[what], (submitted.id,))
        assert Decline.ORDER_ALTERED == await require_unaltered(ordering.house, submitted.id)


async def test_another_maker_put_in_by_hand_does_not_let_the_first_one_check(ordering: Ordering) -> None:
    entered = await ordering.submitted(by=ordering.operator)
    ordering.corporate.world.connection.execute(
        "UPDATE corporate_order SET submitted_person = %s WHERE id = %s", (ordering.buyer.person_id, entered.id)
    )
    as_manager = ordering.corporate.person(Role.MANAGER, same_as=ordering.operator)
    assert Decline.ORDER_ALTERED == await ordering.approve(entered.id, by=as_manager)


async def test_nothing_is_approved_for_a_suspended_customer(ordering: Ordering) -> None:
    order = await ordering.submitted()
    ordering.corporate.world.connection.execute(
        "UPDATE customer SET status = 'suspended' WHERE id = %s", (ordering.customer,)
    )
    assert Decline.CUSTOMER_NOT_ACTIVE == await ordering.approve(order.id)


# At once --------------------------------------------------------------------------------------------------------------


async def test_of_two_managers_at_once_one_approves(ordering: Ordering) -> None:
    order = await ordering.submitted()
    other = ordering.corporate.person(Role.MANAGER)
    results = await asyncio.gather(ordering.approve(order.id), ordering.approve(order.id, by=other))
    assert [Decline.ORDER_NOT_IN_STATE] == [each for each in results if isinstance(each, Decline)]
    assert 1 == ordering.steps(order.id).count("order.approved")


async def test_of_two_approvers_of_the_customer_at_once_one_consents(careful: Ordering) -> None:
    order = await careful.submitted()
    other = careful.corporate.person(Role.APPROVER, customer=careful.customer)
    results = await asyncio.gather(careful.approve(order.id, by=careful.approver), careful.approve(order.id, by=other))
    assert [Decline.ROLE_REQUIRED] == [each for each in results if isinstance(each, Decline)]
    assert 1 == careful.steps(order.id).count("order.approved_by_customer")


async def test_approval_and_return_at_once_leave_one_of_both(ordering: Ordering) -> None:
    other = ordering.corporate.person(Role.MANAGER)
    for _ in range(5):
        order = await ordering.submitted()
        await asyncio.gather(ordering.approve(order.id), ordering.give_back(order.id, by=other))
        status = (await ordering.read(order.id)).status
        last = ordering.steps(order.id)[-1]
        assert (status, last) in {(OrderStatus.APPROVED, "order.approved"), (OrderStatus.DRAFT, "order.returned")}
