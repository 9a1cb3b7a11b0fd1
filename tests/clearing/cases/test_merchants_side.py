"""A merchant reads what it is asked about its own purchases, and answers; of the member's words it reads none."""

from uuid import UUID

from florin.clearing.cases.open_case import OpenCase
from florin.clearing.cases.read_cases import cases_about, read_case_about, read_own_case
from florin.clearing.cases.step_case import StepCase, answer_as_merchant
from florin.domain.case_life import WITH_MONEY, Case, CaseKind, CaseOperation, CaseStatus, Side
from florin.domain.declines import Decline
from florin.storage.posting.request import Caller
from tests.clearing.cases.complaining import Complaining

_O = CaseOperation


async def answer(
    complaining: Complaining, case_id: UUID, by: Caller, operation: CaseOperation = _O.ANSWER
) -> Case | Decline:
    command = StepCase(case_id, operation, "it was of the recalled lot")
    return await answer_as_merchant(complaining.house, by.id, by.actor_id, command, complaining.now)


async def test_a_merchant_answers_once_what_it_was_asked(complaining: Complaining) -> None:
    who, shop, house = complaining.member(), complaining.world.shop, complaining.house
    case = await complaining.dispute(who, await complaining.bought(who))
    assert shop.id == case.merchant_id
    assert Decline.CASE_NOT_IN_STATE is await answer(complaining, case.id, shop)
    await complaining.step(case.id, _O.ASSIGN)
    await complaining.step(case.id, _O.ASK_MEMBER)
    assert Decline.CASE_NOT_IN_STATE is await answer(complaining, case.id, shop)
    await complaining.step(case.id, _O.ASK_MERCHANT)
    assert Decline.CASE_NOT_FOUND is await answer(complaining, case.id, complaining.world.rival)
    for operation in set(CaseOperation) - {_O.ANSWER, *WITH_MONEY}:
        assert Decline.CASE_NOT_IN_STATE is await answer(complaining, case.id, shop, operation)
    await complaining.step(case.id, _O.NOTE, is_internal=True)
    answered = await answer(complaining, case.id, shop)
    assert isinstance(answered, Case)
    assert (CaseStatus.ASSIGNED, case.merchant_id) == (answered.status, answered.merchant_id)
    assert Decline.CASE_NOT_IN_STATE is await answer(complaining, case.id, shop)
    told = await read_case_about(house, case.id)
    assert not isinstance(told, Decline)
    assert [(Side.SERVICE, "we ask_merchant"), (Side.MERCHANT, "it was of the recalled lot")] == [
        (each.side, each.text) for each in told[1]
    ]
    own = await read_own_case(house, who, case.id)
    assert not isinstance(own, Decline)
    assert ["member", "service", "service", "service", "merchant"] == [each.side for each in own[1]]


async def test_a_merchant_lists_the_cases_about_its_own_purchases_only(complaining: Complaining) -> None:
    who, house, world = complaining.member(), complaining.house, complaining.world
    case = await complaining.dispute(who, await complaining.bought(who, 1_00))
    desk = await complaining.open(OpenCase(CaseKind.DISPUTE, "called", await complaining.bought(who, 1_00)))
    other = await complaining.open(OpenCase(CaseKind.COMPLAINT, "slow", member_id=who.member_id))
    assert isinstance(desk, Case)
    assert isinstance(other, Case)
    assert Decline.CASE_NOT_FOUND is await read_case_about(house, other.id)
    found = await cases_about(house, world.shop.id, None, None, 100)
    assert {case.id, desk.id} == {each.id for each in found.items} & {case.id, desk.id, other.id}
    assert () == (await cases_about(house, world.rival.id, None, None, 100)).items
    assert () == (await cases_about(house, world.shop.id, CaseStatus.WAITING_FOR_MERCHANT, None, 100)).items
