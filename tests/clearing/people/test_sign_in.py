import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people import sign_in
from florin.clearing.people.sign_in import LoginOpened, SignInToWork, sign_in_to_work
from florin.crypto import passwords
from florin.crypto.tokens import LOGIN
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.domain.throttle_rules import (
    DESK_BY_ADDRESS,
    DESK_BY_NAME,
    SIGN_IN_IN_TOTAL,
    RateLimited,
)
from florin.storage.connect import Pool
from florin.storage.members.sessions import SESSION_LIFETIME
from florin.storage.people.login_sessions import LoginProof, OpenLogin, close_login, open_login, open_login_of
from florin.storage.people.logins import spend_code_at_once
from florin.storage.people.throttle import EVERYBODY, Charge, admit
from tests.clearing.membership.conftest import CountingHasher
from tests.corporate import PASSWORD, Corporate, code_at, user_name_of
from tests.world import NOON, World


@pytest.fixture
def buyer(corporate: Corporate) -> Actor:
    return corporate.person(Role.BUYER, customer=corporate.customer())


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_HASHER", counting)
    return counting


def attempt(actor: Actor, **changes: Any) -> SignInToWork:  # noqa: ANN401 (a test names real fields)
    """What somebody types to sign in at noon, with some fields changed."""
    right = SignInToWork(user_name=user_name_of(actor), password=PASSWORD, totp_code=code_at(NOON), address="192.0.2.7")
    return replace(right, **changes)


async def test_a_session_stands_for_the_person_with_the_roles_and_the_customer(
    house: ClearingHouse, buyer: Actor
) -> None:
    opened = await sign_in_to_work(house, attempt(buyer, user_name=f" {user_name_of(buyer).upper()}"), NOON)

    assert isinstance(opened, LoginOpened)
    assert replace(buyer, session_id=opened.login.actor.session_id) == opened.login.actor
    assert NOON + SESSION_LIFETIME == opened.login.expires_at
    assert opened.login.is_enrolled
    digest = LOGIN.digest(opened.token)
    assert digest is not None
    assert opened.login == await open_login_of(house.pool, digest, NOON)
    assert await open_login_of(house.pool, digest, NOON + SESSION_LIFETIME) is None


REFUSED: dict[str, dict[str, Any]] = {
    "unknown name": {"user_name": "nobody"},
    "no name": {"user_name": ""},
    "unreadable name": {"user_name": "\x00\ud800"},
    "wrong password": {"password": "incorrect horse"},
    "password nobody has": {"password": "x"},
    "endless password": {"password": "x" * 100_000},
    "code missing": {"totp_code": None},
    "code wrong": {"totp_code": "000000x"},
    "code with wrong password": {"password": "incorrect horse"},
    "code used before": {},
    "code of a later sign-in used before": {},
    "blocked": {},
}


