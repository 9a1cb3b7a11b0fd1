"""Cases are opened once, worked on by our people, and give money back once."""

import asyncio
from uuid import UUID

import pytest

from florin.clearing.cases.open_case import OpenCase
from florin.clearing.cases.read_cases import cases_page, own_cases, read_case, read_own_case
from florin.clearing.closures.request_closure import refused_by_business
from florin.domain.case_life import CaseKind, CaseOperation, CaseStatus, RemedyKind
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Role
from florin.storage.cases import WantedCases
from tests.clearing.cases.complaining import Complaining, refusal
from tests.clearing.every_proof import findings
from tests.till import fresh
from tests.world import Balance

_O = CaseOperation


async def test_a_dispute_goes_from_its_opening_to_its_end(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.dispute(who, await complaining.bought(who))
    assert (CaseStatus.OPENED, who.member_id, None) == (case.status, case.owner_id, case.assignee_id)
    for operation, status in (
        (_O.ASSIGN, CaseStatus.ASSIGNED),
        (_O.ASK_MERCHANT, CaseStatus.WAITING_FOR_MERCHANT),
        (_O.ASK_MEMBER, CaseStatus.WAITING_FOR_MEMBER),
    ):
        stepped = await complaining.step(case.id, operation)
        assert not isinstance(stepped, Decline)
        assert (status, complaining.corporate.operator.login_id) == (stepped.status, stepped.assignee_id)
    await complaining.own_step(who, case.id, _O.ANSWER)
    await complaining.step(case.id, _O.NOTE, is_internal=True)
    await complaining.step(case.id, _O.REJECT)
    await complaining.own_step(who, case.id, _O.REOPEN)
    await complaining.step(case.id, _O.ASSIGN)
    await complaining.step(case.id, _O.RESOLVE)
    closed = await complaining.own_step(who, case.id, _O.CLOSE)
    assert not isinstance(closed, Decline)
    assert CaseStatus.CLOSED is closed.status
    assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.step(case.id, _O.NOTE))
    told = await read_own_case(complaining.house, who, case.id)
    assert not isinstance(told, Decline)
    assert ["the chicken was off", "we assign", "we ask_merchant", "we ask_member", "I answer", "we reject", "I reopen",
            "we assign", "we resolve", "I close"] == [each.text for each in told[1]]  # fmt: skip
    everything = await read_case(complaining.house, complaining.corporate.operator, case.id)
    assert not isinstance(everything, Decline)
    assert len(told[1]) + 1 == len(everything[1])
    assert ["case.opened", *["case.changed"] * 9] == complaining.world.events(case.id)


async def test_nobody_is_asked_who_is_not_there(complaining: Complaining) -> None:
    case = await complaining.complaint(complaining.member())
    await complaining.step(case.id, _O.ASSIGN)
    assert Decline.CASE_HAS_NOBODY_TO_ASK is await complaining.step(case.id, _O.ASK_MERCHANT)
    asked = await complaining.step(case.id, _O.ASK_MEMBER)
    assert not isinstance(asked, Decline)
    assert CaseStatus.WAITING_FOR_MEMBER is asked.status


async def test_the_same_key_opens_one_case(complaining: Complaining) -> None:
    who, key = complaining.member(), fresh("key")
    purchase_id = await complaining.bought(who)
    made = await asyncio.gather(*(complaining.dispute(who, purchase_id, key) for _ in range(4)))
    assert 1 == len({each.id for each in made})
    assert [(1,)] == complaining.world.rows("SELECT count(*) FROM case_note WHERE case_id = %s", made[0].id)


async def test_nobody_finds_another_members_case_or_purchase(complaining: Complaining) -> None:
    who, other = complaining.member(), complaining.member()
    purchase_id = await complaining.bought(who)
    case = await complaining.dispute(who, purchase_id)
    assert Decline.CASE_NOT_FOUND is await read_own_case(complaining.house, other, case.id)
    assert Decline.CASE_NOT_FOUND is await complaining.own_step(other, case.id, _O.NOTE)
    assert () == (await own_cases(complaining.house, other, None, 10)).items
    with pytest.raises(AssertionError, match="purchase_not_found"):
        await complaining.dispute(other, purchase_id)


async def test_a_case_gives_money_back_once(complaining: Complaining) -> None:
    who = complaining.member()
    purchase_id = await complaining.bought(who, 60_00)
    case = await complaining.dispute(who, purchase_id)
    assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.refund(case.id, 10_00))
    await complaining.step(case.id, _O.ASSIGN)
    assert Decline.REFUND_EXCEEDS_REMAINING is refusal(await complaining.refund(case.id, 60_01))
    assert Decline.ROLE_REQUIRED is refusal(await complaining.refund(case.id, by=complaining.corporate.operator))
    managers = [complaining.corporate.person(Role.MANAGER) for _ in range(5)]
    answers = await asyncio.gather(*(complaining.refund(case.id, 10_00, by=each) for each in managers))
    refused = [refusal(each) for each in answers]
    assert [Decline.DUPLICATE_REFERENCE] * 4 == [each for each in refused if each is not None]
    assert Balance(50_00) == complaining.world.balance(who.member_id)
    story = await read_own_case(complaining.house, who, case.id)
    assert not isinstance(story, Decline)
    assert [(RemedyKind.REFUND, 10_00, "CNY")] == [(each.kind, each.amount_minor, each.unit) for each in story[2]]
    # The merchant may give back the rest by itself, and no more.
    assert (await complaining.till.refund(purchase_id, 50_01)).decline is Decline.REFUND_EXCEEDS_REMAINING
    async with complaining.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_the_same_refund_asked_for_again_is_answered_again(complaining: Complaining) -> None:
    who, key = complaining.member(), fresh("key")
    case = await complaining.dispute(who, await complaining.bought(who))
    await complaining.step(case.id, _O.ASSIGN)
    first, again = [await complaining.refund(case.id, 1_00, key=key) for _ in range(2)]
    assert not isinstance(first, Decline)
    assert not isinstance(again, Decline)
    assert (True, first.body) == (again.replayed, again.body)


