"""An account is given up, kept, confirmed, approved and paid; the book says so at every step."""

from datetime import timedelta
from uuid import UUID

import pytest

from florin.clearing.closures.read_closure import ClosureInFull, closures_page, read_closure
from florin.clearing.closures.views import closure_now
from florin.domain.bank_account import BankAccount
from florin.domain.card_life import CardStatus
from florin.domain.closure import ClosureStatus
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.paging import Page
from florin.domain.payout import PayoutStatus
from florin.domain.people import Role
from florin.domain.throttle_rules import CLOSURE_REQUESTS_BY_MEMBER, RateLimited
from florin.storage.members.sessions import SignedIn
from florin.storage.payouts.payout_files import PayoutFile
from tests.clearing.closures.leaving import ACCOUNT, IDENTITY, NAME, Leaving, as_caller, refusal, said, subject
from tests.till import fresh
from tests.world import Balance


async def test_an_account_is_closed_and_paid_out_in_six_steps(leaving: Leaving) -> None:
    who = await leaving.member(100_00, bonus_minor=30_00)
    home, member = leaving.world.home, who.member_id
    requested = await leaving.request(who)
    closure_id = subject(requested)
    assert ("requested", {"amount": 100_01, "currency": "CNY"}) == (
        said(requested)["status"],
        said(requested)["amount"],
    )
    assert (Balance(0, 30_00, 30_00), "closing") == (leaving.world.balance(member), leaving.status(member))
    closure = await leaving.closure(closure_id)
    moved = leaving.world.transfers(closure.journal_id)
    assert [("closure_requested", 100_01, 2020, member, 2050, home)] == moved
    await leaving.proven()

    assert "verified" == said(await leaving.confirm(closure_id))["status"]
    assert Decline.CLOSURE_COOLING_OFF is refusal(await leaving.approve(closure_id))
    leaving.cool()
    approved = await leaving.approve(closure_id)
    assert ("approved", "closed", Balance()) == (
        said(approved)["status"],
        leaving.status(member),
        leaving.world.balance(member),
    )
    closure = await leaving.closure(closure_id)
    moved = leaving.world.transfers(closure.decided_journal_id)
    assert [("closure_approved", 30_00, 2021, member, 5010, home)] == moved
    await leaving.proven()

    (payout,) = await leaving.payouts(closure_id)
    assert (100_01, PayoutStatus.DUE) == (payout.amount_minor, payout.status)
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    assert (1, 100_01) == (file.payouts, file.total_minor)
    (payout,) = await leaving.payouts(closure_id)
    assert [("closure_paid", 100_01, 2050, home, 1090, home)] == leaving.world.transfers(payout.paid_journal_id)
    assert "settled" == said(await leaving.settle(payout.id))["status"]
    (payout,) = await leaving.payouts(closure_id)
    assert [("closure_settled", 100_01, 1090, home, 1010, home)] == leaving.world.transfers(payout.settled_journal_id)
    events = leaving.world.events(member)
    assert [f"closure.{step}" for step in ("requested", "verified", "approved", "paid", "settled")] == events[-5:]
    await leaving.proven()


async def test_nothing_is_spent_between_request_and_payout(leaving: Leaving) -> None:
    who = await leaving.member(100_00, bonus_minor=30_00)
    code = leaving.world.payment_code(as_caller(who))
    closure_id = subject(await leaving.request(who))
    assert Decline.MEMBER_NOT_ACTIVE is (await leaving.till.purchase(code, 1)).decline
    assert Decline.MEMBER_NOT_ACTIVE is (await leaving.till.hold(code, 1)).decline
    card = leaving.world.card(kind="recharge")
    loaded = await leaving.till.at(as_caller(who)).redeem(card.by_pin)
    assert Decline.MEMBER_NOT_ACTIVE is loaded.decline
    assert ClosureStatus.REQUESTED is (await leaving.closure(closure_id)).status


async def test_a_cancelled_closure_puts_everything_back(leaving: Leaving) -> None:
    for step in ("requested", "verified"):
        who = await leaving.member(100_00, bonus_minor=30_00)
        before = leaving.world.balance(who.member_id)
        closure_id = subject(await leaving.request(who))
        if step == "verified":
            await leaving.confirm(closure_id)
        cancelled = said(await leaving.cancel(who))
        assert ("cancelled", before, "active") == (
            cancelled["status"],
            leaving.world.balance(who.member_id),
            leaving.status(who.member_id),
        )
        code = leaving.world.payment_code(as_caller(who))
        assert (await leaving.till.purchase(code, 130_01)).decline is None
        assert Decline.CLOSURE_NOT_FOUND is refusal(await leaving.cancel(who))
    await leaving.proven()


