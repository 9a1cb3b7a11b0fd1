"""Block, unblock and close a member's account."""

from datetime import datetime, timedelta

import pytest

from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.till import Till, fresh, said
from tests.world import NOON, Balance, World

BLOCK, UNBLOCK, CLOSE = MemberOperation.BLOCK, MemberOperation.UNBLOCK, MemberOperation.CLOSE


async def change(world: World, till: Till, member: Caller, operation: MemberOperation) -> Answer:
    command = ChangeMemberCommand(member.id, operation, "asked for")
    return await till.house.engine.submit(change_member(till.house, world.operator, command))


def sign_in(world: World, member: Caller, revoked_at: datetime | None) -> None:
    token = fresh_id()
    world.insert(
        "session",
        digest=token.bytes, id=token, member_id=member.id, created_at=NOON, expires_at="2100-01-01",
        revoked_at=revoked_at,
    )  # fmt: skip


def sessions_ended(world: World, member: Caller) -> set[datetime | None]:
    return {ended for (ended,) in world.rows("SELECT revoked_at FROM session WHERE member_id = %s", member.id)}


@pytest.mark.parametrize(
    ("status", "operation", "expected"),
    [
        ("registered", BLOCK, "blocked"),
        ("active", BLOCK, "blocked"),
        ("blocked", UNBLOCK, "registered"),
        ("registered", CLOSE, "closed"),
        ("active", CLOSE, "closed"),
        ("blocked", CLOSE, Decline.MEMBER_NOT_ACTIVE),
        ("closed", BLOCK, Decline.MEMBER_NOT_ACTIVE),
        ("closed", UNBLOCK, Decline.MEMBER_NOT_ACTIVE),
        ("closed", CLOSE, Decline.MEMBER_NOT_ACTIVE),
    ],
)
async def test_what_follows_each_change(
    world: World, till: Till, status: str, operation: MemberOperation, expected: str
) -> None:
    member = world.member(status=status)
    before = world.everything_that_counts()
    answer = await change(world, till, member, operation)
    if isinstance(expected, Decline):
        assert (expected, before) == (answer.decline, world.everything_that_counts())
    else:
        assert (expected,) == world.one("SELECT status FROM member WHERE id = %s", member.id)
        assert expected == said(answer)["status"]
        assert [(f"member.{operation}", status, "asked for")] == world.rows(
            "SELECT action, detail ->> 'before', detail ->> 'reason' FROM audit WHERE subject_id = %s", member.id
        )


async def test_an_account_with_anything_in_it_is_not_closed(world: World, till: Till) -> None:
    member = world.member(principal_minor=1)
    assert Decline.BALANCE_REMAINS == (await change(world, till, member, CLOSE)).decline
    await till.purchase(world.payment_code(member), 1)
    assert None is (await change(world, till, member, CLOSE)).decline


async def test_a_blocked_member_neither_pays_nor_loads_and_a_hold_is_still_captured(world: World, till: Till) -> None:
    member, card = world.member(principal_minor=50_00), world.card(kind="recharge")
    hold_id = (await till.hold(world.payment_code(member), 30_00)).subject_id
    assert hold_id is not None
    await change(world, till, member, BLOCK)
    code = world.payment_code(member)
    refused = [await till.purchase(code, 1), await till.hold(code, 1), await till.at(member).redeem(card.by_pin)]
    assert [Decline.MEMBER_NOT_ACTIVE] * 3 == [each.decline for each in refused]
    assert None is (await till.capture(hold_id)).decline
    await change(world, till, member, UNBLOCK)
    assert None is (await till.purchase(world.payment_code(member), 20_00)).decline
    assert Balance() == world.balance(member.id)


@pytest.mark.parametrize("operation", [BLOCK, CLOSE])
async def test_whoever_stole_a_session_or_a_payment_code_has_nothing_left_of_it(
    world: World, till: Till, operation: MemberOperation
) -> None:
    member, bystander = world.member(), world.member()
    earlier = NOON - timedelta(hours=1)
    for each, revoked_at in ((member, None), (member, earlier), (bystander, None)):
        sign_in(world, each, revoked_at)
    world.payment_code(member)
    world.connection.execute("UPDATE payment_code SET used_at = %s WHERE member_id = %s", (earlier, member.id))
    code, others = world.payment_code(member), world.payment_code(bystander)
    await change(world, till, member, operation)
    assert {world.clock.now, earlier} == sessions_ended(world, member)
    assert {None} == sessions_ended(world, bystander)
    await change(world, till, member, UNBLOCK)
    assert Decline.PAYMENT_CODE_INVALID == (await till.purchase(code, 1)).decline
    assert Decline.INSUFFICIENT_FUNDS == (await till.purchase(others, 1)).decline
    assert [(earlier,)] == world.rows("SELECT used_at FROM payment_code WHERE member_id = %s", member.id)


async def test_a_code_does_not_survive_a_block_that_is_lifted_in_the_same_moment(world: World, till: Till) -> None:
    member, caller = world.member(principal_minor=50_00), world.operator
    code = world.payment_code(member)
    changes = [
        change_member(till.house, caller, ChangeMemberCommand(member.id, each, "why")) for each in (BLOCK, UNBLOCK)
    ]
    paying = purchase(till.house, till.caller, fresh("key"), PurchaseCommand(code, 1, "CNY", fresh("ref")))
    *_, paid = await till.house.engine.submit_all([*changes, paying])
    assert isinstance(paid, Answer)
    assert Decline.PAYMENT_CODE_INVALID == paid.decline


@pytest.mark.parametrize(("principal_minor", "status"), [(0, "registered"), (50_00, "active")])
async def test_an_account_goes_on_where_it_was_before_its_block(
    world: World, till: Till, principal_minor: int, status: str
) -> None:
    member = world.member(status=status, principal_minor=principal_minor)
    if principal_minor:
        await till.purchase(world.payment_code(member), principal_minor)  # What was once in use stays so, empty or not.
    await change(world, till, member, BLOCK)
    assert status == said(await change(world, till, member, UNBLOCK))["status"]
    assert status == said(await change(world, till, member, UNBLOCK))["status"]


async def test_an_unknown_member_is_not_changed(world: World, till: Till) -> None:
    nobody = Caller(fresh_id(), fresh_id())
    assert Decline.MEMBER_NOT_ACTIVE == (await change(world, till, nobody, BLOCK)).decline
