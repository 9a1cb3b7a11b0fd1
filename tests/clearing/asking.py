"""How histories ask: the choices, the payers and the tills, and the answer compared with the naive book's."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from florin.clearing.payer import CardAndPin, CardEcode, ConsentCode, PayWith
from florin.storage.posting.request import Answer, Caller, PostingRequest
from tests.clearing.any_history import Histories
from tests.clearing.chances import CARDS, MEMBERS, PAYING_CARDS, PAYING_MEMBERS, WAYS_TO_SHOW
from tests.clearing.naive_book import NaiveBook
from tests.clearing.naive_things import Consent, Kept, Purse, Shown, Sold
from tests.till import Till, fresh
from tests.world import KnownCard

Something = TypeVar("Something")

Send = Callable[[str], Coroutine[Any, Any, Answer]]
"""Sends a request under a key."""


@dataclass(frozen=True)
class Sent:
    """A request that can be sent again as it was, and the answer it had."""

    again: Callable[[], Coroutine[Any, Any, Answer]]
    answer: Answer
    till: Till
    key: str


class Asking(Histories):
    """Eight cards, three wallets and three merchants: who asks, with what, for how much, and what should come of it."""

    def __init__(self) -> None:
        super().__init__()
        # A book of its own: a broken one must not break those of the histories after it.
        self.world, self.house = self.stage.world.start_over(), self.stage.house
        self.book = NaiveBook(self.world.clock.now)
        self.cards: list[tuple[Purse, KnownCard]] = []
        self.members: list[tuple[Purse, Caller]] = []
        self.codes: list[tuple[Purse, Consent, ConsentCode]] = []
        self.holds: list[tuple[Kept, UUID]] = []
        self.sales: list[tuple[Sold, UUID]] = []
        self.sent: list[Sent] = []
        self.choices: st.DataObject

    @initialize()
    def open_the_shops(self) -> None:
        for kind, status, principal, bonus in CARDS:
            card = self.world.card(kind=kind, status=status, principal_minor=principal, bonus_minor=bonus)
            purse = Purse(kind, principal, bonus, status, face=100_00, movements=1 if principal else 0)
            self.cards.append((purse, card))
        for status, principal, named in MEMBERS:
            member = self.world.member(status=status, principal_minor=principal, named=named)
            self.members.append((Purse("wallet", principal, status=status, named=named), member))

    def pick(self, weighted: dict[Something, int]) -> Something:
        return self.one_of([each for each, often in weighted.items() for _ in range(often)])

    def one_of(self, things: list[Something]) -> Something:
        return self.choices.draw(st.sampled_from(things))

    def mostly(self) -> bool:
        return self.one_of([True] * 9 + [False])

    def near(self, total_minor: int) -> int:
        """An amount around what there is: quarters of it, and a fen more or less."""
        quarter, more = self.one_of([1, 2, 3, 4, 4, 5]), self.one_of([-1, 0, 0, 1])
        return max(1, total_minor * quarter // 4 + more)

    def payer(self) -> tuple[Purse, Shown, PayWith]:
        """A card by its PIN, right or wrong, or its e-code, or a member by a payment code."""
        if self.one_of([True, False]):
            purse, card = self.cards[self.pick(PAYING_CARDS)]
            return purse, *self.show(card)
        if self.pick({True: 1, False: 2}) and self.codes:
            return self.one_of(self.codes[-3:])
        purse, member = self.members[self.pick(PAYING_MEMBERS)]
        self.codes.append((purse, self.book.new_code(purse), self.world.payment_code(member)))
        return self.codes[-1]

    def show(self, card: KnownCard) -> tuple[Shown, CardAndPin | CardEcode]:
        shown = self.pick(WAYS_TO_SHOW)
        if shown == "e-code":
            return shown, card.by_ecode
        return shown, card.by_pin if shown == "right PIN" else card.by_wrong_pin

    def till(self, merchant: str) -> Till:
        return Till(self.house, getattr(self.world, merchant))

    def reference(self, merchant: str) -> str:
        """Mostly a new reference, sometimes one that the merchant has used."""
        used = [reference for owner, reference in self.book.references if owner == merchant]
        return self.one_of(used) if used and not self.mostly() else fresh("ref")

    def its_merchant_or(self, merchant: str) -> str:
        """Mostly the merchant whose hold or purchase it is."""
        return merchant if self.mostly() else "rival"

    def ask(self, expected: str | None, send: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        answer = self.run(send())
        assert (expected, False) == (answer.decline, answer.replayed)
        return answer

    def ask_with_key(
        self, expected: str | None, till: Till, send: Callable[[str], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        key = fresh("key")
        answer = self.ask(expected, lambda: send(key))
        self.sent.append(Sent(lambda: send(key), answer, till, key))
        return answer

    def submit(self, expected: str | None, request: PostingRequest) -> None:
        self.ask(expected, lambda: self.house.engine.submit(request))