async def test_nobody_cancels_what_is_approved(leaving: Leaving) -> None:
    who = await leaving.member()
    closure_id = await leaving.approved(who)
    assert Decline.CLOSURE_NOT_IN_STATE is refusal(await leaving.cancel(who))
    assert Decline.CLOSURE_NOT_IN_STATE is refusal(await leaving.refuse(closure_id))


async def test_an_account_with_an_open_hold_is_not_closed(leaving: Leaving) -> None:
    who = await leaving.member()
    caller = as_caller(who)
    hold_id = subject(await leaving.till.hold(leaving.world.payment_code(caller), 1_00))
    before = leaving.world.everything_that_counts()
    assert Decline.OPEN_HOLDS is refusal(await leaving.request(who))
    assert before == leaving.world.everything_that_counts()
    await leaving.till.release(hold_id)
    assert refusal(await leaving.request(who)) is None


async def test_an_account_with_a_dispute_is_not_closed(leaving: Leaving) -> None:
    who = await leaving.member()
    purchase_id = subject(await leaving.till.purchase(leaving.world.payment_code(as_caller(who)), 1_00))
    case = {
        "id": purchase_id, "programme_id": leaving.world.home, "kind": "dispute", "status": "opened",
        "owner_id": who.member_id, "member_id": who.member_id, "purchase_id": purchase_id, "opened_by": who.member_id,
        "merchant_id": leaving.world.shop.id, "case_key": "k", "opened_at": leaving.now, "due_at": leaving.now,
    }  # fmt: skip
    leaving.world.insert("service_case", **case)
    assert Decline.DISPUTE_OPEN is refusal(await leaving.request(who))
    someone = leaving.corporate.operator.login_id
    end = "UPDATE service_case SET status = 'closed', ended_at = now(), assignee_id = %s"
    leaving.world.connection.execute(end, (someone,))
    closure_id = subject(await leaving.request(who))
    await leaving.confirm(closure_id)
    leaving.cool()
    leaving.world.connection.execute("UPDATE service_case SET status = 'reopened', ended_at = NULL")
    assert Decline.DISPUTE_OPEN is refusal(await leaving.approve(closure_id))
    leaving.world.connection.execute("DELETE FROM service_case")
    assert refusal(await leaving.approve(closure_id)) is None


async def test_an_account_with_a_payment_under_way_is_not_closed(leaving: Leaving) -> None:
    who = await leaving.member()
    leaving.world.insert(
        "payment",
        id=who.session_id, shard=0, programme_id=leaving.world.home, member_id=who.member_id, provider="sandbox",
        provider_id=who.session_id, purpose="top_up", amount_minor=1, unit="CNY", status="created",
        created_at=leaving.now, expires_at=leaving.now, refunded_minor=0, next_step_at=leaving.now,
    )  # fmt: skip
    assert Decline.PAYMENT_OPEN is refusal(await leaving.request(who))
    leaving.world.connection.execute("DELETE FROM payment WHERE id = %s", (who.session_id,))
    assert refusal(await leaving.request(who)) is None


async def test_money_goes_to_nobody_elses_account(leaving: Leaving) -> None:
    who = await leaving.member()
    other = BankAccount.read("李大蜂", "Bank of Honey", "6222021001234567")
    assert Decline.PAYOUT_ACCOUNT_NOT_OWN is refusal(await leaving.request(who, other))
    assert Decline.PAYOUT_ACCOUNT_REQUIRED is refusal(await leaving.request(who, None))
    spaced = BankAccount.read(" 张小 蜜", ACCOUNT.bank, ACCOUNT.number)
    assert refusal(await leaving.request(who, spaced)) is None


async def test_who_is_paid_out_is_known_by_name(leaving: Leaving) -> None:
    who = await leaving.member(named=False)
    assert Decline.REAL_NAME_REQUIRED is refusal(await leaving.request(who))
    assert Decline.REAL_NAME_REQUIRED is refusal(await leaving.request(who, in_cash=True))


@pytest.mark.parametrize(
    ("amount_minor", "expected"), [(100_00 - 1, None), (100_00, None), (100_00 + 1, Decline.BANK_TRANSFER_REQUIRED)]
)
async def test_cash_is_for_small_sums(leaving: Leaving, amount_minor: int, expected: Decline | None) -> None:
    who = await leaving.member(amount_minor)
    assert expected is refusal(await leaving.request(who, in_cash=True))


