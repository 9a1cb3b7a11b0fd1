"""Rules of cases of which each was broken once to see it missed."""

import asyncio
from datetime import timedelta

import pytest

from florin.clearing.cases.open_case import OpenCase
from florin.clearing.cases.read_cases import cases_page, own_cases, read_own_case
from florin.clearing.cases.step_case import StepCase
from florin.domain.case_life import Case, CaseKind, CaseOperation
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.cases import WantedCases
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.clearing.cases.complaining import Complaining, refusal

_O = CaseOperation


async def test_only_who_works_on_cases_opens_one_for_somebody(complaining: Complaining) -> None:
    who = complaining.member()
    command = OpenCase(CaseKind.COMPLAINT, "slow", member_id=who.member_id)
    for role in (Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR):
        refused = await complaining.open(command, by=complaining.corporate.person(role))
        assert Decline.ROLE_REQUIRED is refusal(refused)
        # Nor does anybody else learn which cases there are.
        step = await complaining.step(fresh_id(), _O.NOTE, by=complaining.corporate.person(role))
        assert Decline.ROLE_REQUIRED is refusal(step)


async def test_a_purchase_is_disputed_for_its_payer_only(complaining: Complaining) -> None:
    who, other = complaining.member(), complaining.member()
    purchase_id = await complaining.bought(who)
    wrong = OpenCase(CaseKind.DISPUTE, "off", purchase_id, member_id=other.member_id)
    assert Decline.PURCHASE_NOT_FOUND is refusal(await complaining.open(wrong))
    right = OpenCase(CaseKind.DISPUTE, "off", purchase_id, member_id=who.member_id)
    assert isinstance(await complaining.open(right), Case)


async def test_a_member_does_no_step_of_ours(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.complaint(who)
    for operation in (_O.ASSIGN, _O.ASK_MERCHANT, _O.ANSWER):
        assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.own_step(who, case.id, operation))
    await complaining.step(case.id, _O.ASSIGN)
    for operation in (_O.RESOLVE, _O.REJECT):
        assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.own_step(who, case.id, operation))


