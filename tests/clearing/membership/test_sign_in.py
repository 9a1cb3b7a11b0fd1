import asyncio
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_totp import confirm_totp
from florin.clearing.membership.enrol_totp import TotpEnrolment, enrol_totp
from florin.clearing.membership.sign_in import SessionOpened, sign_in
from florin.clearing.membership.sign_out import sign_out
from florin.crypto.tokens import SESSION
from florin.domain.declines import Decline
from florin.domain.throttle_rules import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NAME, RateLimited
from florin.storage.connect import Connection
from florin.storage.members.sessions import SESSION_LIFETIME, Proof, open_session, session_of
from florin.storage.people.credentials import credentials_of
from tests.clearing.membership.conftest import (
    NOW,
    PASSWORD,
    Anna,
    Counter,
    CountingHasher,
    add_programme,
    attempt,
)

LATER = NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    "name",
    ["anna", " ANNA ", "\uff21nna", "anna@example.org", "Anna@Example.org ", "+8613800138000", "+86 138-00138000"],
)
async def test_a_member_signs_in_by_any_name_in_any_spelling(
    house: ClearingHouse, anna: Anna, programme_id: UUID, name: str
) -> None:
    opened = await sign_in(house, attempt(programme_id, name=name), NOW)

    assert isinstance(opened, SessionOpened)
    assert anna.id == opened.member_id
    assert NOW + timedelta(hours=12) == opened.expires_at


async def turn_codes_on(house: ClearingHouse, anna: Anna) -> pyotp.TOTP:
    enrolment = await enrol_totp(house, anna.who, PASSWORD, "Honeynut", NOW)
    assert isinstance(enrolment, TotpEnrolment)
    codes = pyotp.TOTP(enrolment.secret)
    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is None
    return codes


REFUSED: dict[str, dict[str, str | None]] = {
    "unknown user name": {"name": "nobody"},
    "unknown mail": {"name": "nobody@example.org"},
    "unknown mobile": {"name": "+8613900000000"},
    "no name at all": {"name": ""},
    "unreadable name": {"name": "\x00\ud800"},
    "wrong password": {"password": "incorrect horse"},
    "password nobody has": {"password": "x"},
    "endless password": {"password": "x" * 100_000},
    "code missing": {},
    "code wrong": {"totp_code": "000000x"},
    "code with wrong password": {"password": "incorrect horse", "totp_code": "right"},
    "code used before": {"totp_code": "used"},
    "blocked": {"totp_code": "right"},
    "closed": {"totp_code": "right"},
    "other programme": {"totp_code": "right"},
}


@pytest.mark.parametrize("case", REFUSED)
async def test_every_refusal_is_the_same_and_costs_one_password_hash(
    house: ClearingHouse,
    anna: Anna,
    programme_id: UUID,
    connection: Connection,
    hasher: CountingHasher,
    count: Counter,
    case: str,
) -> None:
    codes = await turn_codes_on(house, anna)
    changes = dict(REFUSED[case])
    if "totp_code" in changes:
        real = {"right": codes.at(LATER), "used": codes.at(NOW)}
        changes["totp_code"] = real.get(changes["totp_code"] or "", changes["totp_code"])
    if case in ("blocked", "closed"):
        await connection.execute("UPDATE member SET status = %s", (case,))
    where = await add_programme(connection, "other") if case == "other programme" else programme_id
    sessions, hasher.calls = await count("session"), 0

    refusal = await sign_in(house, attempt(where, **changes), NOW if case == "code used before" else LATER)

    assert repr(Decline.SIGN_IN_REFUSED).encode() == repr(refusal).encode()
    assert 1 == hasher.calls
    assert sessions == await count("session")


async def test_a_one_time_code_lets_in_once_however_often_it_is_sent_at_once(
    house: ClearingHouse, anna: Anna, programme_id: UUID, count: Counter
) -> None:
    codes = await turn_codes_on(house, anna)
    command = attempt(programme_id, totp_code=codes.at(LATER))

    answers = await asyncio.gather(*(sign_in(house, command, LATER) for _ in range(SIGN_IN_BY_NAME.limit)))

    assert 1 == sum(isinstance(each, SessionOpened) for each in answers)
    assert SIGN_IN_BY_NAME.limit - 1 == answers.count(Decline.SIGN_IN_REFUSED)
    assert 2 == await count("session")


async def test_a_refused_password_leaves_the_one_time_code_for_another_try(
    house: ClearingHouse, anna: Anna, programme_id: UUID
) -> None:
    code = (await turn_codes_on(house, anna)).at(LATER)

    assert await sign_in(house, attempt(programme_id, password="wrong one", totp_code=code), LATER) is (
        Decline.SIGN_IN_REFUSED
    )
    assert isinstance(await sign_in(house, attempt(programme_id, totp_code=code), LATER), SessionOpened)


