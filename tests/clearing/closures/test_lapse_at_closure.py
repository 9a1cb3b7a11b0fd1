"""Who leaves has nothing any more: points and vouchers lapse with the account, in the same moment and in the book."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from psycopg.rows import dict_row

from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.clearing.loyalty.credit_points import CreditPoints, credit_points
from florin.clearing.loyalty.grant_voucher import GrantVoucher, grant_voucher
from florin.clearing.loyalty.lapse_points import LapsePoints, lapse_points
from florin.clearing.loyalty.lapse_voucher import LapseVoucher, lapse_voucher
from florin.clearing.loyalty.use_voucher import UseVoucher, use_voucher
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.reconciliation.proofs import PROOFS
from florin.storage.members.sessions import SignedIn
from tests.clearing.closures.leaving import Leaving, as_caller, refusal, said, subject
from tests.till import fresh
from tests.world import TODAY


async def earned(leaving: Leaving, who: SignedIn, points: int, day: date = TODAY) -> None:
    """Points of a day."""
    command = CreditPoints(leaving.world.home, who.member_id, day, 1, points * 100, 0, points)
    assert (await leaving.house.engine.submit(credit_points(leaving.house, command))).decline is None


async def granted(leaving: Leaving, who: SignedIn, face_minor: int) -> UUID:
    """A voucher."""
    command = GrantVoucher(leaving.world.home, who.member_id, fresh("cause"), face_minor, 30)
    return subject(await leaving.house.engine.submit(grant_voucher(leaving.house, command)))


def left(leaving: Leaving, who: SignedIn) -> list[tuple[int, int]]:
    """What stands on the accounts of points and vouchers."""
    return leaving.world.rows(
        "SELECT code, balance_minor FROM strict_account WHERE owner_id = %s AND code IN (2120, 2130) ORDER BY code",
        who.member_id,
    )


def ended(leaving: Leaving, who: SignedIn) -> list[tuple[int, str]]:
    """The vouchers, and what has become of them."""
    return leaving.world.rows(
        "SELECT face_minor, status FROM voucher WHERE member_id = %s ORDER BY face_minor", who.member_id
    )


async def test_points_and_vouchers_lapse_with_the_approval_and_each_by_a_journal_of_its_own(leaving: Leaving) -> None:
    who, home = await leaving.member(10_00), leaving.world.home
    await earned(leaving, who, 120)
    for face_minor in (5_00, 20_00):
        await granted(leaving, who, face_minor)
    closure_id = await leaving.verified(who)
    assert [(2120, 120), (2130, 25_00)] == left(leaving, who)
    leaving.cool()
    key = fresh("key")
    told = said(await leaving.approve(closure_id, key=key))
    assert [(2120, 0), (2130, 0)] == left(leaving, who)
    assert [(5_00, "lapsed"), (20_00, "lapsed")] == ended(leaving, who)
    moved = leaving.world.rows(
        "SELECT event, amount_minor, unit, credit_code, credit_owner, count(*) OVER (PARTITION BY journal_id)"
        " FROM transfer WHERE debit_owner = %s AND debit_code IN (2120, 2130) ORDER BY amount_minor",
        who.member_id,
    )
    assert [
        ("points_lapsed", 120, "XPO", AccountCode.POINTS_GRANTED, home, 1),
        ("voucher_lapsed", 5_00, "XVO", AccountCode.VOUCHERS_GRANTED, home, 1),
        ("voucher_lapsed", 20_00, "XVO", AccountCode.VOUCHERS_GRANTED, home, 1),
    ] == moved
    assert ["closure.approved", "points.lapsed", "voucher.lapsed", "voucher.lapsed"] == sorted(
        leaving.world.events(who.member_id)[-4:]
    )
    assert (told, 2) == (said(await leaving.approve(closure_id, key=key)), len(ended(leaving, who)))
    await leaving.proven()


async def test_what_is_called_off_or_refused_takes_nothing(leaving: Leaving) -> None:
    who = await leaving.member(10_00)
    await earned(leaving, who, 120)
    await granted(leaving, who, 5_00)
    closure_id = await leaving.verified(who)
    assert Decline.CLOSURE_COOLING_OFF is refusal(await leaving.approve(closure_id))
    await leaving.cancel(who)
    assert [(2120, 120), (2130, 5_00)] == left(leaving, who)
    await leaving.proven()


async def test_an_account_that_is_closed_empty_loses_them_too(leaving: Leaving) -> None:
    who = await leaving.member(0)
    await earned(leaving, who, 120)
    await granted(leaving, who, 5_00)
    command = ChangeMemberCommand(who.member_id, MemberOperation.CLOSE, "asked for it")
    closed = await leaving.house.engine.submit(change_member(leaving.house, leaving.world.operator, command))
    assert closed.decline is None
    assert [(2120, 0), (2130, 0)] == left(leaving, who)
    await leaving.proven()


async def test_the_duties_of_the_year_and_of_the_last_day_find_nothing_left_to_take(leaving: Leaving) -> None:
    who, home, engine = await leaving.member(10_00), leaving.world.home, leaving.house.engine
    await earned(leaving, who, 120)
    voucher_id = await granted(leaving, who, 5_00)
    await leaving.approved(who)
    for request in (
        lapse_points(leaving.house, LapsePoints(home, who.member_id, TODAY.year)),
        lapse_voucher(leaving.house, LapseVoucher(home, who.member_id, voucher_id)),
        credit_points(leaving.house, CreditPoints(home, who.member_id, TODAY, 2, 200_00, 120, 200)),
        grant_voucher(leaving.house, GrantVoucher(home, who.member_id, fresh("cause"), 1_00, 30)),
    ):
        assert (await engine.submit(request)).decline is None
    assert [(2120, 0), (2130, 0)] == left(leaving, who)
    await leaving.proven()


async def test_a_voucher_is_used_or_lapses_when_both_are_asked_for_at_once(leaving: Leaving) -> None:
    for _ in range(3):
        who = await leaving.member(0)
        voucher_id = await granted(leaving, who, 5_00)
        command = ChangeMemberCommand(who.member_id, MemberOperation.CLOSE, "asked for it")
        use = use_voucher(leaving.house, as_caller(who), fresh("key"), UseVoucher(voucher_id))
        close = change_member(leaving.house, leaving.world.operator, command)
        used, closed = await asyncio.gather(*(leaving.house.engine.submit(each) for each in (use, close)))
        was_used = (used.decline, closed.decline) == (None, Decline.BALANCE_REMAINS)
        assert [(5_00, "used" if was_used else "lapsed")] == ended(leaving, who)
    await leaving.proven()


@pytest.mark.parametrize("what", ["points", "vouchers"])
async def test_a_member_who_has_left_and_still_has_some_is_found(leaving: Leaving, what: str) -> None:
    who = await leaving.member(0)
    await (earned(leaving, who, 120) if what == "points" else granted(leaving, who, 5_00))
    (question,) = [each.question for each in PROOFS if each.name == "owners of value"]
    connection = leaving.world.connection
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("UPDATE member SET status = 'closed' WHERE id = %s", (who.member_id,))
        cursor.execute(f"SELECT * FROM ({question}) AS wrong WHERE detail IS NOT NULL".encode())  # noqa: S608
        assert [who.member_id] == [each["member_id"] for each in cursor.fetchall()]
