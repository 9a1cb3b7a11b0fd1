"""A voucher becomes bonus once, or lapses once; whoever is brought in and whoever brought it get one each, once."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.clearing.loyalty.grant_voucher import GrantVoucher, grant_voucher
from florin.clearing.loyalty.use_voucher import UseVoucher, use_voucher
from florin.clearing.membership.record_identity import record_identity
from florin.clearing.membership.register_member import Registered, RegisterMember, register_member
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.points import PointsRule
from florin.domain.referral import ReferralDue
from florin.storage.audit_trail import Author
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.batch.loyalty.conftest import Farm
from tests.clearing.every_proof import findings
from tests.till import fresh, subject
from tests.world import NOON, TODAY, Balance

IDENTITIES = (
    Identity.read("张三", DocumentKind.RESIDENT_ID, "11010519491231002X"),
    Identity.read("李四", DocumentKind.PASSPORT, "E12345678"),
)


async def granted(farm: Farm, member: Caller, face_minor: int = 50_00) -> UUID:
    command = GrantVoucher(farm.world.home, member.id, fresh("cause"), face_minor, 30)
    return subject(await farm.house.engine.submit(grant_voucher(farm.house, command)))


async def use(farm: Farm, member: Caller, voucher_id: UUID, key: str | None = None) -> Answer:
    return await farm.house.engine.submit(use_voucher(farm.house, member, key or fresh("key"), UseVoucher(voucher_id)))


async def proven(farm: Farm) -> None:
    async with farm.house.pool.connection() as connection:
        assert [] == await findings(connection)


def vouchers(farm: Farm, member_id: UUID) -> list[tuple[str, int, str]]:
    return farm.world.rows("SELECT cause, face_minor, status FROM voucher WHERE member_id = %s ORDER BY id", member_id)


async def test_a_voucher_becomes_bonus_in_the_wallet_and_then_is_used(farm: Farm) -> None:
    member = farm.world.member(status="registered")
    voucher_id = await granted(farm, member)
    assert (await use(farm, member, voucher_id)).decline is None
    assert Balance(0, 50_00) == farm.world.balance(member.id)
    assert Decline.VOUCHER_NOT_USABLE == (await use(farm, member, voucher_id)).decline
    assert ["voucher.granted", "voucher.used"] == farm.world.events(member.id)
    assert (await farm.till.purchase(farm.world.payment_code(member), 50_00)).decline is None
    await proven(farm)


async def test_a_voucher_asked_for_many_times_at_once_is_used_once(farm: Farm) -> None:
    member = farm.world.member()
    voucher_id = await granted(farm, member)
    async with farm.world.clearing_house() as other:
        answers = await asyncio.gather(
            *(
                house.engine.submit(use_voucher(house, member, fresh("key"), UseVoucher(voucher_id)))
                for house in (farm.house, other) * 5
            )
        )
    assert [None] == [each.decline for each in answers if each.decline is not Decline.VOUCHER_NOT_USABLE]
    assert Balance(0, 50_00) == farm.world.balance(member.id)


async def test_nobody_uses_the_voucher_of_somebody_else(farm: Farm) -> None:
    owner, other = farm.world.member(), farm.world.member()
    voucher_id = await granted(farm, owner)
    assert Decline.VOUCHER_NOT_FOUND == (await use(farm, other, voucher_id)).decline
    assert Decline.VOUCHER_NOT_FOUND == (await use(farm, owner, fresh_id())).decline


@pytest.mark.parametrize(
    ("status", "principal_minor", "decline"),
    [
        ("blocked", 0, Decline.MEMBER_NOT_ACTIVE),
        ("active", 950_01, Decline.REAL_NAME_REQUIRED),
    ],
)
async def test_a_voucher_loads_no_wallet_that_may_not_take_it(
    farm: Farm, status: str, principal_minor: int, decline: Decline
) -> None:
    member = farm.world.member(status=status, principal_minor=principal_minor)
    voucher_id = await granted(farm, member)
    assert decline == (await use(farm, member, voucher_id)).decline


async def test_a_voucher_is_usable_on_its_last_day_and_lapses_when_that_is_closed(farm: Farm) -> None:
    one, other = farm.world.member(), farm.world.member()
    in_time, too_late = await granted(farm, one), await granted(farm, other)
    last_day = TODAY + timedelta(days=29)
    farm.world.close_days(last_day - timedelta(days=1))
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert (await use(farm, one, in_time)).decline is None
    farm.world.clock.advance(timedelta(days=1))
    assert Decline.VOUCHER_NOT_USABLE == (await use(farm, other, too_late)).decline
    farm.world.close_days(last_day)
    for _ in range(2):
        await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert ["used", "lapsed"] == [status for member in (one, other) for *_, status in vouchers(farm, member.id)]
    assert Balance() == farm.world.balance(other.id)
    assert 1 == farm.world.events(other.id).count("voucher.lapsed")
    await proven(farm)


# Referrals --------------------------------------------------------------------------------------------------------


@pytest.fixture
def agreed(farm: Farm) -> Farm:
    farm.world.connection.execute(
        """INSERT INTO agreement (programme_id, version, text, effective_at) VALUES (%s, '1', 'Terms', %s)
           ON CONFLICT DO NOTHING""",
        (farm.world.home, NOON),
    )
    return farm


async def register(farm: Farm, name: str, referrer: str | None = None) -> Registered | Decline:
    command = RegisterMember(
        programme_id=farm.world.home,
        user_name=name,
        password="a long enough password",
        mail=f"{name}@example.org",
        agreement_version="1",
        address="192.0.2.1",
        referrer=referrer,
    )
    registered = await register_member(farm.house, command, farm.world.clock.now)
    assert isinstance(registered, Registered | Decline)
    return registered


async def registered(farm: Farm, name: str, referrer: str | None = None) -> Caller:
    made = await register(farm, name, referrer)
    assert isinstance(made, Registered), made
    return Caller(made.member_id, fresh_id())


async def load(farm: Farm, member: Caller) -> None:
    assert (await farm.till.at(member).redeem(farm.world.card(kind="recharge").by_pin)).decline is None


async def test_both_get_a_voucher_once_when_value_first_comes_in(agreed: Farm) -> None:
    farm = agreed
    anna = await registered(farm, "anna")
    bert, cleo = [await registered(farm, name, "Anna") for name in ("bert", "cleo")]
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert [] == vouchers(farm, anna.id) + vouchers(farm, bert.id)
    await load(farm, bert)
    async with farm.world.clearing_house() as other:
        await asyncio.gather(*(carry_out_loyalty(each, farm.world.clock.now) for each in (farm.house, other) * 2))
    # As after a kill between the vouchers and the word that they are granted.
    farm.world.connection.execute("UPDATE referral SET status = 'waiting', decided_at = NULL")
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert [("referral", 50_00, "granted")] == vouchers(farm, bert.id)
    assert [(f"referral:{bert.id.hex}", 50_00, "granted")] == vouchers(farm, anna.id)
    await load(farm, cleo)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert 2 == len(vouchers(farm, anna.id))
    await proven(farm)


async def test_a_programme_may_reward_at_registration(agreed: Farm) -> None:
    farm = agreed
    await farm.set_terms(
        LoyaltyTerms(points=PointsRule(100), referral_face_minor=8_00, referral_due=ReferralDue.REGISTRATION)
    )
    await registered(farm, "anna")
    bert = await registered(farm, "bert", "anna")
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert [("referral", 8_00, "granted")] == vouchers(farm, bert.id)


async def test_two_accounts_of_one_person_get_nothing(agreed: Farm) -> None:
    farm = agreed
    anna = await registered(farm, "anna")
    bert, cleo = [await registered(farm, name, "anna") for name in ("bert", "cleo")]
    for member, identity in ((anna, IDENTITIES[0]), (bert, IDENTITIES[0]), (cleo, IDENTITIES[1])):
        author = Author(member.actor_id, farm.world.clock.now)
        assert not isinstance(await record_identity(farm.house, member.id, identity, author), Decline)
        await load(farm, member)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert [[], [("referral", 50_00, "granted")]] == [vouchers(farm, each.id) for each in (bert, cleo)]
    assert [(f"referral:{cleo.id.hex}", 50_00, "granted")] == vouchers(farm, anna.id)


@pytest.mark.parametrize("referrer", ["nobody", "bert", "gone"])
async def test_nobody_is_brought_in_by_themselves_nobody_or_who_has_left(agreed: Farm, referrer: str) -> None:
    farm = agreed
    gone = await registered(farm, "gone")
    farm.world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (gone.id,))
    assert Decline.REFERRER_NOT_FOUND == await register(farm, "bert", referrer)
    assert [] == farm.world.rows("SELECT * FROM referral")


async def test_without_referral_terms_nobody_is_named(agreed: Farm) -> None:
    farm = agreed
    await registered(farm, "anna")
    await farm.set_terms(LoyaltyTerms(points=PointsRule(100)))
    assert Decline.LOYALTY_NOT_OFFERED == await register(farm, "bert", "anna")


async def test_a_clock_that_jumps_takes_no_voucher(farm: Farm) -> None:
    member = farm.world.member()
    await granted(farm, member)
    farm.world.close_days(date(2026, 3, 3))
    await carry_out_loyalty(farm.house, farm.world.clock.now + timedelta(days=5 * 365))
    assert ["granted"] == [status for *_, status in vouchers(farm, member.id)]
