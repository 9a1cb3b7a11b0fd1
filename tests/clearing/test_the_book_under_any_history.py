"""Whatever is asked, in any order: the book is what a naive reading of the rules makes it, and every proof holds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from florin.clearing.change_card import (
    BlockCommand,
    UnblockCommand,
    VoidCardCommand,
    block_card,
    unblock_card,
    void_card,
)
from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.clearing.payer import PayWith
from florin.domain.card_life import CardBlock
from florin.domain.member_life import MemberOperation
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.posting.request import Answer, Caller, KeyReusedError, PostingRequest
from tests.clearing.naive_book import Kept, NaiveBook, Purse, Sold
from tests.till import Till, fresh, subject
from tests.world import KnownCard, World

EXAMPLES: Final = 20
STEPS: Final = 50

Something = TypeVar("Something")

NUMBERS: Final = """
SELECT a.owner_id,
       sum(a.balance_minor) FILTER (WHERE a.code IN (2010, 2020))::bigint,
       coalesce(sum(a.balance_minor) FILTER (WHERE a.code IN (2011, 2021)), 0)::bigint,
       (SELECT coalesce(sum(h.principal_minor + h.bonus_minor), 0)::bigint FROM hold h
        WHERE h.owner_id = a.owner_id AND h.status = 'open' AND h.expires_at > %s),
       coalesce(c.status, m.status), coalesce(c.block, 'none'), coalesce(c.pin_failures, 0)
