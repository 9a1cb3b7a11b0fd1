from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from florin.clearing.notices.sealed import to_address
from florin.domain.notice import Channel, NoticeKind
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.notices import NewNotice, write_notice
from tests.conftest import Database
from tests.world import NOON, World, open_world


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with open_world(database) as opened:
        yield opened


def _sendings(world: World) -> list[Any]:
    return world.rows("SELECT channel, status FROM notice_sending ORDER BY position")


async def test_a_cause_is_told_once_and_another_one_again(world: World, connection: Connection) -> None:
    anna = world.member().id
    told = [
        await write_notice(connection, NewNotice(cause, NoticeKind.LOW_BALANCE, anna), NOON)
        for cause in ("a", "a", "b")
    ]

    assert [True, False, True] == told
    assert [("mail", "waiting")] * 2 == _sendings(world)


@pytest.mark.parametrize(
    ("mail", "mobile", "kind", "wants", "expected"),
    [
        (True, True, NoticeKind.LOW_BALANCE, {}, ["mail"]),
        (False, True, NoticeKind.LOW_BALANCE, {}, ["sms"]),
        (True, True, NoticeKind.LOW_BALANCE, {"sms": True}, ["mail", "sms"]),
        (True, True, NoticeKind.LOW_BALANCE, {"mail": False}, []),
        (True, False, NoticeKind.LOW_BALANCE, {"sms": True}, ["mail"]),
        (True, True, NoticeKind.PURCHASE, {}, []),
        (True, True, NoticeKind.PURCHASE, {"sms": True}, ["sms"]),
        (True, True, NoticeKind.ONE_TIME_CODE, {"mail": False, "sms": False}, ["mail"]),
        (False, True, NoticeKind.CLOSURE_REQUESTED, {"sms": False}, ["sms"]),
    ],
)
async def test_a_member_is_told_as_he_wishes_and_always_of_what_must_be_told(
    world: World,
    connection: Connection,
    mail: bool,  # noqa: FBT001 (a column of the table)
    mobile: bool,  # noqa: FBT001 (the same)
    kind: NoticeKind,
    wants: dict[str, bool],
    expected: list[str],
) -> None:
    anna = world.member().id
    world.connection.execute(
        "UPDATE member SET mail_index = %s, mobile_index = %s WHERE id = %s",
        (b"mail" if mail else None, b"mobile" if mobile else None, anna),
    )
    for channel, wanted in wants.items():
        world.insert("notice_preference", member_id=anna, kind=kind.value, channel=channel, wanted=wanted)

    assert await write_notice(connection, NewNotice("cause", kind, anna), NOON)

    assert [(each, "waiting") for each in expected] == _sendings(world)


async def test_an_address_of_its_own_needs_no_member(world: World, connection: Connection) -> None:
    notice = NewNotice("cause", NoticeKind.WEBHOOK_DISABLED, fresh_id(), useless_from=NOON + timedelta(days=1))
    sealed = to_address(world.vault, notice, "anna@example.org")

    assert await write_notice(connection, sealed, NOON)
    assert not await write_notice(connection, sealed, NOON)

    assert [(Channel.EITHER.value, "waiting")] == _sendings(world)
