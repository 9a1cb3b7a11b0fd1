"""Whom customer service is to call, what it may open for that, and what it leaves behind."""

import csv
import io
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from florin.batch.dormancy.contact_sheet import write_contact_sheet
from florin.batch.dormancy.sweep import sweep
from florin.clearing.dormancy.member_contacts import (
    OpenedContact,
    Reachable,
    RecordContact,
    contact_list,
    open_contacts,
    record_contact,
)
from florin.clearing.house import ClearingHouse
from florin.documents.sheets import SheetForm
from florin.domain.declines import Decline
from florin.domain.member_contact import ContactChannel, ContactOutcome
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.posting.request import Caller
from tests.corporate import Corporate
from tests.till import Till
from tests.world import NOON, TODAY, World

DAY = timedelta(days=1)
NOTICED = NOON + 23 * DAY
NOBODY = UUID(int=0)


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


def reachable(world: World, member_id: UUID, mobile: str, mail: str) -> None:
    world.connection.execute(
        "UPDATE member SET mobile_encrypted = %s, mail_encrypted = %s, user_name = %s WHERE id = %s",
        (
            world.vault.mobiles.seal(mobile.encode(), member_id.bytes),
            world.vault.mails.seal(mail.encode(), member_id.bytes),
            f"=cmd|'{member_id.hex[-8:]}",
            member_id,
        ),
    )


async def listed(house: ClearingHouse, actor: Actor, world: World, now: object = NOTICED) -> list[UUID]:
    page = await contact_list(house, actor, world.home, NOBODY, 50, now)  # type: ignore[arg-type]
    assert isinstance(page, Page)
    return [each.member_id for each in page.items]


async def test_who_had_a_notice_is_called_until_back_or_spoken_to(
    world: World, house: ClearingHouse, corporate: Corporate
) -> None:
    anna, bo, cai = (world.member(principal_minor=100_00).id for _ in range(3))
    await sweep(house.pool, NOTICED)
    who = corporate.operator
    assert [anna, bo, cai] == await listed(house, who, world)

    world.clock.now = NOTICED + DAY
    await Till(house, world.shop).purchase(world.payment_code(Caller(anna, anna)), 1_00)
    spoken = RecordContact(bo, ContactChannel.PHONE, ContactOutcome.NOT_REACHED, "=1+1, rang twice", date(2026, 3, 28))
    assert isinstance(await record_contact(house, who, spoken, NOTICED + DAY), OpenedContact)
    await record_contact(house, who, RecordContact(cai, ContactChannel.MAIL, ContactOutcome.REACHED), NOTICED + DAY)

    assert [] == await listed(house, who, world, NOTICED + DAY)
    assert [bo] == await listed(house, who, world, NOTICED + 3 * DAY)
    # The next stage is a new matter.
    await sweep(house.pool, NOON + 30 * DAY)
    assert [bo, cai] == await listed(house, who, world, NOON + 30 * DAY)
    await record_contact(
        house, who, RecordContact(cai, ContactChannel.PHONE, ContactOutcome.NO_MORE_CALLS), NOON + 30 * DAY
    )
    await sweep(house.pool, NOON + 60 * DAY)
    # Anna has been quiet again for a month.
    assert [anna, bo] == await listed(house, who, world, NOON + 60 * DAY)


async def test_details_open_for_those_who_call_and_each_opening_is_on_record(
    world: World, house: ClearingHouse, corporate: Corporate
) -> None:
    anna = world.member(principal_minor=100_00).id
    reachable(world, anna, "+8613800138000", "anna@example.org")
    await record_contact(
        house, corporate.operator, RecordContact(anna, ContactChannel.PHONE, ContactOutcome.REACHED, "is abroad"), NOON
    )
    opened = await open_contacts(house, corporate.manager, anna, NOON)
    assert isinstance(opened, Reachable)
    assert ("+8613800138000", "anna@example.org") == (opened.mobile, opened.mail)
    assert ["is abroad"] == [each.notes for each in opened.contacts]
    assert "13800138000" not in repr(opened)
    assert "abroad" not in repr(opened)
    audited = world.rows("SELECT actor_id, action FROM audit WHERE subject_id = %s ORDER BY id", anna)
    assert [
        (corporate.operator.session_id, "contact.recorded"),
        (corporate.manager.session_id, "contact.details_opened"),
    ] == audited
    (sealed,) = world.one("SELECT notes_encrypted FROM contact")
    assert b"abroad" not in bytes(sealed)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_nobody_else_opens_or_records(
    world: World, house: ClearingHouse, corporate: Corporate, role: Role
) -> None:
    anna, who = world.member().id, corporate.person(role)
    command = RecordContact(anna, ContactChannel.PHONE, ContactOutcome.REACHED)
    refused = [
        await open_contacts(house, who, anna, NOON),
        await record_contact(house, who, command, NOON),
        await write_contact_sheet(house, who, world.home, SheetForm.CSV, io.BytesIO(), NOON),
    ]
    assert [Decline.ROLE_REQUIRED] * 3 == refused
    assert [] == world.rows("SELECT FROM audit WHERE action LIKE 'contact.%%'")
    reads = not isinstance(await contact_list(house, who, world.home, NOBODY, 1, NOON), Decline)
    assert (role is Role.AUDITOR) is reads


async def test_what_is_not_there_is_told_so(house: ClearingHouse, corporate: Corporate) -> None:
    command = RecordContact(uuid4(), ContactChannel.PHONE, ContactOutcome.REACHED)
    assert Decline.MEMBER_NOT_FOUND is await open_contacts(house, corporate.operator, uuid4(), NOON)
    assert Decline.MEMBER_NOT_FOUND is await record_contact(house, corporate.operator, command, NOON)
    assert Decline.PROGRAMME_NOT_FOUND is await contact_list(house, corporate.operator, uuid4(), NOBODY, 1, NOON)


async def test_the_list_leaves_as_a_table_without_formulas_and_on_record(
    world: World, house: ClearingHouse, corporate: Corporate
) -> None:
    members = [world.member(principal_minor=100_00).id for _ in range(2)]
    for member_id in members:
        reachable(world, member_id, "+8613800138000", "=anna@example.org")
    await sweep(house.pool, NOTICED)
    file = io.BytesIO()
    # Every writer of a table closes what it writes to when it ends, so the bytes are read before.
    assert 2 == await write_contact_sheet(house, corporate.operator, world.home, SheetForm.CSV, file, NOTICED)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert ["'+8613800138000"] * 2 == [each["mobile"] for each in rows]
    assert ["'=anna@example.org"] * 2 == [each["mail"] for each in rows]
    assert all(each["user_name"].startswith("'=cmd") for each in rows)
    assert [("normal", "unused", "100.00")] * 2 == [(each["stage"], each["reason"], each["balance"]) for each in rows]
    assert [({"members": 2},)] == world.rows("SELECT detail FROM audit WHERE action = 'contact.list_exported'")
    assert TODAY.isoformat() in rows[0]["last_activity_at"]