FROM strict_account a LEFT JOIN card c ON c.id = a.owner_id LEFT JOIN member m ON m.id = a.owner_id
WHERE a.owner_id = ANY(%s)
GROUP BY a.owner_id, c.id, m.id
"""

# Kind, status, principal and bonus in minor units. Some are near a cap, some nearly empty, some not sold yet.
CARDS: Final = (
    ("bearer_gift", "active", 100_00, 0),
    ("bearer_gift", "active", 1000_00, 50_00),
    ("bearer_gift", "in_stock", 0, 0),
    ("bearer_gift", "in_stock", 0, 0),
    ("registered_gift", "active", 3, 2),
    ("recharge", "active", 100_00, 10_00),
    ("recharge", "active", 200_00, 0),
    ("recharge", "in_stock", 0, 0),
)
# Status, principal in minor units, and whether the real name is known.
MEMBERS: Final = (("registered", 0, False), ("active", 60_00, False), ("active", 4950_00, True))

# Mostly what leads somewhere: a history of refusals proves little.
VERBS: Final = {
    "purchase": 6, "hold": 4, "capture": 3, "release": 1, "refund": 4, "void": 2, "reverse": 3, "sell": 1,
    "activate": 2, "redeem": 2, "inquire": 1, "guess": 1, "change_card": 1, "change_member": 1, "wait": 1,
    "send_again": 2, "reuse_a_key": 1,
}  # fmt: skip
MERCHANTS: Final = {"shop": 6, "rival": 2, "stranger": 1}
PAYING_CARDS: Final = {0: 2, 1: 3, 2: 1, 3: 1, 4: 1, 5: 1}
PAYING_MEMBERS: Final = {0: 1, 1: 3, 2: 3}
CARD_CHANGES: Final[dict[CardBlock | None, int]] = {**dict.fromkeys(CardBlock, 1), CardBlock.NONE: 4, None: 1}
MEMBER_CHANGES: Final = {MemberOperation.BLOCK: 1, MemberOperation.UNBLOCK: 3, MemberOperation.CLOSE: 1}
SPANS: Final = {timedelta(minutes=1): 2, timedelta(minutes=5): 2, timedelta(hours=25): 1}


@dataclass(frozen=True)
class Stage:
    """What all examples share: the world, one process of the service, and the loop that it lives on."""

    world: World
    till: Till
    runner: asyncio.Runner


@dataclass(frozen=True)
class Sent:
    """A request that can be sent again as it was, and the answer it had."""

    again: Callable[[], Awaitable[Answer]]
    answer: Answer
    till: Till
    key: str


class Histories(RuleBasedStateMachine):
    """Eight cards, three wallets, three merchants, and everything that can be asked of them."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.world, self.house = self.stage.world, self.stage.till.house
        self.book = NaiveBook(self.world.clock.now)
        self.cards: list[tuple[Purse, KnownCard]] = []
        self.members: list[tuple[Purse, Caller]] = []
        self.holds: list[tuple[Kept, UUID]] = []
        self.sales: list[tuple[Sold, UUID]] = []
        self.sent: list[Sent] = []

    @initialize()
    def open_the_shops(self) -> None:
        for kind, status, principal, bonus in CARDS:
            card = self.world.card(kind=kind, status=status, principal_minor=principal, bonus_minor=bonus)
            purse = Purse(kind, principal, bonus, status, face=100_00, movements=1 if principal else 0)
            self.cards.append((purse, card))
        for status, principal, named in MEMBERS:
            member = self.world.member(status=status, principal_minor=principal, named=named)
            self.members.append((Purse("wallet", principal, status=status, named=named), member))

    # One rule and a choice of our own, because Hypothesis leaves whole rules out of an example: a history without
    # purchases has nothing to refund.
    @rule(verb=st.sampled_from([each for each, often in VERBS.items() for _ in range(often)]), choices=st.data())
    def ask_for(self, verb: str, choices: st.DataObject) -> None:
        self.choices = choices
        getattr(self, verb)()

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

    def payer(self, *, right: bool) -> tuple[Purse, PayWith]:
        """A card by its PIN, right or wrong, or a member by a new payment code."""
        if self.one_of([True, False]):
            purse, card = self.cards[self.pick(PAYING_CARDS)]
            return purse, card.by_pin if right else card.by_wrong_pin
        purse, member = self.members[self.pick(PAYING_MEMBERS)]
        return purse, self.world.payment_code(member)

    def till(self, merchant: str) -> Till:
        return self.stage.till.at(getattr(self.world, merchant))

    def reference(self, merchant: str) -> str:
        """Mostly a new reference, sometimes one that the merchant has used."""
        used = [reference for owner, reference in self.book.references if owner == merchant]
        return self.one_of(used) if used and not self.mostly() else fresh("ref")

    def its_merchant_or(self, merchant: str) -> str:
        """Mostly the merchant whose hold or purchase it is."""
        return merchant if self.mostly() else "rival"

    def ask(self, expected: str | None, send: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = self.stage.runner.run(_awaited(send))
        assert (expected, False) == (answer.decline, answer.replayed)
        return answer

    def ask_with_key(self, expected: str | None, till: Till, send: Callable[[str], Awaitable[Answer]]) -> Answer:
        key = fresh("key")
        answer = self.ask(expected, lambda: send(key))
        self.sent.append(Sent(lambda: send(key), answer, till, key))
        return answer

    def submit(self, expected: str | None, request: PostingRequest) -> None:
        self.ask(expected, lambda: self.house.engine.submit(request))

    # Paying -------------------------------------------------------------------------------------------------------

    def purchase(self) -> None:
        merchant, right, partial = self.pick(MERCHANTS), self.mostly(), self.one_of([True, False])
        purse, pay_with = self.payer(right=right)
        amount, reference, till = self.near(sum(self.book.free(purse))), self.reference(merchant), self.till(merchant)
        expected = self.book.buy(purse, merchant, amount, reference, right_pin=right, partial=partial)

        async def send(key: str) -> Answer:
            return await till.purchase(pay_with, amount, key=key, reference=reference, allow_partial=partial)

        self._remember_sale(self.ask_with_key(expected, till, send))

    def _remember_sale(self, answer: Answer) -> None:
        if answer.decline is None:
            self.sales.append((self.book.sales[-1], subject(answer)))

    def hold(self) -> None:
        merchant, right = self.pick(MERCHANTS), self.mostly()
        purse, pay_with = self.payer(right=right)
        amount, reference, till = self.near(sum(self.book.free(purse))), self.reference(merchant), self.till(merchant)
        expected = self.book.keep(purse, merchant, amount, reference, right_pin=right)

        async def send(key: str) -> Answer:
            return await till.hold(pay_with, amount, key=key, reference=reference)

        answer = self.ask_with_key(expected, till, send)
        if answer.decline is None:
            self.holds.append((self.book.holds[-1], subject(answer)))

    def capture(self) -> None:
        if not self.holds:
            return self.hold()
        kept, hold_id = self.one_of(self.holds[-4:])
        merchant = self.its_merchant_or(kept.merchant)
        amount, reference, till = self.near(kept.principal + kept.bonus), self.reference(merchant), self.till(merchant)
        expected = self.book.capture(kept, merchant, amount, reference)

        async def send(key: str) -> Answer:
            return await till.capture(hold_id, amount, key=key, reference=reference)

        return self._remember_sale(self.ask_with_key(expected, till, send))

    def release(self) -> None:
        if not self.holds:
            return self.hold()
        kept, hold_id = self.one_of(self.holds)
        merchant = self.its_merchant_or(kept.merchant)
        till, expected = self.till(merchant), self.book.release(kept, merchant)
        self.ask_with_key(expected, till, lambda key: till.release(hold_id, key=key))
        return None

    def refund(self) -> None:
        if not self.sales:
            return self.purchase()
        sold, purchase_id = self.one_of(self.sales)
        merchant = self.its_merchant_or(sold.merchant)
        amount, reference, till = self.near(sold.left), self.reference(merchant), self.till(merchant)
        expected = self.book.refund(sold, merchant, amount, reference)
        self.ask_with_key(expected, till, lambda key: till.refund(purchase_id, amount, key=key, reference=reference))
        return None

    def void(self) -> None:
        if not self.sales:
            return self.purchase()
        sold, purchase_id = self.one_of(self.sales)
        merchant = self.its_merchant_or(sold.merchant)
        till, expected = self.till(merchant), self.book.void(sold, merchant)
        self.ask_with_key(expected, till, lambda key: till.void(purchase_id, key=key))
        return None

    def reverse(self) -> None:
        merchant = self.pick(MERCHANTS)
        used = [reference for owner, reference in self.book.references if owner == merchant]
        reference, till = self.one_of([*used[-8:], fresh("ref")]), self.till(merchant)
        expected = self.book.reverse(merchant, reference)
        self.ask_with_key(expected, till, lambda key: till.reverse(reference, key=key))

    # Cards and members --------------------------------------------------------------------------------------------

    def _to_sell(self) -> tuple[Purse, KnownCard]:
        unsold = [each for each in self.cards if each[0].status in ("in_stock", "sold")]
        if unsold and self.mostly():
            return self.one_of(unsold)
        return self.one_of(self.cards)

    def sell(self) -> None:
        merchant, (purse, card) = self.pick(MERCHANTS), self._to_sell()
        reference, till = self.reference(merchant), self.till(merchant)
        expected = self.book.sell(purse, merchant, reference)
        self.ask_with_key(expected, till, lambda key: till.sell(card, key=key, reference=reference))

    def activate(self) -> None:
        merchant, (purse, card) = self.pick(MERCHANTS), self._to_sell()
        reference, till = self.reference(merchant), self.till(merchant)
        expected = self.book.activate(purse, merchant, reference)
        self.ask_with_key(expected, till, lambda key: till.activate(card, key=key, reference=reference))

    def redeem(self) -> None:
        right, really = self.mostly(), self.one_of([True, True, False])
        (purse, card), (wallet, member) = self.one_of(self.cards), self.one_of(self.members)
        expected = self.book.redeem(purse, wallet, right_pin=right, really=really)
        shown, till = card.by_pin if right else card.by_wrong_pin, self.stage.till.at(member)
        if really:
            self.ask_with_key(expected, till, lambda key: till.redeem(shown, key=key))
        else:
            self.ask(expected, lambda: till.preview(shown))

    def inquire(self) -> None:
        right, (purse, card) = self.mostly(), self.one_of(self.cards)
        shown = card.by_pin if right else card.by_wrong_pin
        self.ask(self.book.inquire(purse, right_pin=right), lambda: self.till("shop").inquire(shown))

    def guess(self) -> None:
        purse, card = self.one_of(self.cards)
        for _ in range(self.one_of([2, 3, 5])):
            self.ask(self.book.inquire(purse, right_pin=False), lambda: self.till("shop").inquire(card.by_wrong_pin))

    def change_card(self) -> None:
        change, (purse, card), operator = self.pick(CARD_CHANGES), self.one_of(self.cards), self.world.operator
        if change is None:
            void = void_card(self.house, operator, VoidCardCommand(card.id, "why"))
            return self.submit(self.book.void_card(purse), void)
        expected = self.book.set_block(purse, change)
        if change is CardBlock.NONE:
            return self.submit(expected, unblock_card(self.house, operator, UnblockCommand(card.id, "why")))
        return self.submit(expected, block_card(self.house, operator, BlockCommand(card.id, change, "why")))

    def change_member(self) -> None:
        change, (wallet, member) = self.pick(MEMBER_CHANGES), self.one_of(self.members)
        request = change_member(self.house, self.world.operator, ChangeMemberCommand(member.id, change, "why"))
        self.submit(self.book.set_member(wallet, change), request)

    # Time and impatience ------------------------------------------------------------------------------------------

    def wait(self) -> None:
        self.world.clock.advance(self.pick(SPANS))
        self.book.now = self.world.clock.now

    def send_again(self) -> None:
        if not self.sent:
            return
        sent = self.one_of(self.sent)
        answer = self.stage.runner.run(_awaited(sent.again))
        assert (sent.answer.decline, sent.answer.body, True) == (answer.decline, answer.body, answer.replayed)

    def reuse_a_key(self) -> None:
        if not self.sent:
            return
        old, (_, card) = self.one_of(self.sent), self.one_of(self.cards)
        with pytest.raises(KeyReusedError):
            self.stage.runner.run(_awaited(lambda: old.till.purchase(card.by_wrong_pin, 777_77, key=old.key)))

    # What always holds --------------------------------------------------------------------------------------------

    @invariant()
    def every_number_is_what_the_naive_book_says(self) -> None:
        owners = {card.id: purse for purse, card in self.cards}
        owners |= {member.id: purse for purse, member in self.members}
        found = self.world.rows(NUMBERS, self.book.now, list(owners))
        expected = {owner: self._numbers(purse) for owner, purse in owners.items()}
        assert expected == {owner: tuple(numbers) for owner, *numbers in found}

    def _numbers(self, purse: Purse) -> tuple[object, ...]:
        held = purse.total - sum(self.book.free(purse))
        return purse.principal, purse.bonus, held, purse.status, purse.block, purse.failures

    def teardown(self) -> None:
        """At the end of each history every proof holds over all of them."""
        report = self.stage.runner.run(run_proofs(self.house.pool))
        assert [] == [each.findings for each in report.results if not each.holds]


async def _awaited(send: Callable[[], Awaitable[Answer]]) -> Answer:
    return await send()


@pytest.fixture
def stage(world: World) -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        yield Stage(world, Till(house, world.shop), runner)
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_the_book_under_any_history(stage: Stage) -> None:
    Histories.stage = stage
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
