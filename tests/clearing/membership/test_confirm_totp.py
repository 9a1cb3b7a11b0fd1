import asyncio
from datetime import timedelta

import pyotp
import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.change_contacts import change_contacts
from florin.clearing.membership.change_password import change_password
from florin.clearing.membership.confirm_totp import confirm_totp
from florin.clearing.membership.contacts import Contacts
from florin.clearing.membership.enrol_totp import TotpEnrolment, enrol_totp
from florin.clearing.membership.remove_totp import remove_totp
from florin.clearing.membership.sign_in import SessionOpened, sign_in
from florin.domain.declines import Decline
from florin.domain.throttle_rules import PASSWORD_BY_MEMBER, RateLimited
from florin.storage.connect import Connection
from tests.clearing.membership.conftest import NOW, PASSWORD, Anna, attempt

NEXT = NOW + timedelta(seconds=30)
"""The time of the next code, which is right already, because clocks differ."""


async def enrol(house: ClearingHouse, anna: Anna) -> TotpEnrolment:
    enrolment = await enrol_totp(house, anna.who, PASSWORD, "Honeynut", NOW)
    assert isinstance(enrolment, TotpEnrolment)
    return enrolment


async def test_codes_are_asked_for_from_the_first_right_one_on(house: ClearingHouse, anna: Anna) -> None:
    enrolment = await enrol(house, anna)
    codes, signing_in = pyotp.TOTP(enrolment.secret), attempt(anna.who.programme_id)

    assert "otpauth://totp/Honeynut:anna?secret=" in enrolment.uri
    assert isinstance(await sign_in(house, signing_in, NOW), SessionOpened)
    assert await confirm_totp(house, anna.who, "000000x", NOW) is Decline.TOTP_CODE_INCORRECT
    assert isinstance(await sign_in(house, signing_in, NOW), SessionOpened)

    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is None

    assert await sign_in(house, signing_in, NOW) is Decline.SIGN_IN_REFUSED


async def test_the_secret_of_an_unfinished_enrolment_is_worth_nothing(house: ClearingHouse, anna: Anna) -> None:
    first, second = await enrol(house, anna), await enrol(house, anna)

    given_up = await confirm_totp(house, anna.who, pyotp.TOTP(first.secret).at(NOW), NOW)

    assert given_up is Decline.TOTP_CODE_INCORRECT
    assert await confirm_totp(house, anna.who, pyotp.TOTP(second.secret).at(NOW), NOW) is None


async def test_no_code_is_right_without_an_enrolment_or_after_it(house: ClearingHouse, anna: Anna) -> None:
    assert await confirm_totp(house, anna.who, "123456", NOW) is Decline.TOTP_CODE_INCORRECT
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is None

    later = NOW + timedelta(minutes=1)
    assert await confirm_totp(house, anna.who, codes.at(later), later) is Decline.TOTP_CODE_INCORRECT
    assert await enrol_totp(house, anna.who, PASSWORD, "Honeynut", NOW) is Decline.TOTP_ALREADY_ON


CHANGES = {
    "remove": lambda house, anna, code: remove_totp(house, anna.who, PASSWORD, code, NOW),
    "password": lambda house, anna, code: change_password(house, anna.who, PASSWORD, code, "another one of mine", NOW),
    "contacts": lambda house, anna, code: change_contacts(
        house, anna.who, PASSWORD, code, Contacts("thief@example.org", None), NOW
    ),
}
"""What a thief with a session and the password would do to keep the account."""


@pytest.mark.parametrize("change", CHANGES)
async def test_with_codes_on_the_ways_in_are_changed_only_with_a_fresh_code(
    house: ClearingHouse, anna: Anna, change: str
) -> None:
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is None

    for stale in (None, "", codes.at(NOW), codes.at(NOW - timedelta(minutes=5)), "abcdef"):
        assert await CHANGES[change](house, anna, stale) is Decline.TOTP_CODE_INCORRECT
    with_code = attempt(anna.who.programme_id, totp_code=codes.at(NEXT))
    assert await CHANGES[change](house, anna, codes.at(NEXT)) is None
    assert await sign_in(house, with_code, NOW) is Decline.SIGN_IN_REFUSED or change == "remove"


async def test_a_code_confirms_one_change_even_of_several_at_once(house: ClearingHouse, anna: Anna) -> None:
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    await confirm_totp(house, anna.who, codes.at(NOW), NOW)
    changes = [CHANGES["contacts"](house, anna, codes.at(NEXT)) for _ in range(5)]

    answers = await asyncio.gather(*changes)

    assert sorted([None, *[Decline.TOTP_CODE_INCORRECT] * 4], key=str) == sorted(answers, key=str)


async def test_a_thief_with_session_and_password_may_not_guess_codes(house: ClearingHouse, anna: Anna) -> None:
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    await confirm_totp(house, anna.who, codes.at(NOW), NOW)
    for _ in range(PASSWORD_BY_MEMBER.limit):
        assert await CHANGES["remove"](house, anna, "abcdef") is Decline.TOTP_CODE_INCORRECT

    assert await CHANGES["remove"](house, anna, codes.at(NEXT)) == RateLimited(PASSWORD_BY_MEMBER.window_s)


async def test_codes_are_removed_with_password_and_code_and_enrolled_anew(house: ClearingHouse, anna: Anna) -> None:
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is None

    fresh = codes.at(NEXT)
    assert await remove_totp(house, anna.who, "wrong one", fresh, NOW) is Decline.PASSWORD_INCORRECT
    assert await sign_in(house, attempt(anna.who.programme_id), NOW) is Decline.SIGN_IN_REFUSED
    assert await remove_totp(house, anna.who, PASSWORD, fresh, NOW) is None
    assert await remove_totp(house, anna.who, PASSWORD, None, NOW) is None

    assert isinstance(await sign_in(house, attempt(anna.who.programme_id), NOW), SessionOpened)
    assert await confirm_totp(house, anna.who, codes.at(NOW), NOW) is Decline.TOTP_CODE_INCORRECT
    again = pyotp.TOTP((await enrol(house, anna)).secret)
    assert await confirm_totp(house, anna.who, again.at(NOW), NOW) is None


async def test_a_stolen_session_may_not_guess_the_password(house: ClearingHouse, anna: Anna) -> None:
    for _ in range(PASSWORD_BY_MEMBER.limit):
        assert await enrol_totp(house, anna.who, "guess it", "Honeynut", NOW) is Decline.PASSWORD_INCORRECT

    assert await remove_totp(house, anna.who, PASSWORD, None, NOW) == RateLimited(PASSWORD_BY_MEMBER.window_s)


async def test_a_blocked_member_changes_nothing(house: ClearingHouse, anna: Anna, connection: Connection) -> None:
    await connection.execute("UPDATE member SET status = 'blocked'")

    assert await enrol_totp(house, anna.who, PASSWORD, "Honeynut", NOW) is Decline.MEMBER_NOT_ACTIVE
    assert await remove_totp(house, anna.who, PASSWORD, None, NOW) is Decline.MEMBER_NOT_ACTIVE


async def test_each_change_of_the_codes_is_audited(house: ClearingHouse, anna: Anna, connection: Connection) -> None:
    codes = pyotp.TOTP((await enrol(house, anna)).secret)
    await confirm_totp(house, anna.who, codes.at(NOW), NOW)
    await remove_totp(house, anna.who, PASSWORD, codes.at(NEXT), NOW)

    rows = await connection.execute("SELECT action FROM audit WHERE actor_id = %s ORDER BY id", (anna.who.session_id,))
    assert {("member.totp_confirmed",), ("member.totp_removed",)} == set(await rows.fetchall())
