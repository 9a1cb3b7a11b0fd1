"""Members' cases are customer service's, and those of whoever has a company's cards their service manager's."""

from uuid import UUID

from florin.clearing.cases.open_case import OpenCase
from florin.clearing.cases.read_cases import cases_page, read_case
from florin.domain.case_life import Case, CaseKind, CaseOperation
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.cases import WantedCases
from florin.storage.fresh_ids import fresh_id
from tests.clearing.cases.complaining import Complaining, refusal
from tests.till import Till, subject

_COMPLAINT = CaseKind.COMPLAINT


async def opened(complaining: Complaining, command: OpenCase, by: Actor | None = None) -> Case:
    case = await complaining.open(command, by=by)
    assert isinstance(case, Case), case
    return case


async def seen(complaining: Complaining, who: Actor, wanted: WantedCases = WantedCases()) -> set[UUID] | Decline:  # noqa: B008 (frozen)
    page = await cases_page(complaining.house, who, wanted, None, 100)
    return page if isinstance(page, Decline) else {each.id for each in page.items}


async def test_what_is_paid_with_a_companys_card_is_its_service_managers(complaining: Complaining) -> None:
    corporate = complaining.corporate
    customer = corporate.customer(funding_minor=600_00)
    first, second, _ = corporate.order(customer, OrderStatus.ACTIVATED).cards[0]
    member = complaining.member(0)
    own = await opened(complaining, OpenCase(_COMPLAINT, "before", member_id=member.member_id))
    await (
        Till(complaining.house, complaining.world.operator)
        .at(type(complaining.world.operator)(member.member_id, member.session_id))
        .redeem(first.by_pin)
    )
    by_wallet = await complaining.dispute(member, await complaining.bought(member, 10_00))
    bought = subject(await complaining.till.purchase(second.by_pin, 10_00))
    by_card = await opened(complaining, OpenCase(CaseKind.DISPUTE, "off", bought))
    for_customer = await opened(complaining, OpenCase(_COMPLAINT, "late", customer_id=customer))
    strangers_card = complaining.world.card()
    strangers = await complaining.till.purchase(strangers_card.by_pin, 1_00)
    ordinary = await opened(complaining, OpenCase(CaseKind.DISPUTE, "off", subject(strangers)))
    assert [None, customer, customer, customer, None] == [
        each.customer_id for each in (own, by_wallet, by_card, for_customer, ordinary)
    ]
    theirs, ours = {by_wallet.id, by_card.id, for_customer.id}, {own.id, ordinary.id}
    service, lead = corporate.operator, corporate.person(Role.SERVICE_MANAGER)
    everything = theirs | ours
    assert theirs == await seen(complaining, lead, WantedCases(customer_id=customer))
    for who, finds in ((lead, theirs), (service, ours), (corporate.manager, everything)):
        found = await seen(complaining, who)
        assert not isinstance(found, Decline)
        assert finds == found & everything
    assert Decline.ROLE_REQUIRED is await seen(complaining, service, WantedCases(of_customers=True))
    assert Decline.ROLE_REQUIRED is await seen(complaining, lead, WantedCases(of_customers=False))
    assert Decline.ROLE_REQUIRED is await seen(complaining, corporate.finance)


async def test_a_customers_case_is_worked_on_and_given_to_service_managers_only(complaining: Complaining) -> None:
    corporate, house = complaining.corporate, complaining.house
    lead, service = corporate.person(Role.SERVICE_MANAGER), corporate.operator
    member = complaining.member()
    theirs = await opened(complaining, OpenCase(_COMPLAINT, "late", customer_id=corporate.customer()))
    ordinary = await opened(complaining, OpenCase(_COMPLAINT, "slow", member_id=member.member_id), by=lead)
    assign = CaseOperation.ASSIGN
    for who, case, other in ((service, theirs, lead), (lead, ordinary, service)):
        assert Decline.ROLE_REQUIRED is await read_case(house, who, case.id)
        assert Decline.ROLE_REQUIRED is refusal(await complaining.step(case.id, assign, by=who))
        wrong = await complaining.step(case.id, assign, by=corporate.manager, assignee_id=who.login_id)
        assert Decline.LOGIN_NOT_FOUND is refusal(wrong)
        taken = await complaining.step(case.id, assign, by=other)
        assert isinstance(taken, Case)
        assert other.login_id == taken.assignee_id
        told = await read_case(house, other, case.id)
        assert not isinstance(told, Decline)
        assert 2 == len(told[1])


async def test_a_case_is_no_customers_that_does_not_exist_or_is_of_another_programme(complaining: Complaining) -> None:
    who, world = complaining.member(), complaining.world
    foreign = fresh_id()
    world.connection.execute(
        """INSERT INTO customer (id, shard, programme_id, name, registration_number, contact_encrypted,
                                 approval_limit_minor, status, created_at)
           SELECT %s, 0, %s, 'Abroad', %s, '', 0, 'active', now()""",
        (foreign, world.abroad, foreign.hex[:18]),
    )
    for customer in (fresh_id(), foreign):
        command = OpenCase(_COMPLAINT, "late", member_id=who.member_id, customer_id=customer)
        assert Decline.CUSTOMER_NOT_FOUND is refusal(await complaining.open(command))
