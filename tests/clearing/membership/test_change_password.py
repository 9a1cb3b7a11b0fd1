import asyncio

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.change_password import change_password
from florin.clearing.membership.sign_in import SessionOpened, sign_in
from florin.crypto.tokens import SESSION
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.storage.connect import Connection
from florin.storage.members.sessions import session_of
from tests.clearing.membership.conftest import NOW, PASSWORD, Anna, attempt

NEW = "a better password"


async def is_open(house: ClearingHouse, opened: SessionOpened) -> bool:
    digest = SESSION.digest(opened.token)
    assert digest is not None
    return await session_of(house.pool, digest, NOW) is not None


async def test_a_new_password_signs_everybody_else_out(
    house: ClearingHouse, anna: Anna, connection: Connection
) -> None:
    elsewhere = await sign_in(house, attempt(anna.who.programme_id), NOW)
    assert isinstance(elsewhere, SessionOpened)

    assert await change_password(house, anna.who, PASSWORD, None, NEW, NOW) is None

    assert await is_open(house, anna.opened)
    assert not await is_open(house, elsewhere)
    assert await sign_in(house, attempt(anna.who.programme_id), NOW) is Decline.SIGN_IN_REFUSED
    assert isinstance(await sign_in(house, attempt(anna.who.programme_id, password=NEW), NOW), SessionOpened)
    audit = await connection.execute("SELECT actor_id, detail FROM audit WHERE action = 'member.password_changed'")
    assert [(anna.who.session_id, {"sessions_revoked": 1})] == await audit.fetchall()


async def test_without_the_old_password_nothing_changes(house: ClearingHouse, anna: Anna) -> None:
    elsewhere = await sign_in(house, attempt(anna.who.programme_id), NOW)
    assert isinstance(elsewhere, SessionOpened)

    assert await change_password(house, anna.who, "wrong one", None, NEW, NOW) is Decline.PASSWORD_INCORRECT

    assert await is_open(house, elsewhere)
    assert isinstance(await sign_in(house, attempt(anna.who.programme_id), NOW), SessionOpened)


@pytest.mark.parametrize("new", ["short", "welcome1", "99999999", "anna1234"])
async def test_a_password_that_is_short_common_or_the_members_name_is_stopped_at_the_door(
    house: ClearingHouse, anna: Anna, new: str
) -> None:
    with pytest.raises(InvalidField, match="new_password"):
        await change_password(house, anna.who, PASSWORD, None, new, NOW)


async def test_of_two_changes_at_once_one_counts(house: ClearingHouse, anna: Anna) -> None:
    answers = await asyncio.gather(
        *(change_password(house, anna.who, PASSWORD, None, f"{NEW} {n}", NOW) for n in range(5)),
    )

    assert 1 == answers.count(None)
    assert 4 == answers.count(Decline.PASSWORD_INCORRECT)
