"""Histories of everything that can be asked, in any order, each compared with a naive book and proven at every step."""

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from florin.clearing.change_card import (
    BlockCommand,
    UnblockCommand,
    VoidCardCommand,
    block_card,
    unblock_card,
    void_card,
)
from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.clearing.expire_holds import expire_holds
from florin.domain.card_life import CardBlock
from florin.reconciliation.day_close.close_days import close_through
from florin.storage.audit_trail import Author
from florin.storage.catalogue import load_catalogue
from florin.storage.posting.request import Answer, KeyReusedError
from tests.clearing.asking import Asking
from tests.clearing.chances import CARD_CHANGES, MEMBER_CHANGES, MERCHANTS, SPANS, VERBS
from tests.clearing.naive_things import Purse, Sold
from tests.till import Till, fresh, said, subject
from tests.world import KnownCard

NUMBERS: Final = """
SELECT a.owner_id,
       sum(a.balance_minor) FILTER (WHERE a.code IN (2010, 2020))::bigint,
       coalesce(sum(a.balance_minor) FILTER (WHERE a.code IN (2011, 2021)), 0)::bigint,
       (SELECT coalesce(sum(h.principal_minor + h.bonus_minor), 0)::bigint FROM hold h
        WHERE h.owner_id = a.owner_id AND h.status = 'open' AND h.expires_at > %s),
       coalesce(c.status, m.status), coalesce(c.block, 'none'), coalesce(c.pin_failures, 0),
       (SELECT count(*) FROM outbox o WHERE o.subject_id = a.owner_id
         AND o.name IN ('card.balance_low', 'member.balance_low'))
FROM strict_account a LEFT JOIN card c ON c.id = a.owner_id LEFT JOIN member m ON m.id = a.owner_id
WHERE a.owner_id = ANY(%s)
GROUP BY a.owner_id, c.id, m.id
"""


class BookHistories(Asking):
    """Everything that can be asked, and what always holds."""

    # One rule and a choice of our own, because Hypothesis leaves whole rules out of an example: a history without
    # purchases has nothing to refund.
    @rule(verb=st.sampled_from([each for each, often in VERBS.items() for _ in range(often)]), choices=st.data())
    def ask_for(self, verb: str, choices: st.DataObject) -> None:
        self.choices = choices
        getattr(self, verb)()

    # Paying -------------------------------------------------------------------------------------------------------

    def purchase(self) -> None:
        merchant, partial = self.pick(MERCHANTS), self.one_of([True, False])
        purse, shown, pay_with = self.payer()
        amount, reference, till = self.near(sum(self.book.free(purse))), self.reference(merchant), self.till(merchant)
        expected = self.book.buy(purse, merchant, amount, reference, shown=shown, partial=partial)

        async def send(key: str) -> Answer:
            return await till.purchase(pay_with, amount, key=key, reference=reference, allow_partial=partial)

        self._remember_sale(self.ask_with_key(expected, till, send))

    def _remember_sale(self, answer: Answer) -> None:
        if answer.decline is None:
            sold = self.book.sales[-1]
            assert sold.low_notice == said(answer)["low_balance"]
            self.sales.append((sold, subject(answer)))

    def hold(self) -> None:
        merchant = self.pick(MERCHANTS)
        purse, shown, pay_with = self.payer()
        amount, reference, till = self.near(sum(self.book.free(purse))), self.reference(merchant), self.till(merchant)
        expected = self.book.keep(purse, merchant, amount, reference, shown=shown)

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

    def refund_by_reference(self) -> None:
        known = self.book.references
        bought = [each for each, (_, thing) in known.items() if isinstance(thing, Sold)]
        merchant, original = self.one_of(bought if bought and self.mostly() else [*known, ("shop", fresh("ref"))])
        _, thing = known.get((merchant, original), (None, None))
        amount = self.near(thing.left if isinstance(thing, Sold) else 100_00)
        reference, till = self.reference(merchant), self.till(merchant)
        expected = self.book.refund_by_reference(merchant, original, amount, reference)

        async def send(key: str) -> Answer:
            return await till.refund_by_reference(original, amount, key=key, reference=reference)

        self.ask_with_key(expected, till, send)

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
        shown, till = card.by_pin if right else card.by_wrong_pin, Till(self.house, member)
        if really:
            self.ask_with_key(expected, till, lambda key: till.redeem(shown, key=key))
        else:
            self.ask(expected, lambda: till.preview(shown))

    def inquire(self) -> None:
        purse, card = self.one_of(self.cards)
        shown, as_shown = self.show(card)
        self.ask(self.book.inquire(purse, shown), lambda: self.till("shop").inquire(as_shown))

    def guess(self) -> None:
        purse, card = self.one_of(self.cards)
        for _ in range(self.one_of([2, 3, 5])):
            self.ask(self.book.inquire(purse, "wrong PIN"), lambda: self.till("shop").inquire(card.by_wrong_pin))

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
        self.pass_time(self.pick(SPANS))

    def pass_time(self, span: timedelta) -> None:
        self.world.clock.advance(span)
        self.book.now = self.world.clock.now

    def sweep(self) -> None:
        """The batch that ends what has expired: from now on what is held is what living holds reserve."""
        self.run(expire_holds(self.house, self.book.now))
        for purse, card in self.cards:
            assert self._held(purse) == self.world.balance(card.id).held_minor

    def close_the_days(self) -> None:
        """Every day before today, which is tomorrow by then."""
        self.pass_time(timedelta(days=1))
        self.run(self._close_and_seal())

    async def _close_and_seal(self) -> None:
        programme = (await load_catalogue(self.stage.proving)).programmes[self.world.home]
        yesterday = programme.business_date(self.book.now) - timedelta(days=1)
        author = Author(self.world.operator.actor_id, self.book.now)
        closed = await close_through(self.house, programme, yesterday, author)
        assert [yesterday] == [each.business_date for each in closed.sealed[-1:]]

    def send_again(self) -> None:
        if not self.sent:
            return
        sent = self.one_of(self.sent)
        answer = self.run(sent.again())
        assert (sent.answer.decline, sent.answer.body, True) == (answer.decline, answer.body, answer.replayed)

    def reuse_a_key(self) -> None:
        if not self.sent:
            return
        old, (_, card) = self.one_of(self.sent), self.one_of(self.cards)
        with pytest.raises(KeyReusedError):
            self.run(old.till.purchase(card.by_wrong_pin, 777_77, key=old.key))

    # What always holds --------------------------------------------------------------------------------------------

    @invariant()
    def every_number_is_what_the_naive_book_says(self) -> None:
        owners = {card.id: purse for purse, card in self.cards}
        owners |= {member.id: purse for purse, member in self.members}
        found = self.world.rows(NUMBERS, self.book.now, list(owners))
        expected = {owner: self._numbers(purse) for owner, purse in owners.items()}
        assert expected == {owner: tuple(numbers) for owner, *numbers in found}

    def _numbers(self, purse: Purse) -> tuple[object, ...]:
        standing = (purse.status, purse.block, purse.failures, purse.low_notices)
        return purse.principal, purse.bonus, self._held(purse), *standing

    def _held(self, purse: Purse) -> int:
        return purse.total - sum(self.book.free(purse))
