"""What is owed is sent once, in one file, to an account in the holder's name; what comes later or back is owed anew."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from florin.batch.payouts.payout_files import FileForm, fetch_payout_file, finish_payout_files
from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.domain.bank_account import BankAccount
from florin.domain.closure_payout import PayoutCause
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.domain.payout import PayoutStatus
from florin.domain.people import Role
from florin.storage.members.sessions import SignedIn
from florin.storage.payouts.payout_files import PayoutFile, find_file, put_into_file
from tests.clearing.closures.leaving import ACCOUNT, OTHER_ACCOUNT, Leaving, as_caller, refusal, said, subject
from tests.till import fresh
from tests.world import NOON, TODAY, Balance


async def paid(leaving: Leaving, closure_id: UUID) -> UUID:
    """The payout of a closure, in a file."""
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    (payout,) = await leaving.payouts(closure_id)
    assert PayoutStatus.SENT is payout.status
    return payout.id


async def spent(leaving: Leaving, who: SignedIn, amount_minor: int, reference: str | None = None) -> UUID:
    """A purchase of a member's."""
    code = leaving.world.payment_code(as_caller(who))
    return subject(await leaving.till.purchase(code, amount_minor, reference=reference))


async def test_a_payout_is_in_one_file_which_says_what_it_pays(leaving: Leaving) -> None:
    closures = [await leaving.approved(await leaving.member(amount)) for amount in (10_00, 20_01)]
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    assert (2, 30_01) == (file.payouts, file.total_minor)
    payouts = [(await leaving.payouts(each))[0] for each in closures]
    assert [(file.id, PayoutStatus.SENT)] * 2 == [(each.file_id, each.status) for each in payouts]
    assert Decline.NOTHING_TO_PAY is await leaving.pay()
    await leaving.proven()


async def test_two_files_at_once_share_what_is_due(leaving: Leaving) -> None:
    closures = [await leaving.approved(await leaving.member(10_00)) for _ in range(4)]
    files = await asyncio.gather(*(leaving.pay() for _ in range(4)))
    made = [each for each in files if isinstance(each, PayoutFile)]
    assert [(4, 40_00)] == [(each.payouts, each.total_minor) for each in made]
    assert 1 == len({(await leaving.payouts(each))[0].file_id for each in closures})
    await leaving.proven()


async def test_a_file_is_finished_by_whoever_comes_after_the_one_who_was_killed(leaving: Leaving) -> None:
    closures = [await leaving.approved(await leaving.member(10_00)) for _ in range(2)]
    payer = BankAccount.read("Honeynut", "Bank of Honey", "6222")
    finance = leaving.corporate.finance
    file_id = await put_into_file(leaving.house.pool, leaving.world.home, payer, TODAY, finance, leaving.now)
    assert file_id is not None
    fetched = await fetch_payout_file(leaving.house, finance, file_id, FileForm.CSV, leaving.now)
    assert Decline.PAYOUT_FILE_NOT_FINISHED is fetched
    assert Decline.NOTHING_TO_PAY is await leaving.pay()
    assert 1 == await finish_payout_files(leaving.house, leaving.now)
    assert 0 == await finish_payout_files(leaving.house, leaving.now)
    assert [PayoutStatus.SENT] * 2 == [(await leaving.payouts(each))[0].status for each in closures]
    await leaving.proven()


