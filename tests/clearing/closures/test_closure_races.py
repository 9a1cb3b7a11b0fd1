"""Two processes at once: one closure, one approval, one payout, and nothing spent in between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from florin.batch.payouts.payout_files import make_payout_file
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.send_payout import send_in_file
from florin.domain.declines import Decline
from florin.domain.people import Role
from florin.storage.payouts.payout_files import PayoutFile
from florin.storage.posting.request import Answer
from tests.clearing.closures.leaving import Leaving, as_caller, refusal, subject
from tests.till import Till, fresh
from tests.world import World

ROUNDS = 5


@pytest.fixture
async def second(shared_house: ClearingHouse, shared_world: World, leaving: Leaving) -> AsyncIterator[Leaving]:
    """The same people at another process."""
    async with shared_world.clearing_house() as house:
        assert house is not shared_house
        yield Leaving(house, Till(house, shared_world.shop), leaving.corporate)


async def test_two_requests_at_once_are_one_closure(leaving: Leaving, second: Leaving) -> None:
    for _ in range(ROUNDS):
        who = await leaving.member(100_00)
        answers = await asyncio.gather(*(each.request(who) for each in (leaving, second) * 2))
        assert Counter({None: 1, Decline.CLOSURE_UNDER_WAY: 3}) == Counter(refusal(each) for each in answers)
    await leaving.proven()


async def test_the_same_closure_is_approved_once(leaving: Leaving, second: Leaving) -> None:
    for _ in range(ROUNDS):
        closure_id = await leaving.verified(await leaving.member(100_00))
        leaving.cool()
        managers = [leaving.corporate.manager, leaving.corporate.person(Role.MANAGER)] * 3
        answers = await asyncio.gather(
            *(
                each.approve(closure_id, by=manager)
                for each, manager in zip((leaving, second) * 3, managers, strict=True)
            )
        )
        told = Counter(refusal(each) for each in answers)
        # Of codes that are spent at once some are too old: no more than one approval comes of all of them.
        assert 1 == told[None]
        assert told.keys() <= {None, Decline.CLOSURE_NOT_IN_STATE, Decline.TOTP_CODE_INCORRECT, Decline.CLOSURE_CHANGED}
        assert 1 == len(await leaving.payouts(closure_id))
    await leaving.proven()


async def test_approval_and_cancellation_at_once_are_one_of_them(leaving: Leaving, second: Leaving) -> None:
    for _ in range(ROUNDS):
        who = await leaving.member(100_00)
        closure_id = await leaving.verified(who)
        leaving.cool()
        approved, cancelled = await asyncio.gather(leaving.approve(closure_id), second.cancel(who))
        assert 1 == [refusal(approved), refusal(cancelled)].count(None)
        done = 0 if refusal(approved) else 1
        assert done == len(await leaving.payouts(closure_id))
    await leaving.proven()


async def test_what_is_spent_while_the_closure_is_requested_is_not_paid_out(leaving: Leaving, second: Leaving) -> None:
    for _ in range(ROUNDS):
        who = await leaving.member(100_00)
        code = leaving.world.payment_code(as_caller(who))
        bought, asked = await asyncio.gather(second.till.purchase(code, 60_00), leaving.request(who))
        closure = await leaving.closure(subject(asked))
        spent_minor = 60_00 if bought.decline is None else 0
        assert 100_00 == spent_minor + closure.principal_minor
        assert bought.decline in {None, Decline.MEMBER_NOT_ACTIVE}
    await leaving.proven()


async def test_a_payout_is_sent_once_by_however_many(leaving: Leaving, second: Leaving) -> None:
    closures = [await leaving.approved(await leaving.member(10_00)) for _ in range(3)]
    finance, home = leaving.corporate.finance, leaving.world.home
    files = await asyncio.gather(
        *(make_payout_file(each.house, finance, home, leaving.now) for each in (leaving, second) * 2)
    )
    (file,) = [each for each in files if isinstance(each, PayoutFile)]
    payouts = [(await leaving.payouts(each))[0] for each in closures]
    again = await asyncio.gather(
        *(
            send_in_file(each.house, CLOSURE_PAYOUTS, payouts[0].id, file.id, finance.login_id)
            for each in (leaving, second) * 4
        )
    )
    assert {payouts[0].paid_journal_id} == {each.journal_id for each in again if isinstance(each, Answer)}
    settled = await asyncio.gather(*(each.settle(payouts[0].id) for each in (leaving, second)))
    assert {None, Decline.PAYOUT_NOT_IN_STATE} == {refusal(each) for each in settled}
    cash = await leaving.approved(await leaving.member(10_00), in_cash=True)
    (payout,) = await leaving.payouts(cash)
    handed = await asyncio.gather(*(each.hand_over(payout.id, fresh("key")) for each in (leaving, second)))
    assert {None, Decline.PAYOUT_NOT_IN_STATE} == {refusal(each) for each in handed}
    await leaving.proven()