@pytest.mark.usefixtures("anna")
async def test_a_name_is_locked_after_its_limit_and_free_when_the_window_ends(
    house: ClearingHouse, programme_id: UUID
) -> None:
    for n in range(SIGN_IN_BY_NAME.limit):
        wrong = attempt(programme_id, password="guess number x", address=f"192.0.2.{n}")
        assert await sign_in(house, wrong, NOW) is Decline.SIGN_IN_REFUSED

    limited = await sign_in(house, attempt(programme_id), NOW)
    assert RateLimited(SIGN_IN_BY_NAME.window_s) == limited
    after = NOW + timedelta(seconds=SIGN_IN_BY_NAME.window_s)
    assert isinstance(await sign_in(house, attempt(programme_id), after), SessionOpened)


async def test_an_unknown_name_is_locked_like_a_known_one(house: ClearingHouse, programme_id: UUID) -> None:
    unknown = attempt(programme_id, name="nobody")

    answers = [await sign_in(house, unknown, NOW) for _ in range(SIGN_IN_BY_NAME.limit + 1)]

    assert [Decline.SIGN_IN_REFUSED] * SIGN_IN_BY_NAME.limit == answers[:-1]
    assert RateLimited(SIGN_IN_BY_NAME.window_s) == answers[-1]


async def test_an_address_is_locked_whatever_names_it_tries(house: ClearingHouse, programme_id: UUID) -> None:
    answers = [
        await sign_in(house, attempt(programme_id, name=f"name{n}"), NOW) for n in range(SIGN_IN_BY_ADDRESS.limit + 1)
    ]

    assert isinstance(answers[-1], RateLimited)
    assert Decline.SIGN_IN_REFUSED == answers[-2]


@pytest.mark.usefixtures("anna")
async def test_signing_in_often_locks_nobody_out(house: ClearingHouse, programme_id: UUID) -> None:
    for _ in range(SIGN_IN_BY_NAME.limit + 1):
        assert isinstance(await sign_in(house, attempt(programme_id), NOW), SessionOpened)


async def test_a_session_is_found_by_its_token_until_twelve_hours_have_passed(house: ClearingHouse, anna: Anna) -> None:
    digest = SESSION.digest(anna.opened.token)
    assert digest is not None

    last_moment = NOW + SESSION_LIFETIME - timedelta(microseconds=1)
    assert anna.who == await session_of(house.pool, digest, last_moment)
    assert await session_of(house.pool, digest, NOW + SESSION_LIFETIME) is None
    assert await session_of(house.pool, b"another", NOW) is None


async def test_a_session_ends_with_the_sign_out(house: ClearingHouse, anna: Anna) -> None:
    digest = SESSION.digest(anna.opened.token)
    assert digest is not None

    await sign_out(house, anna.who, NOW)
    await sign_out(house, anna.who, NOW)

    assert await session_of(house.pool, digest, NOW) is None


@pytest.mark.parametrize("status", ["blocked", "closed"])
async def test_a_session_opens_nothing_while_its_member_is_stopped(
    house: ClearingHouse, anna: Anna, connection: Connection, status: str
) -> None:
    digest = SESSION.digest(anna.opened.token)
    assert digest is not None
    await connection.execute("UPDATE member SET status = %s", (status,))

    assert await session_of(house.pool, digest, NOW) is None


async def test_a_password_that_was_changed_meanwhile_opens_nothing(
    house: ClearingHouse, anna: Anna, connection: Connection, count: Counter
) -> None:
    before = await credentials_of(house.pool, anna.id)
    assert before is not None
    await connection.execute("UPDATE member SET password_hash = 'another'")

    stale = Proof(anna.id, before.password_hash, None, None)

    assert await open_session(house.pool, stale, b"digest", NOW) is None
    assert 1 == await count("session")


async def test_codes_that_were_turned_on_meanwhile_are_asked_for(house: ClearingHouse, anna: Anna) -> None:
    before = await credentials_of(house.pool, anna.id)
    assert before is not None
    await turn_codes_on(house, anna)

    without_code = Proof(anna.id, before.password_hash, None, None)

    assert await open_session(house.pool, without_code, b"digest", NOW) is None


async def test_a_hash_of_outgrown_parameters_is_replaced(
    house: ClearingHouse, anna: Anna, programme_id: UUID, connection: Connection
) -> None:
    weak = Argon2Hasher(time_cost=1, memory_cost=9, parallelism=1).hash(PASSWORD)
    await connection.execute("UPDATE member SET password_hash = %s", (weak,))

    assert isinstance(await sign_in(house, attempt(programme_id), NOW), SessionOpened)

    now = await credentials_of(house.pool, anna.id)
    assert now is not None
    assert "m=8," in now.password_hash
    assert isinstance(await sign_in(house, attempt(programme_id), NOW), SessionOpened)