async def test_a_file_is_the_same_however_often_it_is_fetched_and_by_finance_only(leaving: Leaving) -> None:
    closure_id = await leaving.approved(await leaving.member(10_00))
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    finance = leaving.corporate.finance
    for form, digest in ((FileForm.CSV, file.csv_sha256), (FileForm.PAIN_001, file.pain_sha256)):
        first, again = [
            await fetch_payout_file(leaving.house, finance, file.id, form, leaving.now + timedelta(days=each))
            for each in range(2)
        ]
        assert isinstance(first, bytes)
        assert (first, digest) == (again, hashlib.sha256(first).digest())
        assert ACCOUNT.number in first.decode()
    for role in set(Role) - {Role.FINANCE, Role.BUYER, Role.APPROVER}:
        other = leaving.corporate.person(role)
        refused = await fetch_payout_file(leaving.house, other, file.id, FileForm.CSV, leaving.now)
        assert Decline.ROLE_REQUIRED is refused
    fetches = "SELECT count(*) FROM audit WHERE subject_id = %s AND action = 'payout_file.fetched'"
    assert (4,) == leaving.world.one(fetches, file.id)
    leaving.world.connection.execute(
        "UPDATE closure_payout SET amount_minor = 11_00 WHERE closure_id = %s", (closure_id,)
    )
    altered = await fetch_payout_file(leaving.house, finance, file.id, FileForm.CSV, leaving.now)
    assert Decline.PAYOUT_FILE_ALTERED is altered
    leaving.world.connection.execute(
        "UPDATE closure_payout SET amount_minor = 10_00 WHERE closure_id = %s", (closure_id,)
    )


async def test_what_the_bank_sends_back_is_paid_to_another_account_by_two_people(leaving: Leaving) -> None:
    closure_id = await leaving.approved(await leaving.member(10_00))
    first = await paid(leaving, closure_id)
    assert "returned" == said(await leaving.send_back(first))["status"]
    _, second = await leaving.payouts(closure_id)
    assert (PayoutStatus.ACCOUNT_NEEDED, 10_00, PayoutCause.RETURNED) == (
        second.status,
        second.amount_minor,
        second.cause,
    )
    assert Decline.NOTHING_TO_PAY is await leaving.pay()
    await leaving.proven()

    other = BankAccount.read("李大蜂", "Bank of Honey", "6222029999999999")
    assert Decline.PAYOUT_ACCOUNT_NOT_OWN is refusal(await leaving.name(second.id, other))
    maker = leaving.corporate.person(Role.OPERATOR, Role.MANAGER)
    twin = leaving.corporate.person(Role.MANAGER, same_as=maker)
    assert "proposed" == said(await leaving.name(second.id, by=maker))["status"]
    assert Decline.NOTHING_TO_PAY is await leaving.pay()
    assert Decline.SAME_PERSON is refusal(await leaving.accept(second.id, by=twin))
    assert "due" == said(await leaving.accept(second.id))["status"]
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    content = await fetch_payout_file(leaving.house, leaving.corporate.finance, file.id, FileForm.CSV, leaving.now)
    assert isinstance(content, bytes)
    assert OTHER_ACCOUNT.number in content.decode()
    await leaving.settle(second.id)
    await leaving.proven()


async def test_a_bank_may_send_back_what_its_statement_has_shown(leaving: Leaving) -> None:
    closure_id = await leaving.approved(await leaving.member(10_00))
    first = await paid(leaving, closure_id)
    await leaving.settle(first)
    home = leaving.world.home
    returned = said(await leaving.send_back(first))
    (payout, _) = await leaving.payouts(closure_id)
    assert [("closure_returned", 10_00, 1010, home, 2050, home)] == leaving.world.transfers(payout.returned_journal_id)
    assert "returned" == returned["status"]
    await leaving.proven()


async def test_a_bank_reference_stands_for_one_movement(leaving: Leaving) -> None:
    first = await paid(leaving, await leaving.approved(await leaving.member(10_00)))
    second = await paid(leaving, await leaving.approved(await leaving.member(10_00)))
    reference = fresh("bank")
    assert refusal(await leaving.settle(first, reference)) is None
    assert Decline.DUPLICATE_REFERENCE is refusal(await leaving.settle(second, reference))


# What comes later -----------------------------------------------------------------------------------------------------


async def test_a_refund_that_comes_later_is_paid_to_the_same_account(leaving: Leaving) -> None:
    who = await leaving.member(100_00)
    purchase_id = await spent(leaving, who, 40_00)
    closure_id = await leaving.approved(who)
    home, shop = leaving.world.home, leaving.world.shop.id
    refunded = await leaving.till.refund(purchase_id, 15_00)
    assert [("refund", 15_00, 2040, shop, 2050, home)] == leaving.world.transfers(refunded.journal_id)
    assert Balance() == leaving.world.balance(who.member_id)
    _, later = await leaving.payouts(closure_id)
    assert (15_00, PayoutCause.GIVEN_BACK, PayoutStatus.DUE) == (later.amount_minor, later.cause, later.status)
    account = (await leaving.closure(closure_id)).account_id
    assert account == later.account_id
    await leaving.pay()
    await leaving.settle(later.id)
    await leaving.proven()


