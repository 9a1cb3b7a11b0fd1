"""A link shows a card's secrets once, to whoever holds it."""

import asyncio
from datetime import timedelta

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.inquire import inquire
from florin.clearing.orders.claim import ClaimedCard, ClaimPreview
from florin.clearing.payer import CardAndPin, CardEcode
from florin.crypto.claim_tokens import is_claim_token
from florin.domain.claim_link import LINK_LIFETIME
from florin.domain.declines import Decline
from florin.domain.throttle_rules import CLAIM_BY_ADDRESS, RateLimited
from tests.batch.orders.link_desk import LinkDesk
from tests.corporate import Corporate

UNKNOWN = "fl_clm_" + "0" * 32 + "d569ce82"


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> LinkDesk:
    return LinkDesk(house, corporate)


async def one_token(desk: LinkDesk) -> str:
    """The link's token of the first card of a new order."""
    order = desk.order()
    await desk.send(order.id)
    return desk.tokens(order.id)[1, 1, 1]


async def test_the_recipient_gets_the_card_by_its_link(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    card = order.cards[1][0]

    claimed = await desk.claim(desk.tokens(order.id)[2, 1, 1])

    assert isinstance(claimed, ClaimedCard)
    assert (card.number, card.pin, card.ecode) == (
        claimed.secrets.number,
        claimed.secrets.pin,
        (claimed.secrets.ecode or "").replace("-", ""),
    )
    assert ("Home", "Honeynut 有限公司", 200_00, "CNY", False) == (
        claimed.preview.programme_name, claimed.preview.sender, claimed.preview.denomination_minor,
        claimed.preview.unit, claimed.preview.is_active,
    )  # fmt: skip


async def test_a_link_is_claimed_once(desk: LinkDesk) -> None:
    token = await one_token(desk)

    assert isinstance(await desk.claim(token), ClaimedCard)
    assert Decline.LINK_CLAIMED == await desk.claim(token)
    assert Decline.LINK_CLAIMED == await desk.preview(token)


async def test_of_fifty_who_claim_at_once_one_gets_the_card(desk: LinkDesk) -> None:
    token = await one_token(desk)

    answers = await asyncio.gather(*(desk.claim(token, f"192.0.2.{each}") for each in range(50)))

    assert 1 == sum(isinstance(each, ClaimedCard) for each in answers)
    assert 49 == answers.count(Decline.LINK_CLAIMED)


async def test_a_preview_shows_what_the_link_is_for_and_does_not_use_it_up(desk: LinkDesk) -> None:
    token = await one_token(desk)

    shown = [await desk.preview(token) for _ in range(3)]

    expected = ClaimPreview(
        programme_name="Home",
        sender="Honeynut 有限公司",
        denomination_minor=100_00,
        unit="CNY",
        is_active=False,
        expires_at=desk.world.clock.now + LINK_LIFETIME,
    )
    assert [expected] * 3 == shown
    assert isinstance(await desk.claim(token), ClaimedCard)


async def test_a_link_expires_after_thirty_days(desk: LinkDesk) -> None:
    token = await one_token(desk)
    desk.world.clock.advance(LINK_LIFETIME)

    assert Decline.LINK_EXPIRED == await desk.preview(token)
    assert Decline.LINK_EXPIRED == await desk.claim(token)


async def test_a_new_sending_kills_the_link_before_it(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    desk.world.clock.advance(LINK_LIFETIME)
    await desk.resend(order.id)
    tokens = desk.tokens(order.id)

    assert tokens[1, 1, 1] != tokens[1, 1, 2]
    assert Decline.LINK_NOT_ACCEPTED == await desk.claim(tokens[1, 1, 1])
    assert isinstance(await desk.claim(tokens[1, 1, 2]), ClaimedCard)
    desk.world.clock.advance(timedelta(days=1))
    assert Decline.LINK_CLAIMED == await desk.resend(order.id)


async def test_a_claimed_card_is_worth_nothing_until_it_is_activated(desk: LinkDesk) -> None:
    claimed = await desk.claim(await one_token(desk))
    assert isinstance(claimed, ClaimedCard)

    for shown in (CardAndPin(claimed.secrets.number, claimed.secrets.pin), CardEcode(claimed.secrets.ecode or "")):
        answer = await desk.house.engine.submit(inquire(desk.house, desk.world.shop, shown))
        assert answer.decline in (Decline.CARD_NOT_ACCEPTED, Decline.CARD_NOT_ACTIVE)


async def test_a_claim_tells_whether_the_card_can_be_paid_with(desk: LinkDesk) -> None:
    token = await one_token(desk)
    desk.world.connection.execute("UPDATE card SET status = 'active' WHERE sold_by = %s", (desk.customer,))

    claimed = await desk.claim(token)

    assert isinstance(claimed, ClaimedCard)
    assert claimed.preview.is_active


@pytest.mark.parametrize("status", ["voided", "replaced"])
async def test_the_link_of_a_card_that_was_given_up_is_dead(desk: LinkDesk, status: str) -> None:
    token = await one_token(desk)
    desk.world.connection.execute("UPDATE card SET status = %s WHERE sold_by = %s", (status, desk.customer))

    assert Decline.LINK_EXPIRED == await desk.preview(token)
    assert Decline.LINK_EXPIRED == await desk.claim(token)


@pytest.mark.parametrize("token", ["", "x", UNKNOWN, UNKNOWN[:-1] + "0", "9123450000000000000", "fl_clm_\ud800"])
async def test_what_was_never_sent_gets_one_answer(desk: LinkDesk, token: str) -> None:
    assert Decline.LINK_NOT_ACCEPTED == await desk.preview(token, "198.51.100.1")
    assert Decline.LINK_NOT_ACCEPTED == await desk.claim(token, "198.51.100.1")


async def test_guesses_are_limited_by_address_and_genuine_links_are_not(desk: LinkDesk) -> None:
    token, address = await one_token(desk), "198.51.100.77"
    assert is_claim_token(UNKNOWN)

    for _ in range(CLAIM_BY_ADDRESS.limit + 1):
        assert isinstance(await desk.preview(token, address), ClaimPreview)
    for _ in range(CLAIM_BY_ADDRESS.limit):
        assert Decline.LINK_NOT_ACCEPTED == await desk.claim(UNKNOWN, address)

    assert isinstance(await desk.claim(UNKNOWN, address), RateLimited)
    assert isinstance(await desk.preview(token, address), RateLimited)
    assert isinstance(await desk.preview(token, "198.51.100.78"), ClaimPreview)


async def test_a_card_that_cannot_be_opened_does_not_use_its_link_up(desk: LinkDesk) -> None:
    order = desk.order()
    await desk.send(order.id)
    token, card_id = desk.tokens(order.id)[1, 1, 1], order.cards[0][0].id
    (sealed,) = desk.world.one("SELECT number_encrypted FROM card WHERE id = %s", card_id)
    change = "UPDATE card SET number_encrypted = %s WHERE id = %s"
    desk.world.connection.execute(change, (b"\0", card_id))

    with pytest.raises(Exception, match="sealed"):
        await desk.claim(token)

    desk.world.connection.execute(change, (sealed, card_id))
    assert isinstance(await desk.claim(token), ClaimedCard)


async def test_a_claim_is_on_record_without_a_secret(desk: LinkDesk) -> None:
    token = await one_token(desk)
    claimed = await desk.claim(token)
    assert isinstance(claimed, ClaimedCard)

    rows = desk.world.rows("SELECT detail::text FROM audit WHERE action = 'card_link.claimed' ORDER BY id DESC LIMIT 1")

    ((detail,),) = rows
    assert not any(secret in detail for secret in (token, claimed.secrets.number, claimed.secrets.pin))
    assert '"line": 1' in detail
