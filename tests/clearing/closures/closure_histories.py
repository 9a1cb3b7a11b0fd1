"""Histories of a member who leaves, each compared with plain numbers and proven at every step."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from florin.batch.closures.unconfirmed import cancel_unconfirmed_closures
from florin.domain.closure import VERIFICATION_LIFETIME
from florin.domain.declines import Decline
from florin.storage.members.sessions import SignedIn
from florin.storage.payouts.payout_files import PayoutFile
from tests.clearing.any_history import Histories, happening
from tests.clearing.closures.leaving import DAYS, Leaving, as_caller, refusal, subject
from tests.corporate import Corporate
from tests.till import Till, fresh


@dataclass
class Bought:
    """A purchase as somebody would note it down: what it took and has not given back, in minor units."""

    id: UUID
    rest: int


class ClosureHistories(Histories):
    """One member: what is spent, given back, kept, put back, owed and paid, in any order."""

    def __init__(self) -> None:
        super().__init__()
        # A book of its own: a broken one must not break those of the histories after it.
        world = self.stage.world.start_over()
        self.leaving = Leaving(self.stage.house, Till(self.stage.house, world.shop), Corporate(world))
        self.leaving.bank_account()
        self.wallet = 100_00
        self.kept = 0
        self.owed = 0
        self.sent = 0
        self.at_bank = 0
        self.status = "active"
        self.cools_until = world.clock.now
        self.closure_id: UUID | None = None
        self.bought: list[Bought] = []

    @initialize()
    def join(self) -> None:
        self.who: SignedIn = self.run(self.leaving.member(self.wallet))

    # What happens -----------------------------------------------------------------------------------------------------

    @happening(amount=st.integers(1, 60_00))
    def spend(self, amount: int) -> None:
        code = self.leaving.world.payment_code(as_caller(self.who))
        answer = self.run(self.leaving.till.purchase(code, amount))
        if self.status != "active":
            assert Decline.MEMBER_NOT_ACTIVE is answer.decline
        elif amount > self.wallet:
            assert Decline.INSUFFICIENT_FUNDS is answer.decline
        else:
            self.bought.append(Bought(subject(answer), amount))
            self.wallet -= amount

    @happening(choices=st.data(), half=st.booleans())
    def give_back(self, choices: st.DataObject, half: bool) -> None:  # noqa: FBT001 (hypothesis draws it)
        open_ones = [each for each in self.bought if each.rest]
        if not open_ones:
            return
        bought = choices.draw(st.sampled_from(open_ones))
        amount = max(1, bought.rest // 2) if half else bought.rest
        assert self.run(self.leaving.till.refund(bought.id, amount)).decline is None
        bought.rest -= amount
        if self.status == "closed":
            self.owed += amount
        else:
            self.wallet += amount

    @happening()
    def request(self) -> None:
        # How often somebody may ask, and be sent a code, is not what is told here.
        self.leaving.world.connection.execute("DELETE FROM throttle")
        asked = self.run(self.leaving.request(self.who))
        expected = {"active": None, "closed": Decline.MEMBER_NOT_ACTIVE}.get(self.status, Decline.CLOSURE_UNDER_WAY)
        assert expected == refusal(asked)
        if expected is None:
            self.closure_id, self.status = subject(asked), "requested"
            self.kept, self.wallet = self.wallet, 0

    @happening()
    def confirm(self) -> None:
        if self.closure_id is None:
            return
        # Failures are counted by address, and the count outlives a history.
        confirmed = refusal(self.run(self.leaving.confirm(self.closure_id, address=fresh("address"))))
        if self.status == "requested":
            assert confirmed is None
            self.status, self.cools_until = "verified", self.leaving.now + timedelta(days=DAYS)
        else:
            assert Decline.CLOSURE_CODE_INCORRECT is confirmed

    @happening()
    def cancel(self) -> None:
        refused = refusal(self.run(self.leaving.cancel(self.who)))
        if self.status in {"requested", "verified"}:
            assert refused is None
            self.put_back()
        else:
            expected = Decline.CLOSURE_NOT_FOUND if self.status == "active" else Decline.CLOSURE_NOT_IN_STATE
            assert expected is refused

    @happening()
    def approve(self) -> None:
        if self.closure_id is None:
            return
        refused = refusal(self.run(self.leaving.approve(self.closure_id)))
        if self.status != "verified":
            assert Decline.CLOSURE_NOT_IN_STATE is refused
        elif self.leaving.now < self.cools_until:
            assert Decline.CLOSURE_COOLING_OFF is refused
        else:
            assert refused is None
            self.status = "closed"
            self.owed += self.kept + self.wallet
            self.kept = self.wallet = 0

    @happening(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.leaving.world.clock.advance(timedelta(days=days))
        # Codes live for minutes: whoever still waits for one gets another.
        if self.status == "requested":
            self.leaving.world.clock.advance(VERIFICATION_LIFETIME)
            assert 1 == self.run(cancel_unconfirmed_closures(self.leaving.house, self.leaving.now))
            self.put_back()

    @happening()
    def pay(self) -> None:
        file = self.run(self.leaving.pay())
        assert (self.owed > 0) == isinstance(file, PayoutFile)
        if isinstance(file, PayoutFile):
            assert self.owed == file.total_minor
            self.sent, self.owed = self.sent + self.owed, 0

    @happening(often=3, steps=st.integers(1, 4))
    def go_on(self, steps: int) -> None:
        """The next steps on the way out, which chance alone seldom finds."""
        for _ in range(steps):
            match self.status:
                case "active":
                    self.request()
                case "requested":
                    self.confirm()
                case "verified" if self.leaving.now < self.cools_until:
                    self.approve()
                    self.wait(DAYS)
                case "verified":
                    self.approve()
                case _:
                    self.pay()

    @happening(comes_back=st.booleans())
    def hear_from_the_bank(self, comes_back: bool) -> None:  # noqa: FBT001 (hypothesis draws it)
        if self.closure_id is None or self.status != "closed":
            return
        on_their_way = [each for each in self.run(self.leaving.payouts(self.closure_id)) if each.status == "sent"]
        for payout in on_their_way[:1]:
            self.sent -= payout.amount_minor
            if comes_back:
                assert refusal(self.run(self.leaving.send_back(payout.id))) is None
                again = self.run(self.leaving.payouts(self.closure_id))[-1]
                assert refusal(self.run(self.leaving.name(again.id))) is None
                assert refusal(self.run(self.leaving.accept(again.id))) is None
                self.owed += payout.amount_minor
            else:
                assert refusal(self.run(self.leaving.settle(payout.id))) is None
                self.at_bank += payout.amount_minor

    def put_back(self) -> None:
        self.wallet, self.kept, self.status = self.wallet + self.kept, 0, "active"

    # What must be true ------------------------------------------------------------------------------------------------

    @invariant()
    def the_book_says_so(self) -> None:
        world, leaving = self.leaving.world, self.leaving
        assert self.wallet == world.balance(self.who.member_id).principal_minor
        assert self.kept + self.owed == leaving.standing(2050)
        assert self.sent == leaving.standing(1090)
        assert self.at_bank == leaving.standing(1010)
        spent = sum(each.rest for each in self.bought)
        assert 100_00 == self.wallet + self.kept + self.owed + self.sent + self.at_bank + spent
