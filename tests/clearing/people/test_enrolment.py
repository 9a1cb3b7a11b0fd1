"""From the initial password to a login that may work: the own password and the own one-time codes."""

import asyncio

import pyotp
import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.own_password import change_own_password
from florin.clearing.people.own_totp import OwnTotp, confirm_own_totp, enrol_own_totp
from florin.clearing.people.sign_in import LoginOpened, SignInToWork, sign_in_to_work
from florin.crypto.tokens import LOGIN
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.domain.throttle_rules import PASSWORD_BY_LOGIN, RateLimited
from florin.storage.people.login_sessions import open_login_of
from tests.clearing.people.conftest import Adding
from tests.corporate import PASSWORD, Corporate, code_at, token_of
from tests.world import NOON, World

NEW_PASSWORD = "eleven other words that rhyme with none"


async def test_a_new_login_works_once_password_and_codes_are_its_owners(
    world: World, house: ClearingHouse, administrator: Actor, add: Adding
) -> None:
    added = await add.done(administrator, Role.OPERATOR)
    opened = await sign_in(house, "li.na", added.initial_password)
    actor = opened.login.actor
    assert not opened.login.is_enrolled

    assert await change_own_password(house, actor, added.initial_password, None, NEW_PASSWORD, NOON) is None
    enrolment = await enrol_own_totp(house, actor, NEW_PASSWORD, NOON)
    assert isinstance(enrolment, OwnTotp)
    first = pyotp.TOTP(enrolment.secret).at(NOON)
    assert Decline.TOTP_CODE_INCORRECT is await confirm_own_totp(house, actor, "1234567", NOON)
    assert await confirm_own_totp(house, actor, first, NOON) is None

    digest = LOGIN.digest(opened.token)
    assert digest is not None
    now = await open_login_of(house.pool, digest, NOON)
    assert now is not None
    assert now.is_enrolled
    told = [row[0] for row in world.rows("SELECT action FROM audit WHERE subject_id = %s ORDER BY id", added.login_id)]
    assert ["login.added", "login.password_changed", "login.totp_confirmed"] == told
    again = SignInToWork(user_name="li.na", password=NEW_PASSWORD, totp_code=first, address="192.0.2.7")
    assert Decline.SIGN_IN_REFUSED is await sign_in_to_work(house, again, NOON)


async def test_an_initial_password_is_replaced_by_another_one(
    house: ClearingHouse, administrator: Actor, add: Adding
) -> None:
    added = await add.done(administrator, Role.OPERATOR)
    actor = (await sign_in(house, "li.na", added.initial_password)).login.actor
    initial = added.initial_password

    for refused in (initial, "short", "password123"):
        with pytest.raises(InvalidField, match="new_password"):
            await change_own_password(house, actor, initial, None, refused, NOON)


async def test_whoever_has_codes_shows_one_to_change_the_password(
    world: World, house: ClearingHouse, corporate: Corporate
) -> None:
    manager = corporate.manager
    before = world.one("SELECT password_hash FROM login WHERE id = %s", manager.login_id)

    async def change(
        code: str | None, password: str = PASSWORD, new_password: str = NEW_PASSWORD
    ) -> Decline | RateLimited | None:
        return await change_own_password(house, manager, password, code, new_password, NOON)

    assert Decline.PASSWORD_INCORRECT is await change(code_at(NOON), "another password")
    assert Decline.TOTP_CODE_INCORRECT is await change(None)
    assert Decline.TOTP_CODE_INCORRECT is await change("0000000")
    assert before == world.one("SELECT password_hash FROM login WHERE id = %s", manager.login_id)
    assert await change(code_at(NOON)) is None
    assert Decline.TOTP_CODE_INCORRECT is await change(code_at(NOON), NEW_PASSWORD, PASSWORD)


async def test_other_sessions_end_with_the_old_password(house: ClearingHouse, corporate: Corporate) -> None:
    manager = corporate.manager
    command = SignInToWork(
        user_name=f"u{manager.login_id.hex[-24:]}", password=PASSWORD, totp_code=code_at(NOON), address="192.0.2.7"
    )
    other = await sign_in_to_work(house, command, NOON)
    assert isinstance(other, LoginOpened)

    assert await change_own_password(house, manager, PASSWORD, code_at(NOON, 1), NEW_PASSWORD, NOON) is None

    kept, ended = LOGIN.digest(token_of(manager.session_id)), LOGIN.digest(other.token)
    assert kept is not None
    assert ended is not None
    assert await open_login_of(house.pool, kept, NOON) is not None
    assert await open_login_of(house.pool, ended, NOON) is None


async def test_of_ten_changes_at_once_one_counts(house: ClearingHouse, corporate: Corporate) -> None:
    manager = corporate.manager
    answers = await asyncio.gather(
        *(
            change_own_password(house, manager, PASSWORD, code_at(NOON), f"{NEW_PASSWORD} {number}", NOON)
            for number in range(PASSWORD_BY_LOGIN.limit)
        )
    )

    assert 1 == answers.count(None)
    assert PASSWORD_BY_LOGIN.limit == 1 + answers.count(Decline.PASSWORD_INCORRECT) + answers.count(
        Decline.TOTP_CODE_INCORRECT
    )


async def test_a_stolen_session_does_not_guess_the_password(house: ClearingHouse, corporate: Corporate) -> None:
    guesses = [
        await enrol_own_totp(house, corporate.manager, f"guess {number}", NOON)
        for number in range(PASSWORD_BY_LOGIN.limit)
    ]

    assert [Decline.PASSWORD_INCORRECT] * PASSWORD_BY_LOGIN.limit == guesses
    assert RateLimited(PASSWORD_BY_LOGIN.window_s) == await enrol_own_totp(house, corporate.manager, PASSWORD, NOON)


async def test_codes_that_are_on_are_not_enrolled_anew(house: ClearingHouse, corporate: Corporate) -> None:
    assert Decline.TOTP_ALREADY_ON is await enrol_own_totp(house, corporate.manager, PASSWORD, NOON)
    assert Decline.TOTP_CODE_INCORRECT is await confirm_own_totp(house, corporate.manager, code_at(NOON), NOON)


async def test_the_secret_is_kept_sealed_and_shown_by_no_representation(
    world: World, house: ClearingHouse, administrator: Actor, add: Adding
) -> None:
    added = await add.done(administrator, Role.OPERATOR)
    actor = (await sign_in(house, "li.na", added.initial_password)).login.actor
    enrolment = await enrol_own_totp(house, actor, added.initial_password, NOON)

    assert isinstance(enrolment, OwnTotp)
    (stored,) = world.one("SELECT login::text FROM login WHERE id = %s", added.login_id)
    assert enrolment.secret not in f"{stored} {enrolment!r}"
    assert enrolment.secret.encode().hex() not in stored


async def sign_in(house: ClearingHouse, user_name: str, password: str, code: str | None = None) -> LoginOpened:
    command = SignInToWork(user_name=user_name, password=password, totp_code=code, address="192.0.2.7")
    opened = await sign_in_to_work(house, command, NOON)
    assert isinstance(opened, LoginOpened)
    return opened
