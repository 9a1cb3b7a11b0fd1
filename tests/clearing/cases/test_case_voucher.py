"""A case brings its member one voucher, on the programme's account and by a second person's word."""

import asyncio
from datetime import timedelta

import pytest

from florin.clearing.cases.grant_case_voucher import GrantCaseVoucher
from florin.clearing.cases.open_case import OpenCase
from florin.clearing.cases.read_cases import read_case
from florin.clearing.cases.step_case import StepCase
from florin.domain.case_life import Case, CaseKind, CaseOperation, RemedyKind
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer
from tests.clearing.cases.complaining import Complaining, refusal
from tests.clearing.every_proof import findings
from tests.world import Balance

_O = CaseOperation


async def test_a_case_brings_one_voucher(complaining: Complaining) -> None:
    who, corporate, world = complaining.member(), complaining.corporate, complaining.world
    case = await complaining.complaint(who)
    assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.voucher(case.id))
    await complaining.step(case.id, _O.ASSIGN)
    assert Decline.CASE_NOT_FOUND is refusal(await complaining.voucher(fresh_id()))
    assert Decline.ROLE_REQUIRED is refusal(await complaining.voucher(case.id, by=corporate.operator))
    assert Decline.CURRENCY_MISMATCH is refusal(await complaining.voucher(case.id, currency="EUR"))
    managers = [corporate.person(Role.MANAGER) for _ in range(4)]
    faces = (20_00, 21_00, 22_00, 23_00)
    answers = await asyncio.gather(
        *(complaining.voucher(case.id, face, by=each) for face, each in zip(faces, managers, strict=True))
    )
    refused = [refusal(each) for each in answers]
    assert [Decline.DUPLICATE_REFERENCE] * 3 == [each for each in refused if each is not None]
    # The last day counts: a year of 365 days, where a programme has no terms of its own.
    day = world.one("SELECT min(business_date) FROM transfer WHERE event = 'voucher_granted'")[0]
    ((member, expires_on, status),) = world.rows(
        "SELECT member_id, expires_on, status FROM voucher WHERE cause = %s", f"case:{case.id.hex}"
    )
    assert (who.member_id, day + timedelta(days=364), "granted") == (member, expires_on, status)
    assert Balance(100_00) == world.balance(who.member_id)
    assert "voucher.granted" in world.events(who.member_id)
    (audited,) = world.rows(
        "SELECT actor_id FROM audit WHERE action = 'case.voucher_granted' AND subject_id = %s", case.id
    )
    assert audited[0] in {each.session_id for each in managers}
    story = await read_case(complaining.house, corporate.operator, case.id)
    assert not isinstance(story, Decline)
    assert [
        (RemedyKind.VOUCHER, world.one("SELECT face_minor FROM voucher WHERE cause = %s", f"case:{case.id.hex}")[0])
    ] == [(each.kind, each.amount_minor) for each in story[2]]
    assert isinstance(await complaining.step(case.id, _O.RESOLVE), Case)
    async with complaining.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_the_same_voucher_asked_for_again_is_answered_again(complaining: Complaining) -> None:
    case = await complaining.complaint(complaining.member())
    await complaining.step(case.id, _O.ASSIGN)
    first, again = [await complaining.voucher(case.id, key="one-and-the-same") for _ in range(2)]
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (True, first.body) == (again.replayed, again.body)


async def test_no_voucher_is_granted_that_its_members_wallet_could_never_hold(complaining: Complaining) -> None:
    case = await complaining.complaint(complaining.member(0))
    await complaining.step(case.id, _O.ASSIGN)
    assert Decline.LIMIT_EXCEEDED is refusal(await complaining.voucher(case.id, MAX_AMOUNT_MINOR))
    assert refusal(await complaining.voucher(case.id, 20_00)) is None


async def test_a_code_gives_one_voucher_and_not_by_who_opened_the_case(complaining: Complaining) -> None:
    boss, other = complaining.corporate.manager, complaining.corporate.person(Role.MANAGER)
    who = complaining.member()
    own = await complaining.open(OpenCase(CaseKind.COMPLAINT, "called", member_id=who.member_id), by=boss)
    assert isinstance(own, Case)
    theirs = await complaining.complaint(who)
    for case in (own, theirs):
        await complaining.step(case.id, _O.ASSIGN)
    twin = complaining.corporate.person(Role.MANAGER, same_as=boss)
    for each in (boss, twin):
        assert Decline.SAME_PERSON is refusal(await complaining.voucher(own.id, by=each))
    proof = complaining.proof(other)
    assert refusal(await complaining.voucher(own.id, by=other, proof=proof)) is None
    assert Decline.TOTP_CODE_INCORRECT is refusal(await complaining.voucher(theirs.id, by=other, proof=proof))


async def test_nobody_gets_a_voucher_who_is_no_member_any_more_or_never_was(complaining: Complaining) -> None:
    world, who = complaining.world, complaining.member(0)
    bought = await complaining.till.purchase(world.card().by_pin, 1_00)
    cards = await complaining.open(OpenCase(CaseKind.DISPUTE, "off", bought.subject_id))
    assert isinstance(cards, Case)
    gone = await complaining.complaint(who)
    for case in (cards, gone):
        await complaining.step(case.id, _O.ASSIGN)
    assert Decline.CASE_WITHOUT_MEMBER is refusal(await complaining.voucher(cards.id))
    world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (who.member_id,))
    assert Decline.MEMBER_NOT_ACTIVE is refusal(await complaining.voucher(gone.id))
    assert [] == world.rows("SELECT FROM voucher WHERE member_id = %s", who.member_id)


async def test_a_voucher_is_valid_as_long_as_the_programmes_others(complaining: Complaining) -> None:
    world, case = complaining.world, await complaining.complaint(complaining.member())
    await complaining.step(case.id, _O.ASSIGN)
    with world.connection.transaction():
        world.insert(
            "loyalty_terms",
            programme_id=world.home, effective_on="2000-01-01", minor_per_point=100, double_days=[], double_dates=[],
            voucher_days=1,
            referral_due="first_load",
        )  # fmt: skip
    assert refusal(await complaining.voucher(case.id)) is None
    assert [(True,)] == world.rows(
        """SELECT v.expires_on = t.business_date FROM voucher v JOIN transfer t ON t.journal_id = v.granted_journal_id
           WHERE v.cause = %s""",
        f"case:{case.id.hex}",
    )
    world.connection.execute("DELETE FROM loyalty_terms")


def test_a_voucher_is_worth_something_and_no_step_by_itself() -> None:
    for face_minor in (0, -1):
        with pytest.raises(InvalidField):
            GrantCaseVoucher(fresh_id(), face_minor, "CNY")
    for operation in (_O.VOUCHER, _O.REFUND):
        with pytest.raises(InvalidField):
            StepCase(fresh_id(), operation, "here you are")
