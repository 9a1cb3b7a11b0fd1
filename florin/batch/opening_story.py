"""The demo's opening story: what a few shops and two members do on the first day, so that there is something to see."""

import secrets
from dataclasses import dataclass, field
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
from florin.domain.programme import Programme
from florin.storage.audit_trail import Author
from florin.storage.card_issue import CardIssue, read_page
from florin.storage.catalogue import Catalogue, catalogue_version
from florin.storage.posting.request import Answer, Caller, PostingRequest

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
class Story:
    """What is left over for visitors."""

    members: tuple[StoryMember, ...]
    cards: tuple[StoryCard, ...]


async def play_opening_story(house: ClearingHouse, programme: Programme) -> Story:
    """Issue cards, sell some, register two members, load, buy, refund and hold; all through the verbs.

    Raises:
        StoryInterrupted: a step was refused.
    """
    catalogue = await house.engine.current_catalogue(await catalogue_version(house.pool))
    shops = _Shops(house, catalogue)
    gifts = await _issue(house, catalogue, programme, "gift", 200_00, _GIFT_CARDS)
    recharges = await _issue(house, catalogue, programme, "recharge", 500_00, _RECHARGE_CARDS)
    for card in gifts[:6]:
        await shops.sell("orchard-gate", card)
    for card in recharges[:4]:
        await shops.sell("station-kiosk", card)
    await _spend_gift_cards(shops, gifts)
    members = [await _join(house, programme, name) for name in ("lin.mei", "wang.fang")]
    for (_, member_id), card in zip(members, recharges, strict=False):
        await _approved(
            house, redeem(house, Caller(member_id, member_id), "story-load", RedeemCommand(card.number, card.pin))
        )
    await _shop_as_members(shops, [member_id for _, member_id in members])
    left = (
        StoryCard("gift card with 200.00 on it", gifts[5].number, gifts[5].pin),
        StoryCard("gift card in stock, to be sold", gifts[6].number, gifts[6].pin),
        StoryCard("recharge card of 500.00 to load", recharges[3].number, recharges[3].pin),
    )
    return Story(tuple(member for member, _ in members), left)


async def _spend_gift_cards(shops: "_Shops", gifts: list[StoryCard]) -> None:
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
        await shops.take(merchant, await shops.consent(member_id), amount_minor)


async def _issue(
    house: ClearingHouse, catalogue: Catalogue, programme: Programme, code: str, face_minor: int, quantity: int
) -> list[StoryCard]:
    product = catalogue.product_by_code(programme.id, code)
    if product is None:
        raise StoryInterrupted(f"there is no product {code}")
    issue = await order_cards(house.pool, OrderCards(product.id, face_minor, quantity), Author(None, _now()))
    if not isinstance(issue, CardIssue):
        raise StoryInterrupted(f"cards of {code}: {issue}")
    await fill_issue(house.pool, house.vault, issue.id)
    vault = house.vault
    return [
        StoryCard(
            code,
            vault.card_numbers.open(each.number_encrypted, each.id.bytes).decode(),
            vault.cards.derive_pin(each.key_id, each.id.bytes),
        )
        for each in await read_page(house.pool, issue.id, None, quantity)
    ]


async def _join(house: ClearingHouse, programme: Programme, user_name: str) -> tuple[StoryMember, UUID]:
    password = secrets.token_urlsafe(12)
    command = RegisterMember(
        programme_id=programme.id,
        user_name=user_name,
        password=password,
        mail=f"{user_name}@honeynut.example",
        agreement_version="1",
        address=_LOCAL,
    )
    member = await register_member(house, command, _now())
    if not isinstance(member, Registered):
        raise StoryInterrupted(f"member {user_name}: {member}")
    return StoryMember(member.user_name, password), member.member_id


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

    async def consent(self, member_id: UUID) -> ConsentCode:
        code = await new_payment_code(self._house, member_id, _now())
        if not isinstance(code, NewPaymentCode):
            raise StoryInterrupted(f"payment code: {code}")
        return ConsentCode(code.code)

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
