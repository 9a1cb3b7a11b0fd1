"""Histories of two programmes that pay each other's merchants, compared with plain numbers and proven throughout."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.netting import NettingStatement
from florin.domain.payout import PayoutStatus
from florin.storage.connect import Connection
from tests.clearing.every_proof import findings
from tests.clearing.settlement.between import Between
from tests.clearing.settlement.settling import OTHER_ACCOUNT, Settling
from tests.world import World

Done = TypeVar("Done")
ON_THE_WAY = (PayoutStatus.SENT, PayoutStatus.SETTLED)


@dataclass(frozen=True)
class NettingStage:
    """What all histories share: the first world, one process of the service, a connection, and their loop."""

    world: World
    house: ClearingHouse
    proving: Connection
    runner: asyncio.Runner


@dataclass
class Bought:
    """A purchase, and what of it has not been given back."""

    at: Settling
    id: UUID
    rest: int
    is_whole: bool = True


class NettingHistories(RuleBasedStateMachine):
    """Bought and given back with own and with foreign cards, settled, netted, paid, received and sent back."""

    stage: ClassVar[NettingStage]

    def __init__(self) -> None:
        super().__init__()
        self.between = Between(self.stage.world.start_over(), self.stage.house)
        # Each shop has customers of both programmes.
        home = self.between.home
        rival_at_home = Settling(home.house, self.between.rival.till, home.corporate)
        self.shops = (*self.between.both, self.between.rival, rival_at_home)
        self.bought: list[Bought] = []
        self.drawn: NettingStatement | None = None
        self.owed: Counter[UUID] = Counter()

    def run(self, doing: Coroutine[Any, Any, Done]) -> Done:
        return self.stage.runner.run(doing)

    # What happens -----------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 3), amount=st.integers(1, 60_00))
    def buy(self, which: int, amount: int) -> None:
        at = self.shops[which]
        if sum(each.rest for each in self.bought) > 3_000_00:
            return
        self.bought.append(Bought(at, self.run(at.buy(amount)), amount))
        self.owed[at.merchant] += amount

    @rule(choices=st.data(), half=st.booleans())
    def refund(self, choices: st.DataObject, half: bool) -> None:  # noqa: FBT001 (hypothesis draws it)
        open_ones = [each for each in self.bought if each.rest]
        if not open_ones:
            return
        bought = choices.draw(st.sampled_from(open_ones))
        amount = max(1, bought.rest // 2) if half else bought.rest
        self.run(bought.at.refund(bought.id, amount))
        bought.rest, bought.is_whole = bought.rest - amount, False
        self.owed[bought.at.merchant] -= amount

    @rule()
    def void_the_last(self) -> None:
        if not self.bought or not self.bought[-1].is_whole:
            return
        last = self.bought[-1]
        if self.run(last.at.till.void(last.id)).decline is None:
            self.owed[last.at.merchant] -= last.rest
            last.rest, last.is_whole = 0, False

    @rule(which=st.integers(0, 3), programme=st.sampled_from(["home", "neighbour", None]))
    def belong(self, which: int, programme: str | None) -> None:
        """A shop belongs to another programme from today on, or to none."""
        at = self.shops[which]
        acceptor = None if programme is None else getattr(self.between, programme).within
        self.run(self.between.belongs_to(acceptor, merchant=at.merchant))

    @rule()
    def settle_day(self) -> None:
        self.run(self.between.settle_day())

    @rule()
    def draw_up_a_netting(self) -> None:
        drawn = self.run(self.between.draft())
        if isinstance(drawn, NettingStatement):
            self.drawn = drawn
        else:
            assert Decline.NOTHING_TO_NET is drawn

    @rule()
    def approve_the_netting(self) -> None:
        if self.drawn is None:
            return
        _, refused = self.run(self.between.approve(self.drawn))
        assert refused in {None, Decline.NETTING_STATEMENT_NOT_IN_STATE}

    @rule()
    def pay(self) -> None:
        self.between.close_day()
        home = self.between.home
        self.run(home.confirm_account())
        self.run(self.between.rival.confirm_account(OTHER_ACCOUNT))
        for each in self.between.both:
            self.run(each.pay())

    @rule(step=st.sampled_from(["shown", "received", "sent_back"]))
    def hear_from_the_bank(self, step: str) -> None:
        for payout in self.run(self.between.payouts())[-1:]:
            allowed = {
                "shown": payout.status is PayoutStatus.SENT,
                "received": payout.status in ON_THE_WAY and payout.received_at is None,
                "sent_back": payout.status in ON_THE_WAY and payout.received_at is None,
            }
            refused = self.run(getattr(self.between, step)(payout.id))
            assert (None if allowed[step] else Decline.PAYOUT_NOT_IN_STATE) is refused

    @initialize(steps=st.integers(5, 7))
    def set_out(self, steps: int) -> None:
        self.go_on(steps)

    @rule(steps=st.integers(4, 7))
    def go_on(self, steps: int) -> None:
        """The next steps on the way out, which chance alone seldom finds."""
        way: tuple[Callable[[], object], ...] = (
            lambda: self.belong(0, "neighbour"),
            lambda: self.buy(0, 35_00),
            self.settle_day,
            self.draw_up_a_netting,
            self.approve_the_netting,
            self.pay,
            lambda: self.hear_from_the_bank("sent_back"),
        )
        for step in way[:steps]:
            step()

    # What must be true ------------------------------------------------------------------------------------------------

    @invariant()
    def every_merchant_is_owed_or_paid_what_was_bought_there_and_nothing_twice(self) -> None:
        for shop in (self.between.home, self.between.rival):
            payable = sum(shop.standing(2040, shop.merchant, each.within) for each in self.between.both)
            (paid,) = shop.world.one(
                "SELECT coalesce(sum(amount_minor), 0)::bigint FROM merchant_payout"
                " WHERE merchant_id = %s AND status IN ('sent', 'settled')",
                shop.merchant,
            )
            assert self.owed[shop.merchant] == payable + paid

    @invariant()
    def what_one_owes_the_other_has_coming(self) -> None:
        home, neighbour = (each.within for each in self.between.both)
        standing = self.between.home.standing
        assert standing(2080, neighbour, home) == -standing(1040, home, neighbour)
        assert standing(2080, home, neighbour) == -standing(1040, neighbour, home)

    @invariant()
    def every_proof_holds(self) -> None:
        assert [] == self.run(findings(self.stage.proving))