async def test_of_many_who_end_a_case_at_once_one_does(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.complaint(who)
    await complaining.step(case.id, _O.ASSIGN)
    ends = (_O.RESOLVE, _O.REJECT, _O.RESOLVE, _O.REJECT)
    done = await asyncio.gather(*(complaining.step(case.id, each) for each in ends))
    assert [Decline.CASE_NOT_IN_STATE] * 3 == [each for each in map(refusal, done) if each is not None]
    told = await read_own_case(complaining.house, who, case.id)
    assert not isinstance(told, Decline)
    assert 3 == len(told[1])


async def test_a_case_has_ended_when_it_was_decided_and_not_when_it_was_closed(complaining: Complaining) -> None:
    who, clock = complaining.member(), complaining.world.clock
    case = await complaining.complaint(who)
    for operation in (_O.ASSIGN, _O.RESOLVE):
        await complaining.step(case.id, operation)
    decided_at = complaining.now
    clock.advance(timedelta(days=1))
    closed = await complaining.own_step(who, case.id, _O.CLOSE)
    assert isinstance(closed, Case)
    assert decided_at == closed.ended_at
    assert [(complaining.corporate.operator.session_id,)] * 2 + [(who.session_id,)] == complaining.world.rows(
        "SELECT actor_id FROM audit WHERE action = 'case.changed' AND subject_id = %s ORDER BY at, id", case.id
    )


async def test_a_case_is_to_be_decided_within_a_year(complaining: Complaining) -> None:
    case, year = await complaining.complaint(complaining.member()), timedelta(days=365)
    with pytest.raises(InvalidField, match="due_at"):
        await complaining.step(case.id, _O.ASSIGN, due_at=complaining.now + year + timedelta(seconds=1))
    due_at = complaining.now + year
    assigned = await complaining.step(case.id, _O.ASSIGN, due_at=due_at)
    assert isinstance(assigned, Case)
    assert due_at == assigned.due_at


async def test_a_decided_case_is_overdue_no_more(complaining: Complaining) -> None:
    who = complaining.member()
    case, late = await complaining.complaint(who), await complaining.complaint(who)
    for operation in (_O.ASSIGN, _O.REJECT):
        await complaining.step(case.id, operation)
    wanted = WantedCases(member_id=who.member_id, overdue_at=case.due_at)
    page = await cases_page(complaining.house, complaining.corporate.operator, wanted, None, 10)
    assert not isinstance(page, Decline)
    assert [late.id] == [each.id for each in page.items]


async def test_pages_follow_each_other(complaining: Complaining) -> None:
    who = complaining.member()
    cases = [(await complaining.complaint(who)).id for _ in range(3)]
    first = await own_cases(complaining.house, who, None, 2)
    rest = await own_cases(complaining.house, who, first.next_after, 2)
    assert sorted(cases, reverse=True) == [each.id for page in (first, rest) for each in page.items]


async def test_nobody_who_is_blocked_or_waits_or_is_a_customers_is_given_a_case(complaining: Complaining) -> None:
    corporate, case = complaining.corporate, await complaining.complaint(complaining.member())
    gone = corporate.person(Role.OPERATOR)
    complaining.world.connection.execute("UPDATE login SET status = 'blocked' WHERE id = %s", (gone.login_id,))
    waits = corporate.person(Role.OPERATOR)
    complaining.world.connection.execute("UPDATE login SET released_person = NULL WHERE id = %s", (waits.login_id,))
    buyer = corporate.person(Role.BUYER, customer=corporate.customer())
    for assignee in (gone.login_id, waits.login_id, buyer.login_id, fresh_id()):
        assert Decline.LOGIN_NOT_FOUND is refusal(await complaining.step(case.id, _O.ASSIGN, assignee_id=assignee))


async def test_a_code_gives_back_once_and_is_on_record(complaining: Complaining) -> None:
    who = complaining.member()
    first, second = [await complaining.dispute(who, await complaining.bought(who, 10_00)) for _ in range(2)]
    for case in (first, second):
        await complaining.step(case.id, _O.ASSIGN)
    proof = complaining.proof(complaining.corporate.manager)
    assert isinstance(await complaining.refund(first.id, proof=proof), Answer)
    assert Decline.TOTP_CODE_INCORRECT is refusal(await complaining.refund(second.id, proof=proof))
    audited = complaining.world.rows(
        "SELECT actor_id, subject_id FROM audit WHERE action = 'case.refunded' AND subject_id IN (%s, %s)",
        first.id, second.id,
    )  # fmt: skip
    assert [(complaining.corporate.manager.session_id, first.id)] == audited


async def test_a_wallet_is_of_the_company_whose_card_was_loaded_last(complaining: Complaining) -> None:
    corporate, world, who = complaining.corporate, complaining.world, complaining.member(0)
    customers = [corporate.customer(funding_minor=600_00) for _ in range(2)]
    for customer in customers:
        card = corporate.order(customer, OrderStatus.ACTIVATED).cards[0][0]
        world.clock.advance(timedelta(hours=1))
        answer = await complaining.till.at(Caller(who.member_id, who.session_id)).redeem(card.by_pin)
        assert answer.decline is None
    assert customers[1] == (await complaining.complaint(who)).customer_id


async def test_blanks_around_what_is_said_are_not_kept(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.open(OpenCase(CaseKind.COMPLAINT, "  slow\n", member_id=who.member_id))
    assert isinstance(case, Case)
    told = await read_own_case(complaining.house, who, case.id)
    assert not isinstance(told, Decline)
    assert ["slow"] == [each.text for each in told[1]]


@pytest.mark.parametrize("operation", [_O.RESOLVE, _O.NOTE, _O.ANSWER])
def test_only_an_assignment_names_somebody_or_a_day(operation: CaseOperation) -> None:
    with pytest.raises(InvalidField):
        StepCase(fresh_id(), operation, "to you", assignee_id=fresh_id())


def test_only_a_note_is_internal() -> None:
    assert StepCase(fresh_id(), _O.NOTE, "psst", is_internal=True).is_internal
    for operation in set(CaseOperation) - {_O.NOTE}:
        with pytest.raises(InvalidField):
            StepCase(fresh_id(), operation, "psst", is_internal=True)
