"""The demo's opening story: what a few shops and two members do on the first day, so that there is something to see.

It can be interrupted anywhere and played again from the same script: every step has a key of its own, so what has
happened already only answers once more.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from florin.batch.issue import OrderCards, fill_issue, order_cards
from florin.clearing.activate import ActivateCommand, activate
from florin.clearing.capture import CaptureCommand, capture
from florin.clearing.hold import HoldCommand, hold
from florin.clearing.house import ClearingHouse
from florin.clearing.membership.new_payment_code import NewPaymentCode, new_payment_code
from florin.clearing.membership.register_member import Registered, RegisterMember, register_member
from florin.clearing.payer import CardAndPin, ConsentCode, PayWith
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.clearing.redeem import RedeemCommand, redeem
from florin.clearing.refund import RefundCommand, refund
from florin.domain.declines import Decline
from florin.domain.programme import Programme
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue, OrderKey, read_page
from florin.storage.catalogue import Catalogue, catalogue_version
from florin.storage.members.members import member_named
from florin.storage.posting.request import Answer, Caller, KeyReusedError, PostingRequest

_GIFT_CARDS: Final = 20
_RECHARGE_CARDS: Final = 10
_DELIVERY_S: Final = 3 * 24 * 3600
_LOCAL: Final = "127.0.0.1"


class StoryInterrupted(Exception):
    """A step of the story was refused, which means that the demo and the rules do not fit together."""


@dataclass(frozen=True, slots=True)
class StoryMember:
    """A member of the demo, for whoever wants to sign in."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A card of the demo, for whoever wants to pay with it or load it. ``note`` says what it is good for."""

    note: str
    number: str = field(repr=False)
    pin: str = field(repr=False)

    @property
    def secret(self) -> CardAndPin:
        """What a till is shown."""
        return CardAndPin(self.number, self.pin)


@dataclass(frozen=True, slots=True)
class Script:
    """Who takes part. Whoever plays the story keeps this first: sold cards and passwords cannot be found out again."""

    members: tuple[StoryMember, ...]
    gifts: tuple[StoryCard, ...] = field(repr=False)
    recharges: tuple[StoryCard, ...] = field(repr=False)


async def write_script(house: ClearingHouse, programme: Programme) -> Script:
    """Make the cards, all still unsold, and think up members; again only while the script has not been played.

    Raises:
        StoryInterrupted: the cards were refused.
    """
    catalogue = await house.engine.current_catalogue(await catalogue_version(house.pool))
    members = tuple(StoryMember(each, secrets.token_urlsafe(12)) for each in ("lin.mei", "wang.fang"))
    gifts = await _issue(house, catalogue, programme, "gift", 200_00, _GIFT_CARDS)
    recharges = await _issue(house, catalogue, programme, "recharge", 500_00, _RECHARGE_CARDS)
    return Script(members, gifts, recharges)


async def play_opening_story(house: ClearingHouse, programme: Programme, script: Script) -> tuple[StoryCard, ...]:
    """Sell some cards, register the members, load, buy, refund and hold; all through the verbs.

    Returns the cards that are left over for visitors.

    Raises:
        StoryInterrupted: a step was refused.
    """
    catalogue = await house.engine.current_catalogue(await catalogue_version(house.pool))
    shops = _Shops(house, catalogue)
    gifts, recharges = script.gifts, script.recharges
    for card in gifts[:6]:
        await shops.sell("orchard-gate", card)
    for card in recharges[:4]:
        await shops.sell("station-kiosk", card)
    await _spend_gift_cards(shops, gifts)
    member_ids = [await _join(house, programme, each) for each in script.members]
    for member_id, card in zip(member_ids, recharges, strict=False):
        await _approved(
            house, redeem(house, Caller(member_id, member_id), "story-load", RedeemCommand(card.number, card.pin))
        )
    await _shop_as_members(shops, member_ids)
    return (
        replace(gifts[5], note="gift card with 200.00 on it"),
        replace(gifts[6], note="gift card in stock, to be sold"),
        replace(recharges[3], note="recharge card of 500.00 to load"),
    )


async def _spend_gift_cards(shops: "_Shops", gifts: tuple[StoryCard, ...]) -> None:
    await shops.take("mill-lane", gifts[0].secret, 36_50)
    await shops.take("beehive", gifts[0].secret, 148_00)  # leaves 15.50: below the threshold of 20
    honey = await shops.take("beehive", gifts[1].secret, 88_00)
    await shops.give_back("beehive", honey, 30_00)
    await shops.take("walnut-tree", gifts[2].secret, 42_00)
    await shops.reserve("delivery", gifts[3].secret, 120_00)
    ordered = await shops.reserve("delivery", gifts[4].secret, 150_00)
    await shops.deliver("delivery", ordered, 137_80)


