"""A closure is confirmed by its holder: by a code that fits this closure alone, few times, for minutes."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from florin.batch.closures.unconfirmed import cancel_unconfirmed_closures
from florin.clearing.closures.send_code import send_code
from florin.domain.closure import CODE_LIFETIME, MOST_CODES, MOST_TRIES, VERIFICATION_LIFETIME, ClosureStatus
from florin.domain.declines import Decline
from florin.domain.throttle_rules import CLOSURE_CODES_BY_HOLDER, CLOSURE_PROOF_BY_ADDRESS, RateLimited
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.credentials import credentials_of
from tests.clearing.closures.leaving import Leaving, refusal, said, subject
from tests.corporate import code_at
from tests.till import fresh


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_a_code_confirms_its_own_closure_and_no_other(leaving: Leaving) -> None:
    first, second = [subject(await leaving.request(await leaving.member())) for _ in range(2)]
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(second, leaving.code(first))
    assert refusal(await leaving.confirm(first)) is None
    assert ClosureStatus.REQUESTED is (await leaving.closure(second)).status


async def test_a_code_confirms_one_amount(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request(await leaving.member(100_00)))
    leaving.world.connection.execute("UPDATE closure SET principal_minor = 99_00 WHERE id = %s", (closure_id,))
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id)
    leaving.world.connection.execute("UPDATE closure SET principal_minor = 100_00 WHERE id = %s", (closure_id,))
    assert refusal(await leaving.confirm(closure_id)) is None


async def test_a_code_is_of_no_use_twice(leaving: Leaving) -> None:
    who = await leaving.member()
    closure_id = subject(await leaving.request(who))
    code = leaving.code(closure_id)
    assert refusal(await leaving.confirm(closure_id)) is None
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id, code)
    await leaving.cancel(who)
    again = subject(await leaving.request(who))
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(again, code)


async def test_whatever_is_wrong_gets_one_answer(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request(await leaving.member()))
    code = leaving.code(closure_id)
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(fresh_id(), code)
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id, wrong(code))
    leaving.world.clock.advance(CODE_LIFETIME)
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id, code)


async def test_two_hundred_guesses_at_once_are_five(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request(await leaving.member()))
    code = leaving.code(closure_id)
    guesses = (wrong(code) for _ in range(200))
    answers = await asyncio.gather(*(leaving.confirm(closure_id, each, fresh("address")) for each in guesses))
    assert Counter({Decline.CLOSURE_CODE_INCORRECT: 200}) == Counter(answers)
    assert (MOST_TRIES,) == leaving.world.one("SELECT tries FROM closure_code WHERE closure_id = %s", closure_id)
    # Even the right one comes too late.
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id, code)


async def test_guesses_from_one_address_are_stopped(leaving: Leaving) -> None:
    answers = [await leaving.confirm(fresh_id(), "000000", "198.51.100.1") for _ in range(31)]
    limit = CLOSURE_PROOF_BY_ADDRESS.limit
    assert [Decline.CLOSURE_CODE_INCORRECT] * limit == answers[:limit]
    assert isinstance(answers[limit], RateLimited)


async def test_the_latest_code_counts_and_there_are_few(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request(await leaving.member()))
    first, closure = leaving.code(closure_id), await leaving.closure(closure_id)
    assert await send_code(leaving.house, closure, leaving.now) is None
    if leaving.code(closure_id) != first:
        assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id, first)
    window = timedelta(seconds=CLOSURE_CODES_BY_HOLDER.window_s)
    assert await send_code(leaving.house, closure, leaving.now) is None
    assert isinstance(await send_code(leaving.house, closure, leaving.now), RateLimited)
    for _ in range(MOST_CODES - 3):
        leaving.world.clock.advance(window)
        assert await send_code(leaving.house, closure, leaving.now) is None
    leaving.world.clock.advance(window)
    assert Decline.CLOSURE_NOT_IN_STATE is await send_code(leaving.house, closure, leaving.now)


async def test_neither_the_code_nor_its_digest_stands_in_the_database_or_the_notice(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request(await leaving.member()))
    code = leaving.code(closure_id)
    (digest,) = leaving.world.one("SELECT digest FROM closure_code WHERE closure_id = %s", closure_id)
    (facts,) = leaving.world.one("SELECT facts::text FROM notice WHERE cause LIKE %s", f"closure:{closure_id.hex}:%")
    assert code not in facts
    assert len(digest) == 16


async def test_who_calls_closures_off_and_asks_again_gets_no_more_codes_than_for_one(leaving: Leaving) -> None:
    who = await leaving.member()
    for _ in range(5):
        assert refusal(await leaving.request(who)) is None
        assert refusal(await leaving.cancel(who)) is None
    codes = leaving.world.rows(
        "SELECT id FROM notice WHERE recipient_id = %s AND kind = 'one_time_code'", who.member_id
    )
    assert CLOSURE_CODES_BY_HOLDER.limit == len(codes)


async def test_a_repeated_request_sends_one_code(leaving: Leaving) -> None:
    who, key = await leaving.member(), fresh("key")
    first, again = await leaving.request(who, key=key), await leaving.request(who, key=key)
    assert said(first) == said(again)
    count = "SELECT count(*) FROM notice WHERE cause LIKE %s"
    assert (1,) == leaving.world.one(count, f"closure:{subject(first).hex}:code:%")


# One-time codes of an authenticator -----------------------------------------------------------------------------------


async def test_an_authenticators_code_confirms_what_was_shown_and_is_spent(leaving: Leaving) -> None:
    who = await leaving.member(totp=True)
    closure_id = subject(await leaving.request(who))
    closure = await leaving.closure(closure_id)
    assert [] == leaving.world.rows("SELECT FROM notice WHERE cause LIKE %s", f"closure:{closure_id.hex}:%")
    assert Decline.CLOSURE_CHANGED is await leaving.confirm_totp(who, b"another amount")
    assert Decline.TOTP_CODE_INCORRECT is await leaving.confirm_totp(who, closure.details_hash, "000000")
    confirmed = await leaving.confirm_totp(who, closure.details_hash)
    assert ("verified", "totp") == (said(confirmed)["status"], said(confirmed)["verified_by"])
    spent = await credentials_of(leaving.house.pool, who.member_id)
    assert spent is not None
    assert spent.totp_last_step is not None


async def test_a_code_that_was_used_for_something_else_confirms_nothing(leaving: Leaving) -> None:
    who = await leaving.member(totp=True)
    closure_id = subject(await leaving.request(who))
    digest = (await leaving.closure(closure_id)).details_hash
    code = code_at(leaving.now)
    assert refusal(await leaving.confirm_totp(who, digest, code)) is None
    await leaving.cancel(who)
    again = subject(await leaving.request(who))
    digest = (await leaving.closure(again)).details_hash
    assert Decline.TOTP_CODE_INCORRECT is await leaving.confirm_totp(who, digest, code)
    # A code that was mailed for a closure is no authenticator's either.
    assert await send_code(leaving.house, await leaving.closure(again), leaving.now) is None
    assert Decline.TOTP_CODE_INCORRECT is await leaving.confirm_totp(who, digest, leaving.code(again))
    assert refusal(await leaving.confirm_own(who, leaving.code(again))) is None


async def test_without_mail_and_authenticator_nobody_could_confirm(leaving: Leaving) -> None:
    who = await leaving.member()
    leaving.world.connection.execute(
        "UPDATE member SET mail_index = NULL, mail_encrypted = NULL, mobile_index = id::text::bytea WHERE id = %s",
        (who.member_id,),
    )
    assert Decline.VERIFICATION_IMPOSSIBLE is refusal(await leaving.request(who))


# Time -----------------------------------------------------------------------------------------------------------------


async def test_what_nobody_confirms_in_time_is_called_off_by_itself(leaving: Leaving) -> None:
    who, other = await leaving.member(100_00, bonus_minor=5_00), await leaving.member(40_00)
    before = leaving.world.balance(who.member_id)
    closure_id, kept = subject(await leaving.request(who)), await leaving.verified(other)
    leaving.world.clock.advance(VERIFICATION_LIFETIME)
    # The code is too old by then, but even a fresh one would confirm nothing.
    assert await send_code(leaving.house, await leaving.closure(closure_id), leaving.now) is None
    assert Decline.CLOSURE_CODE_INCORRECT is await leaving.confirm(closure_id)
    assert await cancel_unconfirmed_closures(leaving.house, leaving.now, chunk=1) >= 1
    assert await cancel_unconfirmed_closures(leaving.house, leaving.now) == 0
    statuses = [(await leaving.closure(each)).status for each in (closure_id, kept)]
    assert [ClosureStatus.CANCELLED, ClosureStatus.VERIFIED] == statuses
    assert (before, "active") == (leaving.world.balance(who.member_id), leaving.status(who.member_id))
    await leaving.proven()


@pytest.mark.parametrize("days", [-1, 365 * 5])
async def test_a_clock_that_jumps_approves_nothing_too_soon_and_loses_nothing(leaving: Leaving, days: int) -> None:
    closure_id = await leaving.verified(await leaving.member())
    leaving.world.clock.advance(timedelta(days=days))
    expected = Decline.CLOSURE_COOLING_OFF if days < 0 else None
    assert expected is refusal(await leaving.approve(closure_id))
