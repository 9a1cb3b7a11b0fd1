"""Histories of payments: callbacks late, repeated, forged, in any order; providers away, processes killed in between.

At the end all is well again for a while, and then every fen that anybody has paid is in the wallet or on a card that it
has bought, was spent, or is back where it came from; and every card is its buyer's or for sale.
"""

from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from florin.clearing.payments.buy_card import BuyCard, buy_card
from florin.clearing.payments.split_purchase import SplitPurchase, split_purchase
from florin.domain.declines import Decline
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.payment_refund import PaymentRefundStatus
from florin.gateways.payment_provider import PaymentFound, PaymentState, RefundFound, RefundState
from florin.storage.payments.payment_refunds import refunds_of_payment
from florin.storage.payments.payments import list_payments
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.request import Answer, PostingRequest
from tests.clearing.any_history import Histories
from tests.online_shop import card_for_sale, offer_trial_card, person
from tests.provider import NAME, Signed, at_cashpoint
from tests.till import Till, fresh
from tests.world import Balance

CALLS: Final = ("create", "find", "close", "refund", "find_refund")
UNPAID: Final = (PaymentStatus.EXPIRED, PaymentStatus.FAILED)


class KilledError(Exception):
    """The process is gone, and with it whatever it would have done next."""


class MortalEngine:
    """An engine whose process can be killed before or after a posting."""

    def __init__(self, engine: PostingEngine) -> None:
        self._engine = engine
        self.dies = ""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the engine has)
        return getattr(self._engine, name)

    async def submit(self, request: PostingRequest) -> Answer:
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise KilledError
        answer = await self._engine.submit(request)
        if dies == "after":
            raise KilledError
        return answer


