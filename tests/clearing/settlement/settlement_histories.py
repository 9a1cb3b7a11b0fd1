"""Histories of a shop that is settled, each compared with plain numbers and proven at every step."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant

from florin.domain.declines import Decline
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.merchant_terms import FeeBand, FeesOnRefund, MerchantTerms
from florin.domain.payout import PayoutStatus
from florin.storage.payouts.payout_files import PayoutFile
from tests.clearing.any_history import Histories, happening
from tests.clearing.settlement.settling import Settling
from tests.corporate import Corporate
from tests.till import Till
from tests.world import TODAY

TERMS: Final = (
    MerchantTerms(),
    MerchantTerms(flat_fee_minor=7, bands=(FeeBand(0, 60), FeeBand(50_00, 33)), fees_on_refund=FeesOnRefund.RETURNED),
    MerchantTerms(bands=(FeeBand(0, 125),), reserve_basis_points=1_000, reserve_days=2, minimum_payout_minor=30_00),
)


@dataclass
class Day:
    """A business day as the shop would note it down, in minor units."""

    bought: int = 0
    undone: int = 0
    refunded: int = 0


@dataclass
class Bought:
    """A purchase, and what of it has not been given back."""

    id: UUID
    day: date
    amount: int
    rest: int = field(init=False)

    def __post_init__(self) -> None:
        self.rest = self.amount


class SettlementHistories(Histories):
    """One shop: bought and given back, drawn up, approved, paid, sent back and paid again, in any order."""

    def __init__(self) -> None:
        super().__init__()
        # A book of its own: a broken one must not break those of the histories after it.
        world = self.stage.world.start_over()
        self.settling = Settling(self.stage.house, Till(self.stage.house, world.shop), Corporate(world))
        self.settling.bank_account()
        self.days: dict[date, Day] = {TODAY: Day()}
        self.bought: list[Bought] = []
        self.spent = 0

    @property
    def today(self) -> Day:
        return self.days.setdefault(self.settling.day, Day())

    # What happens -----------------------------------------------------------------------------------------------------

    @happening(amount=st.integers(1, 60_00))
    def buy(self, amount: int) -> None:
        if self.spent + amount > 3_900_00:
            return
        purchase_id = self.run(self.settling.buy(amount))
        self.spent += amount
        self.bought.append(Bought(purchase_id, self.settling.day, amount))
        self.today.bought += amount

    @happening(choices=st.data(), half=st.booleans())
    def refund(self, choices: st.DataObject, half: bool) -> None:  # noqa: FBT001 (hypothesis draws it)
        open_ones = [each for each in self.bought if each.rest]
        if not open_ones:
            return
        bought = choices.draw(st.sampled_from(open_ones))
        amount = max(1, bought.rest // 2) if half else bought.rest
        self.run(self.settling.refund(bought.id, amount))
        bought.rest -= amount
        self.today.refunded += amount

    @happening()
    def void_the_last(self) -> None:
        if not self.bought or self.bought[-1].rest != self.bought[-1].amount:
            return
        last = self.bought[-1]
        answer = self.run(self.settling.till.void(last.id))
        if answer.decline is None:
            self.today.undone += last.rest
            last.rest = 0

    @happening(terms=st.sampled_from(TERMS), back=st.integers(0, 2))
    def agree(self, terms: MerchantTerms, back: int) -> None:
        """Terms from today or some days ago on, which days that are settled refuse."""
        first = max(TODAY, self.settling.day - timedelta(days=back))
        settled = [each for each in self.statements() if each.status is StatementStatus.APPROVED]
        expected = any(each.business_date >= first for each in settled)
        agreed = self.run(self.settling.agree(terms, first))
        assert expected == (agreed is Decline.MERCHANT_DAY_SETTLED)

    @happening()
    def close_day(self) -> None:
        self.settling.close_day()

    @happening(clock=st.booleans())
    def draft(self, clock: bool) -> None:  # noqa: FBT001 (as above)
        self.run(self.settling.draft(clock=clock))

    @happening(latest_first=st.booleans())
    def approve(self, latest_first: bool) -> None:  # noqa: FBT001 (as above)
        waiting = [each for each in self.statements() if each.status is StatementStatus.DRAFTED]
        if not waiting:
            return
        _, refused = self.run(self.settling.approve(waiting[-1 if latest_first else 0]))
        if latest_first and len(waiting) > 1:
            assert Decline.MERCHANT_STATEMENT_WAITS is refused
        else:
            assert refused in {None, Decline.MERCHANT_STATEMENT_NOT_DRAFTED}

    @happening()
    def pay(self) -> None:
        self.settling.close_day()
        self.run(self.settling.confirm_account())
        due = [each.amount_minor for each in self.run(self.settling.payouts()) if each.status is PayoutStatus.DUE]
        file = self.run(self.settling.pay())
        if isinstance(file, PayoutFile):
            assert file.total_minor <= sum(due)

    @happening(often=3, steps=st.integers(1, 6))
    def go_on(self, steps: int) -> None:
        """The next steps on the way out, which chance alone seldom finds."""
        way: tuple[Callable[[], object], ...] = (
            lambda: self.buy(35_00),
            self.close_day,
            lambda: self.draft(clock=False),
            lambda: self.approve(latest_first=False),
            self.pay,
            lambda: self.hear_from_the_bank(comes_back=True),
        )
        for step in way[:steps]:
            step()

    @happening(comes_back=st.booleans())
    def hear_from_the_bank(self, comes_back: bool) -> None:  # noqa: FBT001 (as above)
        heard = (PayoutStatus.SENT, PayoutStatus.SETTLED) if comes_back else (PayoutStatus.SENT,)
        payouts = [each for each in self.run(self.settling.payouts()) if each.status in heard]
        for payout in payouts[:1]:
            said = self.run((self.settling.sent_back if comes_back else self.settling.shown)(payout.id))
            assert not isinstance(said, Decline)
            assert said.decline is None

    # What must be true ------------------------------------------------------------------------------------------------

    def statements(self) -> list[MerchantStatement]:
        return self.run(self.settling.statements())

    @invariant()
    def each_statement_is_its_day(self) -> None:
        for each in self.statements():
            day = self.days.get(each.business_date, Day())
            assert (day.bought, day.undone, day.refunded) == (
                each.purchases_minor,
                each.undone_minor,
                each.refunds_minor,
            )

    @invariant()
    def a_negative_net_is_carried_and_nothing_is_lost_on_the_way(self) -> None:
        carried = 0
        for each in self.statements():
            assert carried == each.carried_in_minor
            assert carried + each.net_minor == each.payout_minor + each.carried_out_minor
            assert each.payout_minor == 0 or each.carried_out_minor == 0
            carried = each.carried_out_minor

    @invariant()
    def the_statements_sum_up_to_the_payable(self) -> None:
        """What the payable has moved is what statements say, less what was paid, and trade without a statement."""
        statements = self.statements()
        settled = sum(each.net_minor for each in statements if each.status is StatementStatus.APPROVED)
        drafted = sum(each.trade.net_minor for each in statements if each.status is StatementStatus.DRAFTED)
        known = {each.business_date for each in statements}
        rest = sum(day.bought - day.undone - day.refunded for date_, day in self.days.items() if date_ not in known)
        on_the_way = (PayoutStatus.SENT, PayoutStatus.SETTLED)
        paid = sum(each.amount_minor for each in self.run(self.settling.payouts()) if each.status in on_the_way)
        assert settled + drafted + rest - paid == self.settling.payable

    @invariant()
    def every_transfer_is_in_one_statement_and_nothing_twice(self) -> None:
        world = self.settling.world
        members = Counter(world.rows("SELECT journal_id, position FROM merchant_statement_transfer"))
        assert set(members.values()) <= {1}
        drafted_until = world.rows("SELECT drafted_until FROM settlement_progress")
        if drafted_until:
            moved = world.rows(
                "SELECT journal_id, position FROM transfer WHERE 2040 IN (debit_code, credit_code)"
                " AND (business_date <= %s OR event LIKE 'merchant%%')",
                drafted_until[0][0],
            )
            assert set(moved) == set(members)