async def test_cash_is_handed_over_and_in_no_file(leaving: Leaving) -> None:
    closure_id = await leaving.approved(await leaving.member(50_00), in_cash=True)
    (payout,) = await leaving.payouts(closure_id)
    key = fresh("key")
    first, again = await leaving.hand_over(payout.id, key), await leaving.hand_over(payout.id, key)
    assert ("sent", None, said(first)) == (said(first)["status"], said(first)["file_id"], said(again))
    assert Decline.PAYOUT_NOT_IN_STATE is refusal(await leaving.hand_over(payout.id))
    assert "settled" == said(await leaving.settle(payout.id))["status"]
    await leaving.proven()


async def test_an_empty_account_is_closed_without_a_payout(leaving: Leaving) -> None:
    who = await leaving.member(0)
    closure_id = await leaving.approved(who, None)
    assert ("closed", []) == (leaving.status(who.member_id), await leaving.payouts(closure_id))
    closure = await leaving.closure(closure_id)
    assert (None, None, 0) == (closure.journal_id, closure.decided_journal_id, closure.amount_minor)
    await leaving.proven()


async def test_a_member_who_never_had_anything_is_registered_again_after_a_cancellation(leaving: Leaving) -> None:
    who = await leaving.member(0)
    leaving.world.connection.execute("UPDATE member SET status = 'registered' WHERE id = %s", (who.member_id,))
    await leaving.request(who, None)
    await leaving.cancel(who)
    assert "registered" == leaving.status(who.member_id)


# Two people -----------------------------------------------------------------------------------------------------------


async def test_nobody_approves_what_he_has_asked_for_not_even_under_another_name(leaving: Leaving) -> None:
    maker = leaving.corporate.person(Role.OPERATOR, Role.MANAGER)
    second_login = leaving.corporate.person(Role.MANAGER, same_as=maker)
    who = await leaving.member()
    closure_id = subject(await leaving.request(who, by=maker))
    await leaving.confirm(closure_id)
    leaving.cool()
    for actor in (maker, second_login):
        assert Decline.SAME_PERSON is refusal(await leaving.approve(closure_id, by=actor))
    assert refusal(await leaving.approve(closure_id)) is None


@pytest.mark.parametrize("role", [each for each in Role if each not in {Role.BUYER, Role.APPROVER}])
async def test_each_step_is_for_those_whose_it_is(leaving: Leaving, role: Role) -> None:
    somebody = leaving.corporate.person(role)
    desk = None if role in {Role.OPERATOR, Role.MANAGER} else Decline.ROLE_REQUIRED
    assert desk is refusal(await leaving.request(await leaving.member(), by=somebody))
    closure_id = await leaving.verified(await leaving.member())
    leaving.cool()
    allowed = None if role is Role.MANAGER else Decline.ROLE_REQUIRED
    assert allowed is refusal(await leaving.approve(closure_id, by=somebody))
    if allowed is not None:
        assert desk is refusal(await leaving.refuse(closure_id, by=somebody))


async def test_what_is_approved_is_what_was_looked_at(leaving: Leaving) -> None:
    who = await leaving.member(100_00)
    purchase_id = subject(await leaving.till.purchase(leaving.world.payment_code(as_caller(who)), 40_00))
    closure_id = await leaving.verified(who)
    await leaving.till.refund(purchase_id, 15_00)
    leaving.cool()
    assert Decline.CLOSURE_CHANGED is refusal(await leaving.approve(closure_id, 60_00))
    assert 75_00 == await shown_minor(leaving, closure_id)
    assert {"amount": 75_00, "currency": "CNY"} == said(await leaving.approve(closure_id, 75_00))["amount"]
    (payout,) = await leaving.payouts(closure_id)
    assert 75_00 == payout.amount_minor
    assert 75_00 == await shown_minor(leaving, closure_id)
    await leaving.proven()


async def listed(leaving: Leaving, who: SignedIn) -> tuple[int, int, int]:
    """What the list of closures says of a member's: kept at the request, paid out in all, to be paid now."""
    found = await closures_page(leaving.house, leaving.corporate.finance, None, who.member_id, None, 10)
    assert isinstance(found, Page)
    (each,) = found.items
    view = closure_now(each)
    read = await read_closure(leaving.house, leaving.corporate.finance, each.closure.id)
    assert isinstance(read, ClosureInFull)
    assert (read.closure.amount_minor, read.now.to_pay_minor) == (view["amount"]["amount"], view["to_pay"]["amount"])
    return view["requested"]["amount"], view["amount"]["amount"], view["to_pay"]["amount"]


