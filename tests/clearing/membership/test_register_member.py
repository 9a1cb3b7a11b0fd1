import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.register_member import Registered, register_member
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.throttle_rules import REGISTRATION_BY_ADDRESS, RateLimited
from florin.storage.connect import Connection
from tests.clearing.membership.conftest import INSERT_AGREEMENT, NOW, Counter, add_programme, registration

WRITTEN = ("member", "strict_account", "outbox", "audit")


async def test_a_registration_opens_an_empty_wallet_and_is_told_and_audited(
    house: ClearingHouse, programme_id: UUID, connection: Connection
) -> None:
    registered = await register_member(house, registration(programme_id), NOW)

    assert isinstance(registered, Registered)
    assert registered.user_name == "anna"
    member_id = registered.member_id
    member = await connection.execute("SELECT id, shard, user_name, agreement_version, status FROM member")
    assert [(member_id, shard_of(member_id), "anna", "1", "registered")] == await member.fetchall()
    account = await connection.execute(
        "SELECT owner_id, code, shard, programme_id, unit, balance_minor, held_minor, sequence FROM strict_account"
    )
    assert [(member_id, 2020, shard_of(member_id), programme_id, "CNY", 0, 0, 0)] == await account.fetchall()
    event = await connection.execute("SELECT name, subject_id, payload FROM outbox")
    told = {"id": wire_id("member", member_id), "programme_id": wire_id("programme", programme_id)}
    assert [("member.registered", member_id, told)] == await event.fetchall()
    audit = await connection.execute("SELECT actor_id, action, subject_id, detail FROM audit")
    assert [(member_id, "member.registered", member_id, {"agreement_version": "1"})] == await audit.fetchall()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"agreement_version": "0"}, Decline.AGREEMENT_REQUIRED),
        ({"agreement_version": "2"}, Decline.AGREEMENT_REQUIRED),
        ({"agreement_version": ""}, Decline.AGREEMENT_REQUIRED),
        ({}, Decline.USER_NAME_TAKEN),
        ({"user_name": "ANNA", "mail": "other@example.org", "mobile": None}, Decline.USER_NAME_TAKEN),
        ({"user_name": "\uff21\uff2e\uff2e\uff21", "mail": "other@example.org"}, Decline.USER_NAME_TAKEN),
        ({"user_name": "berta", "mobile": None}, Decline.CONTACT_TAKEN),
        ({"user_name": "berta", "mail": " ANNA@Example.ORG", "mobile": None}, Decline.CONTACT_TAKEN),
        ({"user_name": "berta", "mail": None}, Decline.CONTACT_TAKEN),
        ({"user_name": "berta", "mail": None, "mobile": "+86-138-0013-8000"}, Decline.CONTACT_TAKEN),
    ],
)
async def test_a_refused_registration_says_why_and_leaves_nothing(
    house: ClearingHouse, programme_id: UUID, count: Counter, changes: dict[str, str | None], expected: Decline
) -> None:
    assert isinstance(await register_member(house, registration(programme_id), NOW), Registered)
    before = [await count(table) for table in WRITTEN]

    assert expected == await register_member(house, registration(programme_id, **changes), NOW)

    assert before == [await count(table) for table in WRITTEN]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"user_name": "an"}, "user_name"),
        ({"user_name": "anna@example.org"}, "user_name"),
        ({"mail": "anna"}, "mail"),
        ({"mobile": "13800138000"}, "mobile"),
        ({"mail": None, "mobile": None}, "mail"),
        ({"password": "1234567"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": "password"}, "password"),
        ({"password": "12345678"}, "password"),
        ({"user_name": "Anna.Huber", "password": "anna.huber"}, "password"),
    ],
)
async def test_a_malformed_registration_is_stopped_at_the_door(
    house: ClearingHouse, programme_id: UUID, count: Counter, changes: dict[str, str | None], field: str
) -> None:
    with pytest.raises(InvalidField) as raised:
        await register_member(house, registration(programme_id, **changes), NOW)

    assert field == raised.value.field
    assert await count("throttle") == 0


async def test_only_the_latest_agreement_that_is_in_force_is_accepted(
    house: ClearingHouse, programme_id: UUID, connection: Connection
) -> None:
    await connection.execute(INSERT_AGREEMENT, (programme_id, "2", NOW))
    await connection.execute(INSERT_AGREEMENT, (programme_id, "3", NOW + timedelta(seconds=1)))

    for version in ("1", "3"):
        refused = await register_member(house, registration(programme_id, agreement_version=version), NOW)
        assert refused is Decline.AGREEMENT_REQUIRED
    assert isinstance(await register_member(house, registration(programme_id, agreement_version="2"), NOW), Registered)


async def test_a_programme_without_an_agreement_takes_no_members(house: ClearingHouse, programme_id: UUID) -> None:
    without = UUID(int=programme_id.int ^ 1)

    assert await register_member(house, registration(without), NOW) is Decline.AGREEMENT_REQUIRED


async def test_a_name_is_taken_in_its_own_programme_only(
    house: ClearingHouse, programme_id: UUID, connection: Connection
) -> None:
    other = await add_programme(connection, "other")

    for each in (programme_id, other):
        assert isinstance(await register_member(house, registration(each), NOW), Registered)


async def test_fifty_registrations_of_one_name_at_once_give_one_member(
    house: ClearingHouse, programme_id: UUID, count: Counter
) -> None:
    commands = [
        registration(programme_id, mail=f"anna{n}@example.org", mobile=None, address=f"192.0.2.{n}") for n in range(50)
    ]

    answers = await asyncio.gather(*(register_member(house, each, NOW) for each in commands))

    assert 1 == sum(isinstance(each, Registered) for each in answers)
    assert 49 == answers.count(Decline.USER_NAME_TAKEN)
    assert [1, 1, 1, 1] == [await count(table) for table in WRITTEN]


async def test_whoever_walks_through_a_list_of_mails_is_stopped(house: ClearingHouse, programme_id: UUID) -> None:
    await register_member(house, registration(programme_id), NOW)

    taken = [
        await register_member(house, registration(programme_id, user_name=f"probe{n}", mobile=None), NOW)
        for n in range(REGISTRATION_BY_ADDRESS.limit + 1)
    ]

    assert [Decline.CONTACT_TAKEN] * REGISTRATION_BY_ADDRESS.limit == taken[:-1]
    assert RateLimited(REGISTRATION_BY_ADDRESS.window_s) == taken[-1]


async def test_those_who_register_do_not_use_up_the_limit_of_their_address(
    house: ClearingHouse, programme_id: UUID
) -> None:
    for n in range(REGISTRATION_BY_ADDRESS.limit + 1):
        command = registration(programme_id, user_name=f"member{n}", mail=f"m{n}@example.org", mobile=None)
        assert isinstance(await register_member(house, command, NOW), Registered)
