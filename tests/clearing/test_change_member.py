"""Block, unblock and close a member's account."""

import pytest

from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.till import Till, said
from tests.world import Balance, World

BLOCK, UNBLOCK, CLOSE = MemberOperation.BLOCK, MemberOperation.UNBLOCK, MemberOperation.CLOSE


async def change(world: World, till: Till, member: Caller, operation: MemberOperation) -> Answer:
    command = ChangeMemberCommand(member.id, operation, "asked for")
    return await till.house.engine.submit(change_member(till.house, world.operator, command))


@pytest.mark.parametrize(
    ("status", "operation", "expected"),
    [
        ("registered", BLOCK, "blocked"),
        ("active", BLOCK, "blocked"),
        ("blocked", UNBLOCK, "active"),
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
    code = world.payment_code(member)
    await change(world, till, member, BLOCK)
    refused = [await till.purchase(code, 1), await till.hold(code, 1), await till.at(member).redeem(card.by_pin)]
    assert [Decline.MEMBER_NOT_ACTIVE] * 3 == [each.decline for each in refused]
    assert None is (await till.capture(hold_id)).decline
    await change(world, till, member, UNBLOCK)
    assert None is (await till.purchase(code, 20_00)).decline
    assert Balance() == world.balance(member.id)


async def test_an_unknown_member_is_not_changed(world: World, till: Till) -> None:
    nobody = Caller(fresh_id(), fresh_id())
    assert Decline.MEMBER_NOT_ACTIVE == (await change(world, till, nobody, BLOCK)).decline