class PaymentHistories(Histories):
    """One member who pays online, in any order of what can happen."""

    def __init__(self) -> None:
        super().__init__()
        world, house = self.stage.world.start_over(), self.stage.house
        world.connection.execute("DELETE FROM throttle")
        self.engine = MortalEngine(house.engine)
        mortal = replace(house, engine=self.engine, vault=world.vault)  # type: ignore[arg-type]
        self.cashpoint = at_cashpoint(world, mortal)
        self.till = Till(house, world.shop)
        self.member = person(world)
        self.letters: list[Signed] = []
        self.cards: set[UUID] = {card_for_sale(world).id}
        offer_trial_card(world, "bearer_gift")

    def unless_killed(self, doing: Coroutine[Any, Any, object]) -> None:
        with suppress(KilledError):
            self.run(doing)

    def payments(self) -> list[Payment]:
        """All payments, the latest first."""
        return list(self.run(list_payments(self.stage.house.pool, None, None, None, 200)).items)

    @initialize()
    def begin_well(self) -> None:
        """Most of what can go wrong begins with a payment that can be paid."""
        for yuan in (400, 1_500, 3_000):
            self.run(self.cashpoint.offered(self.member, yuan * 100))

    # What the member does ---------------------------------------------------------------------------------------------

    @rule(yuan=st.sampled_from([1, 400, 1_500, 3_000]))
    def begin(self, yuan: int) -> None:
        self.unless_killed(self.cashpoint.begin(self.member, yuan * 100))

    @rule(more=st.sampled_from([1, 100_00]))
    def split(self, more: int) -> None:
        world = self.cashpoint.world
        available = world.one(
            "SELECT balance_minor - held_minor FROM strict_account WHERE owner_id = %s", self.member.id
        )
        code = world.payment_code(self.member)
        command = SplitPurchase(code, available[0] + more, "CNY", fresh("ref"), NAME)
        self.unless_killed(
            split_purchase(self.cashpoint.house, world.shop, fresh("key"), command, self.cashpoint.now())
        )

    @rule(is_trial=st.booleans())
    def buy_a_card(self, *, is_trial: bool) -> None:
        world = self.cashpoint.world
        command = BuyCard(NAME, world.products[world.home, "bearer_gift"], 100_00, "CNY", is_trial)
        self.unless_killed(
            buy_card(self.cashpoint.house, self.member, fresh("key"), command, "192.0.2.1", self.cashpoint.now())
        )

    @rule(block=st.sampled_from([None, "all", "none"]))
    def stock_up_or_block_cards(self, block: str | None) -> None:
        world = self.cashpoint.world
        if block is None:
            self.cards.add(card_for_sale(world).id)
        else:
            world.connection.execute("UPDATE card SET block = %s WHERE id = ANY(%s)", (block, list(self.cards)))

    @rule(odd=st.sampled_from([0, 0, 0, 1, -1]), choices=st.data())
    def pay(self, odd: int, choices: st.DataObject) -> None:
        provider = self.cashpoint.provider
        # Also what is closed there: such things happen, and then the money counts all the same.
        payable = [
            each
            for each in self.payments()
            if each.reference in provider.payments and provider.payments[each.reference].state is not PaymentState.PAID
        ]
        if payable:
            payment = choices.draw(st.sampled_from(payable))
            found = provider.pay(payment, max(1, payment.amount_minor + odd))
            self.letters.append(provider.callback(found, self.cashpoint.now()))

    @rule(share=st.integers(1, 4), choices=st.data())
    def want_back(self, share: int, choices: st.DataObject) -> None:
        payments = self.payments()
        if payments:
            payment = choices.draw(st.sampled_from(payments))
            self.unless_killed(self.cashpoint.give_back(payment, max(1, payment.amount_minor * share // 4)))

    @rule(yuan=st.integers(1, 500))
    def buy(self, yuan: int) -> None:
        self.run(self.till.purchase(self.cashpoint.world.payment_code(self.member), yuan * 100))

    @rule(amount_minor=st.sampled_from([None, 1]), way=st.sampled_from(["capture", "release"]), choices=st.data())
    def end_the_hold_at_the_till(self, amount_minor: int | None, way: str, choices: st.DataObject) -> None:
        holds = [each.hold_id for each in self.payments() if each.hold_id is not None]
        if not holds:
            return
        hold_id = choices.draw(st.sampled_from(holds))
        if way == "release":
            self.run(self.till.release(hold_id))
        else:
            answer = self.run(self.till.capture(hold_id, amount_minor))
            assert answer.decline in (Decline.HOLD_AWAITS_PAYMENT, Decline.HOLD_NOT_OPEN, Decline.HOLD_EXPIRED)

    @rule(status=st.sampled_from(["blocked", "active"]))
    def block_or_unblock(self, status: str) -> None:
        self.cashpoint.world.connection.execute("UPDATE member SET status = %s WHERE id = %s", (status, self.member.id))

    # What the provider does -------------------------------------------------------------------------------------------

    @rule(choices=st.data())
    def write(self, choices: st.DataObject) -> None:
        provider = self.cashpoint.provider
        told: list[PaymentFound | RefundFound] = [*provider.payments.values(), *provider.refunds.values()]
        if told:
            self.letters.append(provider.callback(choices.draw(st.sampled_from(told)), self.cashpoint.now()))

    @precondition(lambda self: self.letters)
    @rule(choices=st.data(), times=st.integers(1, 5))
    def deliver(self, choices: st.DataObject, times: int) -> None:
        for _ in range(times):
            self.unless_killed(self.cashpoint.hear(choices.draw(st.sampled_from(self.letters))))

    @precondition(lambda self: self.letters)
    @rule(choices=st.data())
    def forge(self, choices: st.DataObject) -> None:
        headers, body = choices.draw(st.sampled_from(self.letters))
        assert not self.run(self.cashpoint.hear((headers, body.replace(b'"waiting"', b'"paid"') + b" ")))

    @rule(call=st.sampled_from(CALLS), trouble=st.sampled_from(["down", "deaf", "well", "well"]))
    def go_away_or_come_back(self, call: str, trouble: str) -> None:
        provider = self.cashpoint.provider
        provider.down, provider.deaf = provider.down - {call}, provider.deaf - {call}
        if trouble != "well":
            setattr(provider, trouble, getattr(provider, trouble) | {call})

    @rule(word=st.sampled_from(RefundState))
    def change_ones_mind(self, word: RefundState) -> None:
        self.cashpoint.provider.refund_state = word

    @rule(word=st.sampled_from([RefundState.PAID, RefundState.FAILED]))
    def settle(self, word: RefundState) -> None:
        refunds = self.cashpoint.provider.refunds
        for reference, found in refunds.items():
            if found.state is RefundState.PENDING:
                refunds[reference] = replace(found, state=word)

    # What our side does -----------------------------------------------------------------------------------------------

    @rule(dies=st.sampled_from(["before", "after"]))
    def be_killed(self, dies: str) -> None:
        self.engine.dies = dies

    @rule(minutes=st.sampled_from([1, 10, 36, 24 * 60]))
    def work(self, minutes: int) -> None:
        self.unless_killed(self.cashpoint.work(timedelta(minutes=minutes)))

    # What always holds ------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_credited_that_was_not_paid(self) -> None:
        for each in self.payments():
            if each.status in (PaymentStatus.CREDITED, PaymentStatus.RETURNED):
                found = self.cashpoint.provider.payments[each.reference]
                assert (PaymentState.PAID, each.amount_minor) == (found.state, found.amount_minor)

    def teardown(self) -> None:
        """All is well again, and after a while no money is anywhere but where it belongs."""
        provider, world = self.cashpoint.provider, self.cashpoint.world
        provider.down, provider.deaf, provider.refund_state, self.engine.dies = set(), set(), RefundState.PAID, ""
        self.settle(RefundState.PAID)
        self.block_or_unblock("active")
        for found in list(provider.payments.values()):
            self.run(self.cashpoint.hear(provider.callback(found, self.cashpoint.now())))
        for _ in range(3):
            self.run(self.cashpoint.work(timedelta(hours=2)))
        # Somebody pays after all what has expired.
        expired = [each for each in self.payments() if each.status is PaymentStatus.EXPIRED]
        for payment in expired[:1]:
            self.run(self.cashpoint.call_back(payment))
        self.run(self.cashpoint.work(timedelta(hours=2)))
        paid_minor, left_there_minor = 0, 0
        for payment in self.payments():
            assert payment.status in self._ends(payment), payment
            assert payment.next_step_at is None
            if payment.status is PaymentStatus.DISPUTED:
                continue
            paid_minor += payment.paid_minor or 0
            refunds = self.run(refunds_of_payment(self.stage.house.pool, payment.id))
            assert PaymentRefundStatus.REQUESTED not in {each.status for each in refunds}
            for refund in refunds:
                is_paid = refund.status is PaymentRefundStatus.PAID
                assert is_paid == (provider.refunds[refund.reference].state is RefundState.PAID)
                paid_minor -= refund.amount_minor if is_paid else 0
            if payment.status is PaymentStatus.RETURNED and payment.left_minor:
                assert ("refund_failed",) in {each[:1] for each in self.cashpoint.findings(payment)}
                left_there_minor += payment.left_minor
        bought = {
            each.card_id: Balance(each.amount_minor, each.discount_minor)
            for each in self.payments()
            if each.card_id is not None
        }
        assert {each: bought.get(each, Balance()) for each in self.cards} == {
            each: world.balance(each) for each in self.cards
        }
        # The first card or none.
        assert sum(each.bonus_minor > 0 for each in bought.values()) <= 1
        for_sale = world.rows("SELECT card_id FROM online_card WHERE payment_id IS NULL")
        assert self.cards - set(bought) == {card_id for (card_id,) in for_sale}
        paid_minor -= sum(each.principal_minor for each in bought.values())
        spent = world.one("SELECT coalesce(sum(principal_minor), 0) FROM purchase WHERE owner_id = %s", self.member.id)
        assert paid_minor == world.balance(self.member.id).principal_minor + int(spent[0]) + left_there_minor
        assert 0 == world.balance(self.member.id).held_minor

    def _ends(self, payment: Payment) -> tuple[PaymentStatus, ...]:
        found = self.cashpoint.provider.payments.get(payment.reference)
        if found is None or found.state is not PaymentState.PAID:
            return UNPAID
        if found.amount_minor != payment.amount_minor:
            return (PaymentStatus.DISPUTED,)
        return (PaymentStatus.CREDITED, PaymentStatus.RETURNED)