@pytest.mark.parametrize("how", ["void", "reverse"])
async def test_what_a_till_undoes_later_is_paid_out_too(leaving: Leaving, how: str) -> None:
    leaving.world.connection.execute(
        "UPDATE programme SET closure_cooling_days = 0 WHERE id = %s", (leaving.world.home,)
    )
    leaving.world.connection.execute("UPDATE configuration_version SET version = version + 1")
    who, reference = await leaving.member(100_00, bonus_minor=10_00), fresh("ref")
    purchase_id = await spent(leaving, who, 30_00, reference)
    closure_id = await leaving.verified(who)
    assert refusal(await leaving.approve(closure_id)) is None
    undone = await (leaving.till.void(purchase_id) if how == "void" else leaving.till.reverse(reference))
    assert undone.decline is None
    home, shop, event = leaving.world.home, leaving.world.shop.id, {"reverse": "reversal"}.get(how, how)
    # Bonus goes first, so ten of the thirty were given and not paid for.
    assert [(event, 20_00, 2040, shop, 2050, home), (event, 10_00, 2040, shop, 5010, home)] == leaving.world.transfers(
        undone.journal_id
    )
    assert [80_01, 20_00] == [each.amount_minor for each in await leaving.payouts(closure_id)]
    await leaving.proven()


async def test_what_a_redeemed_card_had_paid_follows_its_wallet_to_the_bank(leaving: Leaving) -> None:
    who, card = await leaving.member(0), leaving.world.card(kind="bearer_gift")
    purchase_id = subject(await leaving.till.purchase(card.by_pin, 40_00))
    assert (await leaving.till.at(as_caller(who)).redeem(card.by_pin)).decline is None
    closure_id = await leaving.approved(who)
    assert (await leaving.till.refund(purchase_id)).decline is None
    assert [60_00, 40_00] == [each.amount_minor for each in await leaving.payouts(closure_id)]
    await leaving.proven()


async def test_small_change_that_comes_later_is_cash_where_the_closure_was(leaving: Leaving) -> None:
    who = await leaving.member(350_00)
    small, large = await spent(leaving, who, 50_00), await spent(leaving, who, 250_00)
    closure_id = await leaving.approved(who, in_cash=True)
    await leaving.till.refund(small)
    await leaving.till.refund(large)
    statuses = [(each.in_cash, each.status) for each in await leaving.payouts(closure_id)]
    due, needed = PayoutStatus.DUE, PayoutStatus.ACCOUNT_NEEDED
    assert [(True, due), (True, due), (False, needed)] == statuses
    await leaving.proven()


async def test_what_is_given_back_to_an_account_that_was_closed_empty_waits_for_an_account(leaving: Leaving) -> None:
    who = await leaving.member(40_00)
    purchase_id = await spent(leaving, who, 40_00)
    command = ChangeMemberCommand(who.member_id, MemberOperation.CLOSE, "asked for it")
    closed = await leaving.house.engine.submit(change_member(leaving.house, leaving.world.operator, command))
    assert closed.decline is None
    assert (await leaving.till.refund(purchase_id)).decline is None
    closure = await leaving.closure_of(who.member_id)
    assert closure is not None
    (payout,) = await leaving.payouts(closure.id)
    assert (PayoutStatus.ACCOUNT_NEEDED, 40_00) == (payout.status, payout.amount_minor)
    await leaving.name(payout.id)
    await leaving.accept(payout.id)
    assert isinstance(await leaving.pay(), PayoutFile)
    await leaving.proven()


async def test_a_file_that_is_not_there_is_not_found(leaving: Leaving) -> None:
    assert await find_file(leaving.house.pool, leaving.world.home) is None
    fetched = await fetch_payout_file(leaving.house, leaving.corporate.finance, leaving.world.home, FileForm.CSV, NOON)
    assert Decline.PAYOUT_FILE_NOT_FOUND is fetched