@pytest.mark.parametrize("case", REFUSED)
async def test_every_refusal_is_the_same_and_costs_one_hash_and_one_attempt_to_open(
    house: ClearingHouse,
    world: World,
    buyer: Actor,
    hasher: CountingHasher,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    attempts = []

    async def counted(pool: Pool, proof: LoginProof, digest: bytes, now: datetime) -> OpenLogin | None:
        attempts.append(proof)
        return await open_login(pool, proof, digest, now)

    monkeypatch.setattr(sign_in, "open_login", counted)
    now = NOON.timestamp() // 30
    used = {"code used before": now, "code of a later sign-in used before": now + 1}
    if case in used:
        world.connection.execute("UPDATE login SET totp_last_step = %s WHERE id = %s", (used[case], buyer.login_id))
    if case == "blocked":
        world.connection.execute("UPDATE login SET status = 'blocked' WHERE id = %s", (buyer.login_id,))
    sessions = world.one("SELECT count(*) FROM login_session")

    refusal = await sign_in_to_work(house, attempt(buyer, **REFUSED[case]), NOON)

    assert repr(Decline.SIGN_IN_REFUSED) == repr(refusal)
    assert 1 == hasher.calls
    assert 1 == len(attempts)
    assert sessions == world.one("SELECT count(*) FROM login_session")


async def test_a_one_time_code_lets_in_once_however_often_it_is_sent_at_once(
    house: ClearingHouse, buyer: Actor
) -> None:
    answers = await asyncio.gather(*(sign_in_to_work(house, attempt(buyer), NOON) for _ in range(DESK_BY_NAME.limit)))

    assert 1 == sum(isinstance(each, LoginOpened) for each in answers)
    assert DESK_BY_NAME.limit - 1 == answers.count(Decline.SIGN_IN_REFUSED)


async def test_a_refused_password_leaves_the_code_for_another_try(house: ClearingHouse, buyer: Actor) -> None:
    assert Decline.SIGN_IN_REFUSED is await sign_in_to_work(house, attempt(buyer, password="wrong one"), NOON)
    assert isinstance(await sign_in_to_work(house, attempt(buyer), NOON), LoginOpened)


async def test_a_code_that_is_kept_stands_for_one_action_afterwards(house: ClearingHouse, buyer: Actor) -> None:
    opened = await sign_in_to_work(house, attempt(buyer, keeps_code=True), NOON)

    assert isinstance(opened, LoginOpened)
    assert opened.proof is not None
    assert await spend_code_at_once(house.pool, opened.proof)
    assert Decline.SIGN_IN_REFUSED is await sign_in_to_work(house, attempt(buyer, keeps_code=True), NOON)


@pytest.mark.parametrize(
    ("change", "still_to_do"),
    [
        ("must_change_password = true", (True, False)),
        ("totp_confirmed_at = NULL", (False, True)),
        ("must_change_password = true, totp_confirmed_at = NULL, totp_secret_encrypted = NULL", (True, True)),
    ],
)
async def test_who_has_not_finished_the_enrolment_is_let_in_no_further(
    house: ClearingHouse,
    world: World,
    buyer: Actor,
    change: str,
    still_to_do: tuple[bool, bool],
) -> None:
    world.connection.execute(f"UPDATE login SET {change} WHERE id = %s".encode(), (buyer.login_id,))  # noqa: S608 (our own table)

    opened = await sign_in_to_work(house, attempt(buyer), NOON)

    assert isinstance(opened, LoginOpened)
    assert not opened.login.is_enrolled
    assert still_to_do == (opened.login.must_change_password, opened.login.must_enrol_totp)


async def test_a_name_is_locked_after_its_limit_and_free_when_the_window_ends(
    house: ClearingHouse, buyer: Actor
) -> None:
    for n in range(DESK_BY_NAME.limit):
        wrong = attempt(buyer, password="guess number x", address=f"192.0.2.{n}")
        assert await sign_in_to_work(house, wrong, NOON) is Decline.SIGN_IN_REFUSED

    assert RateLimited(DESK_BY_NAME.window_s) == await sign_in_to_work(house, attempt(buyer), NOON)
    after = NOON + timedelta(seconds=DESK_BY_NAME.window_s)
    assert isinstance(await sign_in_to_work(house, attempt(buyer, totp_code=code_at(after)), after), LoginOpened)


async def test_an_address_is_locked_whatever_names_it_tries(house: ClearingHouse, buyer: Actor) -> None:
    answers = [
        await sign_in_to_work(house, attempt(buyer, user_name=f"name{n}"), NOON)
        for n in range(DESK_BY_ADDRESS.limit + 1)
    ]

    assert [Decline.SIGN_IN_REFUSED, RateLimited(DESK_BY_ADDRESS.window_s)] == answers[-2:]


async def test_whoever_hammers_the_members_door_locks_no_operator_out(house: ClearingHouse, buyer: Actor) -> None:
    for _ in range(SIGN_IN_IN_TOTAL.limit // 100):
        await admit(house.pool, [Charge(replace(SIGN_IN_IN_TOTAL, limit=10**6), EVERYBODY)], NOON)
    house_rule = [Charge(replace(SIGN_IN_IN_TOTAL, limit=1), EVERYBODY)]
    assert isinstance(await admit(house.pool, house_rule, NOON), RateLimited)

    assert isinstance(await sign_in_to_work(house, attempt(buyer), NOON), LoginOpened)


async def test_a_session_ends_with_the_sign_out(house: ClearingHouse, buyer: Actor) -> None:
    opened = await sign_in_to_work(house, attempt(buyer), NOON)
    assert isinstance(opened, LoginOpened)
    digest = LOGIN.digest(opened.token)
    assert digest is not None

    await close_login(house.pool, opened.login.actor.session_id, NOON)
    await close_login(house.pool, opened.login.actor.session_id, NOON)

    assert await open_login_of(house.pool, digest, NOON) is None


def test_what_was_typed_is_shown_by_no_representation(buyer: Actor) -> None:
    assert PASSWORD not in repr(attempt(buyer))
    assert code_at(NOON) not in repr(attempt(buyer))
