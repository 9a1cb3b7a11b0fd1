"""Who has confirmed a closure is told when the time to think better of it is over."""

from datetime import timedelta

from florin.batch.closures.cooled import tell_of_cooled_closures
from tests.clearing.closures.leaving import DAYS, MAIL, Leaving, subject

COOLED = "SELECT recipient_kind, recipient_id FROM notice WHERE kind = 'closure_cooled' ORDER BY id"


async def test_the_end_of_the_cooling_off_is_told_once_and_not_of_what_was_called_off(leaving: Leaving) -> None:
    who, other, third = [await leaving.member() for _ in range(3)]
    for each in (who, other, third):
        await leaving.verified(each)
    leaving.world.clock.advance(timedelta(days=DAYS) - timedelta(seconds=1))
    assert 0 == await tell_of_cooled_closures(leaving.house, leaving.now)

    await leaving.cancel(other)
    leaving.world.clock.advance(timedelta(seconds=1))
    assert 2 == await tell_of_cooled_closures(leaving.house, leaving.now, chunk=1)
    assert 0 == await tell_of_cooled_closures(leaving.house, leaving.now + timedelta(days=5 * 365))
    assert [("member", each.member_id) for each in (who, third)] == leaving.world.rows(COOLED)


async def test_a_cards_holder_is_told_at_the_address_that_was_given(leaving: Leaving) -> None:
    closure_id = subject(await leaving.request_card(leaving.card()))
    await leaving.confirm(closure_id)
    leaving.cool()
    assert 1 == await tell_of_cooled_closures(leaving.house, leaving.now)

    ((notice_id, sealed),) = leaving.world.rows(
        "SELECT id, address_encrypted FROM notice WHERE kind = 'closure_cooled' AND recipient_kind = 'address'"
    )
    assert MAIL == leaving.world.vault.notice_addresses.open(sealed, notice_id.bytes).decode()
    assert 0 == await tell_of_cooled_closures(leaving.house, leaving.now)
