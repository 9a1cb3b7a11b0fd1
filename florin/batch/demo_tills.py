"""The demo's tills: what the shops of its stories ask for, each operation with a key and a reference of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.batch.issue import OrderCards, fill_issue, order_cards
from florin.clearing.activate import ActivateCommand, activate
from florin.clearing.capture import CaptureCommand, capture
from florin.clearing.hold import HoldCommand, hold
from florin.clearing.house import ClearingHouse
from florin.clearing.membership.new_payment_code import NewPaymentCode, new_payment_code
from florin.clearing.payer import CardAndPin, ConsentCode, PayWith
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.clearing.refund import RefundCommand, refund
from florin.domain.identity import Identity
from florin.domain.programme import Programme
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue, OrderKey, read_page
from florin.storage.catalogue import Catalogue, catalogue_version
from florin.storage.posting.request import Answer, Caller, PostingRequest

UNIT: Final = "CNY"


class StoryInterrupted(Exception):
    """A step of a story was refused, which means that the demo and the rules do not fit together."""


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
class StoryIssue:
    """So many cards of a product and face (minor units); ``story`` and the product's code are the order's key."""

    story: str
    product: str
    face_minor: int
    quantity: int


async def issue_story_cards(
    house: ClearingHouse, programme: Programme, wanted: StoryIssue, clock: Callable[[], datetime]
) -> tuple[StoryCard, ...]:
    """The cards, unsold; asked for again, the same ones. `StoryInterrupted` when they are refused."""
    issue = await _made(house, programme, wanted, clock, sold_online=False)
    vault = house.vault
    return tuple(
        StoryCard(
            wanted.product,
            vault.card_numbers.open(each.number_encrypted, each.id.bytes).decode(),
            vault.cards.derive_pin(each.key_id, each.id.bytes),
        )
        for each in await read_page(house.pool, issue.id, 0, wanted.quantity)
    )


async def stock_online(
    house: ClearingHouse, programme: Programme, wanted: StoryIssue, clock: Callable[[], datetime]
) -> None:
    """Have cards there for members to buy online; asked for again, there are no more. Raises as `issue_story_cards`."""
    await _made(house, programme, wanted, clock, sold_online=True)


async def _made(
    house: ClearingHouse, programme: Programme, wanted: StoryIssue, clock: Callable[[], datetime], *, sold_online: bool
) -> CardIssue:
    catalogue = await present_catalogue(house)
    product = catalogue.product_by_code(programme.id, wanted.product)
    if product is None:
        raise StoryInterrupted(f"there is no product {wanted.product}")
    order = OrderCards(product.id, wanted.face_minor, wanted.quantity, sold_online=sold_online)
    key = OrderKey(programme.id, f"{wanted.story}-{wanted.product}{'-online' if sold_online else ''}")
    issue = await order_cards(house.pool, order, Author(None, clock()), key)
    if not isinstance(issue, CardIssue):
        raise StoryInterrupted(f"cards of {wanted.product}: {issue}")
    await fill_issue(house.pool, house.vault, issue.id, clock=clock)
    return issue


async def present_catalogue(house: ClearingHouse) -> Catalogue:
    """The catalogue as it is now."""
    return await house.engine.current_catalogue(await catalogue_version(house.pool))


class Tills:
    """The merchants' tills in one story, whose name begins their keys and references."""

    def __init__(self, house: ClearingHouse, catalogue: Catalogue, story: str, clock: Callable[[], datetime]) -> None:
        """Tills of all merchants of the catalogue."""
        self._house = house
        self._merchants: dict[str, UUID] = {each.code: each.id for each in catalogue.merchants.values()}
        self._story = story
        self._clock = clock
        self._count = 0

    async def sell(self, merchant: str, card: StoryCard, holder: Identity | None = None) -> Answer:
        """Sell and activate a card."""
        caller, key, reference = self.next(merchant)
        command = ActivateCommand(card.number, reference, holder)
        return await approved(self._house, activate(self._house, caller, key, command))

    async def take(self, merchant: str, pay_with: PayWith, amount_minor: int) -> Answer:
        """Take a payment."""
        caller, key, reference = self.next(merchant)
        command = PurchaseCommand(pay_with, amount_minor, UNIT, reference)
        return await approved(self._house, purchase(self._house, caller, key, command))

    async def give_back(self, merchant: str, purchase_id: UUID, amount_minor: int) -> None:
        """Refund a part of a purchase."""
        caller, key, reference = self.next(merchant)
        command = RefundCommand(purchase_id, amount_minor, UNIT, reference)
        await approved(self._house, refund(self._house, caller, key, command))

    async def reserve(self, merchant: str, pay_with: PayWith, amount_minor: int, lifetime_s: int) -> UUID:
        """Hold an amount for so many seconds."""
        caller, key, reference = self.next(merchant)
        command = HoldCommand(pay_with, amount_minor, UNIT, reference, lifetime_s)
        return subject(await approved(self._house, hold(self._house, caller, key, command)))

    async def deliver(self, merchant: str, hold_id: UUID, amount_minor: int) -> None:
        """Capture what was held."""
        caller, key, reference = self.next(merchant)
        command = CaptureCommand(hold_id, amount_minor, UNIT, reference)
        await approved(self._house, capture(self._house, caller, key, command))

    async def code_of(self, member_id: UUID) -> ConsentCode:
        """The payment code that a member shows."""
        code = await new_payment_code(self._house, member_id, self._clock())
        if not isinstance(code, NewPaymentCode):
            raise StoryInterrupted(f"payment code: {code}")
        return ConsentCode(code.code)

    def next(self, merchant: str) -> tuple[Caller, str, str]:
        """A merchant as the caller, with a fresh key and reference."""
        self._count += 1
        merchant_id = self._merchants[merchant]
        number = f"{self._story}-{self._count:04}"
        return Caller(merchant_id, merchant_id), number, number.upper()


async def approved(house: ClearingHouse, request: PostingRequest) -> Answer:
    """The answer to a request that is not refused; `StoryInterrupted` if it is."""
    answer = await house.engine.submit(request)
    if answer.decline is not None:
        raise StoryInterrupted(f"{request.verb}: {answer.decline}")
    return answer


def subject(answer: Answer) -> UUID:
    """What an answer is about."""
    if answer.subject_id is None:
        raise StoryInterrupted("an answer without its subject")
    return answer.subject_id