async def _shop_as_members(shops: "_Shops", members: list[UUID]) -> None:
    for member_id, merchant, amount_minor in (
        (members[0], "long-meadow", 64_20),
        (members[0], "dairy-yard", 31_00),
        (members[1], "east-barn", 215_00),
    ):
        await shops.take_with_consent(merchant, member_id, amount_minor)


async def _issue(
    house: ClearingHouse, catalogue: Catalogue, programme: Programme, code: str, face_minor: int, quantity: int
) -> tuple[StoryCard, ...]:
    product = catalogue.product_by_code(programme.id, code)
    if product is None:
        raise StoryInterrupted(f"there is no product {code}")
    order, key = OrderCards(product.id, face_minor, quantity), OrderKey(programme.id, f"story-{code}")
    issue = await order_cards(house.pool, order, Author(None, _now()), key)
    if not isinstance(issue, CardIssue):
        raise StoryInterrupted(f"cards of {code}: {issue}")
    await fill_issue(house.pool, house.vault, issue.id)
    vault = house.vault
    return tuple(
        StoryCard(
            code,
            vault.card_numbers.open(each.number_encrypted, each.id.bytes).decode(),
            vault.cards.derive_pin(each.key_id, each.id.bytes),
        )
        for each in await read_page(house.pool, issue.id, 0, quantity)
    )


async def _join(house: ClearingHouse, programme: Programme, member: StoryMember) -> UUID:
    command = RegisterMember(
        programme_id=programme.id,
        user_name=member.user_name,
        password=member.password,
        mail=f"{member.user_name}@honeynut.example",
        agreement_version="1",
        address=_LOCAL,
    )
    registered = await register_member(house, command, _now())
    if isinstance(registered, Registered):
        return registered.member_id
    joined = await member_named(house.pool, programme.id, member.user_name)
    if registered is not Decline.USER_NAME_TAKEN or joined is None:
        raise StoryInterrupted(f"member {member.user_name}: {registered}")
    return joined


class _Shops:
    """The merchants' tills: each operation with a key and a reference of its own."""

    def __init__(self, house: ClearingHouse, catalogue: Catalogue) -> None:
        self._house = house
        self._merchants: dict[str, UUID] = {each.code: each.id for each in catalogue.merchants.values()}
        self._count = 0

    async def sell(self, merchant: str, card: StoryCard) -> None:
        caller, key, reference = self._next(merchant)
        await _approved(self._house, activate(self._house, caller, key, ActivateCommand(card.number, reference)))

    async def take(self, merchant: str, pay_with: PayWith, amount_minor: int) -> UUID:
        caller, key, reference = self._next(merchant)
        command = PurchaseCommand(pay_with, amount_minor, "CNY", reference)
        return _subject(await _approved(self._house, purchase(self._house, caller, key, command)))

    async def give_back(self, merchant: str, purchase_id: UUID, amount_minor: int) -> None:
        caller, key, reference = self._next(merchant)
        command = RefundCommand(purchase_id, amount_minor, "CNY", reference)
        await _approved(self._house, refund(self._house, caller, key, command))

    async def reserve(self, merchant: str, pay_with: PayWith, amount_minor: int) -> UUID:
        caller, key, reference = self._next(merchant)
        command = HoldCommand(pay_with, amount_minor, "CNY", reference, _DELIVERY_S)
        return _subject(await _approved(self._house, hold(self._house, caller, key, command)))

    async def deliver(self, merchant: str, hold_id: UUID, amount_minor: int) -> None:
        caller, key, reference = self._next(merchant)
        command = CaptureCommand(hold_id, amount_minor, "CNY", reference)
        await _approved(self._house, capture(self._house, caller, key, command))

    async def take_with_consent(self, merchant: str, member_id: UUID, amount_minor: int) -> None:
        code = await new_payment_code(self._house, member_id, _now())
        if not isinstance(code, NewPaymentCode):
            raise StoryInterrupted(f"payment code: {code}")
        # Played before, with the payment code of that time, which is the only thing that is new each time.
        with suppress(KeyReusedError):
            await self.take(merchant, ConsentCode(code.code), amount_minor)

    def _next(self, merchant: str) -> tuple[Caller, str, str]:
        self._count += 1
        merchant_id = self._merchants[merchant]
        return Caller(merchant_id, merchant_id), f"story-{self._count:04}", f"STORY-{self._count:04}"


async def _approved(house: ClearingHouse, request: PostingRequest) -> Answer:
    answer = await house.engine.submit(request)
    if answer.decline is not None:
        raise StoryInterrupted(f"{request.verb}: {answer.decline}")
    return answer


def _subject(answer: Answer) -> UUID:
    if answer.subject_id is None:
        raise StoryInterrupted("an answer without its subject")
    return answer.subject_id


def _now() -> datetime:
    return datetime.now(UTC)
