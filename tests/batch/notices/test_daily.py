"""Birthdays, members' days and cards that expire, through days that are missed and clocks that jump."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from florin.batch.notices.daily import write_notices_of_the_day
from florin.clearing.house import ClearingHouse
from florin.domain.notice import birthdays_of, is_member_day
from florin.storage.fresh_ids import fresh_id
from tests.world import NOON, World

DAY = timedelta(days=1)
FIVE_YEARS = timedelta(days=5 * 365 + 1)


@pytest.fixture
def terms(world: World) -> dict[str, Any]:
    row = {"programme_id": world.home, "language": "zh", "birthdays": True, "expiry_days": 30, "member_day": 8}
    world.insert("notice_terms", **row)
    return row


def _born(world: World, month_day: int, **how: Any) -> UUID:  # noqa: ANN401 (of the member)
    anna = world.member(**how).id
    world.insert("notice_reader", member_id=anna, birthday=month_day)
    return anna


def _told(world: World) -> list[tuple[str, UUID]]:
    return world.rows("SELECT cause, recipient_id FROM notice ORDER BY made_at, recipient_id")


@pytest.mark.usefixtures("terms")
async def test_a_birthday_is_congratulated_once_a_year(world: World, house: ClearingHouse) -> None:
    anna = _born(world, 302)
    _born(world, 303)
    _born(world, 302, status="closed")
    _born(world, 302, programme=world.abroad)
    for now in (NOON, NOON, NOON + timedelta(hours=1)):
        await write_notices_of_the_day(house, now)

    assert [("birthday:2026", anna)] == _told(world)


@pytest.mark.usefixtures("terms")
async def test_who_was_born_while_the_service_was_down_is_congratulated_late_and_once(
    world: World, house: ClearingHouse
) -> None:
    anna, bella = _born(world, 228), _born(world, 227)
    for days in range(3):
        await write_notices_of_the_day(house, NOON + days * DAY)

    assert [("birthday:2026", anna)] == _told(world)
    assert bella not in [member for _, member in _told(world)]


@pytest.mark.usefixtures("terms")
async def test_a_clock_that_jumps_five_years_and_back_congratulates_nobody_twice(
    world: World, house: ClearingHouse
) -> None:
    anna = _born(world, 302)
    for now in (NOON, NOON + FIVE_YEARS, NOON, NOON + FIVE_YEARS, NOON + FIVE_YEARS + DAY):
        await write_notices_of_the_day(house, now)

    assert [("birthday:2026", anna), ("birthday:2031", anna)] == _told(world)


@pytest.mark.usefixtures("terms")
async def test_on_the_members_day_every_member_is_told_once_however_small_the_chunks(
    world: World, house: ClearingHouse
) -> None:
    members = sorted(world.member().id for _ in range(5))
    world.member(status="blocked")
    for now in (NOON + 5 * DAY, NOON + 6 * DAY, NOON + 6 * DAY, NOON + 7 * DAY):
        await write_notices_of_the_day(house, now, chunk=2)

    assert [("member_day:2026-03-08", each) for each in members] == _told(world)


@pytest.mark.usefixtures("terms")
async def test_a_pass_that_was_cut_off_is_done_again_and_tells_nobody_twice(
    world: World, house: ClearingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        world.member()
    with monkeypatch.context() as broken:
        broken.setattr("florin.batch.notices.daily.finish_day", None)
        with pytest.raises(TypeError):
            await write_notices_of_the_day(house, NOON + 6 * DAY, chunk=2)
    await write_notices_of_the_day(house, NOON + 6 * DAY, chunk=2)

    assert 5 == len(_told(world))
    assert [(5,)] == world.rows("SELECT count(*)::int FROM notice_sending")


@pytest.mark.usefixtures("terms")
async def test_a_card_that_expires_soon_with_money_on_it_is_told_of_once(world: World, house: ClearingHouse) -> None:
    soon, later, empty = (
        world.card(expires_on=NOON.date() + days * DAY, principal_minor=minor)
        for days, minor in ((30, 50_00), (31, 50_00), (30, 0))
    )
    for serial, each in enumerate((soon, later, empty), start=1):
        world.insert(
            "claim_link",
            card_id=each.id, order_id=world.home, line=1, serial=serial, token_index=each.id.bytes, sending=1,
            sent_at=NOON, expires_at=NOON,
        )  # fmt: skip
    await write_notices_of_the_day(house, NOON, chunk=1)
    await write_notices_of_the_day(house, NOON + DAY, chunk=1)

    assert [("expires:2026-04-01", soon.id), ("expires:2026-04-02", later.id)] == _told(world)
    facts = world.rows("SELECT facts FROM notice WHERE recipient_id = %s", soon.id)[0][0]
    assert {
        "last4": soon.number[-4:],
        "expires_on": "2026-04-01",
        "balance": {"amount": 50_00, "currency": "CNY"},
    } == facts


@pytest.mark.usefixtures("terms")
async def test_a_voucher_that_is_soon_of_no_use_is_told_of_once(world: World, house: ClearingHouse) -> None:
    def voucher(days: int, granted_ago: timedelta = 30 * DAY, **how: Any) -> tuple[UUID, UUID]:  # noqa: ANN401 (a column)
        voucher_id, member = fresh_id(), world.member().id
        row = {"status": "granted", "expires_on": NOON.date() + days * DAY, "granted_at": NOON - granted_ago, **how}
        world.insert(
            "voucher",
            id=voucher_id, shard=0, programme_id=world.home, member_id=member, cause="month:2026-02", face_minor=5_00,
            granted_journal_id=fresh_id(), **row,
        )  # fmt: skip
        return voucher_id, member

    soon, today, later = voucher(7), voucher(1), voucher(8)
    voucher(0)
    voucher(5, granted_ago=DAY)
    voucher(5, status="used", ended_at=NOON, ended_journal_id=fresh_id())
    _, gone = voucher(5)
    world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (gone,))
    await write_notices_of_the_day(house, NOON, chunk=1)
    assert {(f"voucher:{each.hex}:expires", member) for each, member in (soon, today)} == set(_told(world))

    await write_notices_of_the_day(house, NOON + DAY, chunk=1)
    assert {soon[1], today[1], later[1]} == {member for _, member in _told(world)}
    facts = world.rows("SELECT facts FROM notice WHERE recipient_id = %s", soon[1])[0][0]
    assert {"face": {"amount": 5_00, "currency": "CNY"}, "expires_on": "2026-03-09"} == facts


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-02-28", (228, 229)), ("2028-02-28", (228,)), ("2028-02-29", (229,)), ("2026-12-31", (1231,))],
)
def test_who_was_born_on_a_leap_day_is_congratulated_every_year(day: str, expected: tuple[int, ...]) -> None:
    assert expected == birthdays_of(datetime.fromisoformat(day).replace(tzinfo=UTC).date())


@pytest.mark.parametrize(
    ("wanted", "day", "expected"),
    [(8, "2026-03-08", True), (8, "2026-03-09", False), (31, "2026-04-30", True), (31, "2026-03-30", False)],
)
def test_the_members_day_comes_every_month(wanted: int, day: str, *, expected: bool) -> None:
    assert expected is is_member_day(wanted, datetime.fromisoformat(day).replace(tzinfo=UTC).date())