async def test_the_list_says_what_was_kept_and_what_is_to_be_paid_now(leaving: Leaving) -> None:
    who = await leaving.member(100_00)
    code = leaving.world.payment_code(as_caller(who))
    purchase_id = subject(await leaving.till.purchase(code, 40_00))
    closure_id = subject(await leaving.request(who))
    assert (60_00, 60_00, 60_00) == await listed(leaving, who)
    await leaving.till.refund(purchase_id, 15_00)
    assert (60_00, 75_00, 75_00) == await listed(leaving, who)
    await leaving.confirm(closure_id)
    leaving.cool()
    await leaving.approve(closure_id)
    assert (60_00, 75_00, 75_00) == await listed(leaving, who)
    await leaving.pay()
    assert (60_00, 75_00, 0) == await listed(leaving, who)
    await leaving.till.refund(purchase_id, 5_00)
    assert (60_00, 75_00, 5_00) == await listed(leaving, who)
    first, later = await leaving.payouts(closure_id)
    await leaving.send_back(first.id)
    assert (60_00, 75_00, 80_00) == await listed(leaving, who)
    await leaving.pay()
    await leaving.settle(later.id)
    assert (60_00, 75_00, 75_00) == await listed(leaving, who)


async def test_of_a_closure_that_was_called_off_nothing_is_to_be_paid(leaving: Leaving) -> None:
    who = await leaving.member(100_00)
    await leaving.request(who)
    await leaving.cancel(who)
    assert (100_00, 100_00, 0) == await listed(leaving, who)


async def shown_minor(leaving: Leaving, closure_id: UUID) -> int:
    found = await read_closure(leaving.house, leaving.corporate.person(Role.MANAGER), closure_id)
    assert isinstance(found, ClosureInFull)
    return found.closure.amount_minor


# Cards ----------------------------------------------------------------------------------------------------------------


async def test_a_registered_card_is_paid_out_to_its_holder(leaving: Leaving) -> None:
    card = leaving.card(200_00, bonus_minor=20_00)
    closure_id = subject(await leaving.request_card(card))
    assert (CardStatus.CLOSING, Balance(0, 20_00, 20_00)) == (leaving.status(card.id), leaving.world.balance(card.id))
    assert Decline.CARD_NOT_ACTIVE is (await leaving.till.purchase(card.by_pin, 1)).decline
    assert Decline.CLOSURE_UNDER_WAY is refusal(await leaving.request_card(card))
    await leaving.confirm(closure_id)
    leaving.cool()
    assert refusal(await leaving.approve(closure_id)) is None
    assert (CardStatus.CLOSED, Balance()) == (leaving.status(card.id), leaving.world.balance(card.id))
    await leaving.proven()


async def test_a_card_that_is_kept_after_all_pays_again(leaving: Leaving) -> None:
    card = leaving.card(200_00)
    await leaving.refuse(subject(await leaving.request_card(card)))
    assert (await leaving.till.purchase(card.by_pin, 200_00)).decline is None
    await leaving.proven()


@pytest.mark.parametrize(
    "shown",
    [
        Identity.read("张小米", DocumentKind.PASSPORT, IDENTITY.document_number),
        Identity.read(NAME, DocumentKind.PASSPORT, "E12345679"),
        Identity.read(NAME, DocumentKind.TAIWAN_PERMIT, IDENTITY.document_number),
    ],
)
async def test_a_card_is_closed_for_whoever_shows_its_holders_document_only(leaving: Leaving, shown: Identity) -> None:
    card = leaving.card()
    assert Decline.IDENTITY_DIFFERS is refusal(await leaving.request_card(card, shown=shown))
    assert "active" == leaving.status(card.id)


async def test_a_bearer_card_has_nobody_to_be_paid_out(leaving: Leaving) -> None:
    assert Decline.CARD_NOT_REGISTERED is refusal(await leaving.request_card(leaving.world.card()))


async def test_a_stolen_session_fills_no_mailbox_and_its_owner_can_still_leave(leaving: Leaving) -> None:
    who = await leaving.member()
    assert Decline.PAYOUT_ACCOUNT_REQUIRED is refusal(await leaving.request(who, None))
    first = said(await leaving.request(who, key="first"))
    assert first == said(await leaving.request(who, key="first"))
    await leaving.cancel(who)
    for _ in range(CLOSURE_REQUESTS_BY_MEMBER.limit - 1):
        subject(await leaving.request(who))
        await leaving.cancel(who)
    assert isinstance(await leaving.request(who), RateLimited)

    # The desk is open to the owner, calling off always is, and the next day all is as before.
    subject(await leaving.request(who, by=leaving.corporate.operator))
    assert refusal(await leaving.cancel(who)) is None
    leaving.world.clock.advance(timedelta(days=1))
    assert refusal(await leaving.request(who)) is None