async def test_who_opens_a_case_for_somebody_gives_nothing_back_by_it(complaining: Complaining) -> None:
    who, boss = complaining.member(), complaining.corporate.manager
    purchase_id = await complaining.bought(who)
    case = await complaining.open(OpenCase(CaseKind.DISPUTE, "called", purchase_id), by=boss)
    assert not isinstance(case, Decline)
    assert who.member_id == case.member_id
    await complaining.step(case.id, _O.ASSIGN)
    assert Decline.SAME_PERSON is refusal(await complaining.refund(case.id))
    complaint = await complaining.open(OpenCase(CaseKind.COMPLAINT, "slow", member_id=who.member_id))
    assert not isinstance(complaint, Decline)
    await complaining.step(complaint.id, _O.ASSIGN)
    assert Decline.CASE_WITHOUT_PURCHASE is refusal(await complaining.refund(complaint.id))


async def test_no_account_is_closed_while_a_dispute_is_open(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.dispute(who, await complaining.bought(who))
    assert Decline.DISPUTE_OPEN is await refused_by_business(complaining.house, who.member_id)
    await complaining.step(case.id, _O.ASSIGN)
    await complaining.step(case.id, _O.REJECT)
    assert await refused_by_business(complaining.house, who.member_id) is None
    await complaining.own_step(who, case.id, _O.REOPEN)
    assert Decline.DISPUTE_OPEN is await refused_by_business(complaining.house, who.member_id)
    card = complaining.world.card()
    bought = await complaining.till.purchase(card.by_pin, 1_00)
    await complaining.open(OpenCase(CaseKind.DISPUTE, "called", bought.subject_id))
    assert Decline.DISPUTE_OPEN is await refused_by_business(complaining.house, card.id)


async def test_lists_show_what_is_asked_for(complaining: Complaining) -> None:
    who, house, manager = complaining.member(), complaining.house, complaining.corporate.manager
    customer = complaining.corporate.customer()
    mine = await complaining.dispute(who, await complaining.bought(who))
    group = await complaining.open(OpenCase(CaseKind.COMPLAINT, "late delivery", customer_id=customer))
    assert not isinstance(group, Decline)
    await complaining.step(group.id, _O.ASSIGN, by=manager)

    async def listed(wanted: WantedCases) -> set[UUID]:
        page = await cases_page(house, manager, wanted, None, 100)
        assert not isinstance(page, Decline)
        return {each.id for each in page.items} & {mine.id, group.id}

    assert {mine.id, group.id} == await listed(WantedCases())
    assert {group.id} == await listed(WantedCases(of_customers=True)) == await listed(WantedCases(customer_id=customer))
    assert {group.id} == await listed(WantedCases(assignee_id=manager.login_id))
    assert (
        {mine.id}
        == await listed(WantedCases(kind=CaseKind.DISPUTE))
        == await listed(WantedCases(member_id=who.member_id))
    )
    assert {group.id} == await listed(WantedCases(status=CaseStatus.ASSIGNED))
    assert set() == await listed(WantedCases(overdue_at=complaining.now))
    assert {mine.id, group.id} == await listed(WantedCases(overdue_at=mine.due_at))
    assert Decline.ROLE_REQUIRED is await cases_page(house, complaining.corporate.finance, WantedCases(), None, 1)


async def test_a_case_is_given_only_to_who_works_on_cases(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.dispute(who, await complaining.bought(who))
    auditor, finance = complaining.corporate.person(Role.AUDITOR), complaining.corporate.finance
    given = await complaining.step(case.id, _O.ASSIGN, assignee_id=finance.login_id)
    assert Decline.LOGIN_NOT_FOUND is refusal(given)
    assert Decline.ROLE_REQUIRED is refusal(await complaining.step(case.id, _O.NOTE, by=auditor))
    seen = await read_case(complaining.house, auditor, case.id)
    assert not isinstance(seen, Decline)
    assert [] == seen[1]


async def test_what_people_write_is_nowhere_in_the_open(complaining: Complaining) -> None:
    who = complaining.member()
    case = await complaining.dispute(who, await complaining.bought(who))
    texts = [
        *complaining.world.rows("SELECT payload::text FROM outbox WHERE subject_id = %s", case.id),
        *complaining.world.rows("SELECT detail::text FROM audit WHERE subject_id = %s", case.id),
        *complaining.world.rows("SELECT encode(text_encrypted, 'escape') FROM case_note WHERE case_id = %s", case.id),
    ]
    assert 3 == len(texts)
    assert [] == [text for (text,) in texts if "chicken" in text]


def test_a_command_that_can_never_be_right_is_refused_at_the_door() -> None:
    with pytest.raises(InvalidField):
        OpenCase(CaseKind.DISPUTE, "no purchase")
    with pytest.raises(InvalidField):
        OpenCase(CaseKind.COMPLAINT, " ")
