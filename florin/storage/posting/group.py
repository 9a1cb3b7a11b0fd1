"""A posting group: what its decisions see, change and leave to be written.

The decisions of a group are taken one after another in the order of arrival. Each works on the same copies of accounts,
cards and purchases, so each sees what the ones before it did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.domain.break_proposal import BreakProposal, ProposalState
from florin.domain.business_day import next_open
from florin.domain.card import Card
from florin.domain.chart import UNITS, AccountCode, Event
from florin.domain.closure import Closure, ClosureStatus, PayoutAccount
from florin.domain.closure_payout import ClosurePayout
from florin.domain.corporate_order import OrderedCard
from florin.domain.customer import CustomerStanding
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.journal import Header, Movement, StrictAccount, post
from florin.domain.merchant_debt import MerchantDebtPayment
from florin.domain.order_line import OrderedLine
from florin.domain.programme import Programme
from florin.domain.purchase import Hold, HoldStatus
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.catalogue import Catalogue
from florin.storage.corporate.receipts import Receipt
from florin.storage.fresh_ids import FreshId
from florin.storage.posting.columns import JsonText
from florin.storage.posting.facts import CardSale, Facts, PastOperation
from florin.storage.posting.loyalty_rows import PointsEntry, PointsLapse
from florin.storage.posting.rows import (
    AccessEnded,
    AuditRow,
    HolderRow,
    OutboxEvent,
    RedemptionRow,
    RefundRow,
)
from florin.storage.posting.working_rows import StaleFactsError
from florin.storage.posting.working_tables import WorkingTables
from florin.storage.posting.writes import Writes
from florin.storage.reconciliation.break_rows import BreakChange

encode: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Group(WorkingTables):
    """The facts of a group and the changes that its decisions make; ``now`` is the one posting time of all of them."""

    now: datetime
    catalogue: Catalogue
    facts: Facts
    fresh_id: FreshId
    writes: Writes = field(init=False)
    _business_dates: dict[UUID, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.writes = Writes(self.facts)
        for table in fields(WorkingTables):
            setattr(self, table.name, getattr(self.facts, table.name))

    # What a decision sees -----------------------------------------------------------------------------------------

    def card_by_number(self, number_index: bytes) -> Card | None:
        """The card of that blind index, if there is one."""
        return self.facts.cards_by_number.get(number_index)

    def card_by_ecode(self, ecode_index: bytes) -> Card | None:
        """The card of that e-code's blind index, if there is one."""
        return self.facts.cards_by_ecode.get(ecode_index)

    def card(self, card_id: UUID) -> Card | None:
        """The card of that id, if there is one."""
        return self.facts.cards.get(card_id)

    def wallet(self, member_id: UUID) -> Wallet | None:
        """The member's wallet, if there is one."""
        return self.facts.wallets.get(member_id)

    def redeemed_into(self, card_id: UUID) -> UUID | None:
        """The member into whose wallet the card's whole value went, if it was read with a purchase of the card's."""
        return self.facts.redeemed_into.get(card_id)

    def payment_code(self, code_index: bytes) -> PaymentCode | None:
        """The payment code of that blind index, if there is one."""
        return self.facts.payment_codes.get(code_index)

    def card_sale(self, journal_id: UUID) -> CardSale | None:
        """The sale of a card that the journal posted, if it was asked for by its reference."""
        return self.facts.card_sales.get(journal_id)

    def operation_of(self, caller_id: UUID, reference: str) -> PastOperation | None:
        """The operation that occupies the caller's reference, if there is one."""
        return self.facts.by_reference.get((caller_id, reference))

    def ordered_card(self, card_id: UUID) -> OrderedCard | None:
        """The card's place in the order that was asked for, if it belongs to it."""
        return self.facts.ordered_cards.get(card_id)

    def ordered_lines(self, order_id: UUID) -> list[OrderedLine]:
        """The lines of an order, if they were asked for with it."""
        return [each for each in self.facts.ordered_lines.values() if each.order_id == order_id]

    def customer(self, customer_id: UUID) -> CustomerStanding | None:
        """How things stand with the corporate customer of that id, if there is one."""
        return self.facts.customers.get(customer_id)

    def closure_of(self, owner_id: UUID) -> Closure | None:
        """The closure of an account that was not called off, if there is one and it was asked for."""
        closures = self.facts.closures.values()
        standing = (each for each in closures if each.status is not ClosureStatus.CANCELLED)
        return next((each for each in standing if each.owner_id == owner_id), None)

    def payouts_of(self, closure_id: UUID) -> list[ClosurePayout]:
        """The payouts of the closure that was asked for."""
        return [each for each in self.facts.payouts.values() if each.closure_id == closure_id]

    def waiting_proposal(self, break_id: UUID) -> BreakProposal | None:
        """What waits for a decision on a break that was asked for."""
        proposals = self.facts.break_proposals.values()
        waiting = (each for each in proposals if each.state is ProposalState.WAITING)
        return next((each for each in waiting if each.break_id == break_id), None)

    def account(self, owner_id: UUID, code: AccountCode) -> StrictAccount | None:
        """The owner's strict account of that code; `StaleFactsError` when the owner was not locked at all."""
        accounts = self.facts.accounts.get(owner_id)
        if accounts is None:
            raise StaleFactsError(f"owner {owner_id} was not locked")
        for account in accounts:
            if account.code is code:
                return account
        return None

    def account_to_credit(self, owner: StrictAccount, code: AccountCode) -> StrictAccount:
        """The account of that code beside ``owner``'s, opened when it does not exist yet."""
        account = self.account(owner.owner_id, code)
        if account is None:
            unit = UNITS.get(code, owner.unit)
            account = StrictAccount(owner.shard, owner.owner_id, code, unit, owner.programme_id, is_new=True)
            self.facts.accounts[owner.owner_id].append(account)
        return account

    def programme(self, programme_id: UUID) -> Programme:
        """The programme of a card or member."""
        return self.catalogue.programmes[programme_id]

    def business_date(self, programme: Programme) -> date:
        """The day that a posting of now belongs to: today, or the first day that is not closed yet."""
        known = self._business_dates.get(programme.id)
        if known is None:
            known = next_open(programme.business_date(self.now), self.catalogue.last_closed.get(programme.id))
            self._business_dates[programme.id] = known
        return known

    def _date_of(self, programme: Programme, event_at: datetime | None) -> date:
        """As `business_date`, but a day that two people have reopened takes what happened on it."""
        reopened = self.catalogue.reopened.get(programme.id)
        if reopened is not None and event_at is not None and programme.business_date(event_at) == reopened:
            return reopened
        return self.business_date(programme)

    # What a decision changes --------------------------------------------------------------------------------------

    def post(
        self,
        event: Event,
        programme: Programme,
        movements: Sequence[Movement],
        *,
        event_at: datetime | None = None,
        reverses_journal_id: UUID | None = None,
    ) -> UUID:
        """Post a journal and return its id; `InvariantBrokenError` where the decision should have declined."""
        strict = [each for _, *pair in movements for each in pair if isinstance(each, StrictAccount)]
        journal_id = self.fresh_id(strict[0].shard if strict else shard_of(programme.id))
        header = Header(
            journal_id,
            programme.id,
            event,
            programme.unit,
            self._date_of(programme, event_at),
            event_at or self.now,
            self.now,
            reverses_journal_id,
        )
        self.writes.transfers.extend(post(header, movements))
        for account in strict:
            self.writes.touch(account)
        return journal_id

    def reserve(self, account: StrictAccount, amount_minor: int) -> None:
        """Raise (or, with a negative amount, lower) what is held on an account."""
        account.hold(amount_minor)
        self.writes.touch(account)

    def save_card(self, card: Card) -> None:
        """Write the card's state."""
        self.writes.cards[card.id] = card

    def save_wallet(self, wallet: Wallet) -> None:
        """Write the member's status."""
        self.writes.wallets[wallet.id] = wallet

    def end_access(self, wallet: Wallet) -> None:
        """End the member's sessions and withdraw the payment code that was not used, also from what was read of it."""
        codes = self.facts.payment_codes
        self.facts.payment_codes = {index: each for index, each in codes.items() if each.member_id != wallet.id}
        self.writes.access_ended[wallet.id] = AccessEnded(wallet.id, self.now)

    def use_payment_code(self, code: PaymentCode) -> None:
        """Spend a payment code."""
        code.used_at = self.now
        self.writes.payment_codes[code.code_index] = code

    def add_card_sale(self, journal_id: UUID, account: StrictAccount) -> None:
        """Make the sale that has just been posted to a card's account visible to the decisions that follow."""
        self.facts.card_sales[journal_id] = CardSale(account.sequence, self.now)

    def add_holder(self, holder: HolderRow) -> None:
        """Record who holds a registered card; a card sold again gets its new holder."""
        self.writes.holders[holder.card_id] = holder

    def save_ordered_line(self, line: OrderedLine) -> None:
        """Write the status of a line, and why it failed if it did."""
        self.writes.ordered_lines[line.order_id, line.line] = line

    def add_receipt(self, receipt: Receipt) -> None:
        """Record money that has come in from a corporate customer."""
        self.writes.receipts.append(receipt)

    def add_debt_payment(self, payment: MerchantDebtPayment) -> None:
        """Record what a merchant has paid of what it owes for cards."""
        self.writes.debt_payments.append(payment)

    def add_payout_account(self, account: PayoutAccount) -> None:
        """Record a bank account that a closure is paid to."""
        self.writes.payout_accounts.append(account)

    def add_break_change(self, change: BreakChange) -> None:
        """Record one step of a break's story."""
        self.writes.break_changes.append(change)

    def add_points_entry(self, entry: PointsEntry) -> None:
        """Record what a business day brought a member in points."""
        self.writes.points_entries.append(entry)

    def add_points_lapse(self, lapse: PointsLapse) -> None:
        """Record that a member's points of a year have lapsed."""
        self.writes.points_lapses.append(lapse)

    def add_refund(self, refund: RefundRow) -> None:
        """Record a refund."""
        self.writes.refunds.append(refund)

    def add_redemption(self, redemption: RedemptionRow) -> None:
        """Record that a card's whole value went into a wallet, visible to the decisions that follow."""
        self.facts.redeemed_into[redemption.card_id] = redemption.member_id
        self.writes.redemptions.append(redemption)

    def emit(
        self, name: str, subject_id: UUID, payload: Mapping[str, Any] | None, journal_id: UUID | None = None
    ) -> None:
        """Tell the outside world, in the same transaction.

        Without a payload the event tells what the operation of ``journal_id`` answered.
        """
        shard = shard_of(subject_id)
        text = None if payload is None else JsonText(encode(payload))
        self.writes.events.append(
            OutboxEvent(self.fresh_id(shard), shard, name, subject_id, journal_id, text, self.now)
        )

    def record(self, actor_id: UUID, action: str, subject_id: UUID, detail: Mapping[str, Any]) -> None:
        """Record who changed a card or member outside the book."""
        text = JsonText(encode(detail))
        self.writes.audits.append(AuditRow(self.fresh_id(None), actor_id, action, subject_id, text, self.now))

    def expire_holds(self) -> None:
        """End the holds whose time has passed, so that what they reserved is free before anything is decided."""
        for hold in self.holds.values():
            if hold.has_expired(self.now):
                self.end_hold(hold, HoldStatus.EXPIRED)
                self.emit("hold.expired", hold.owner_id, {"hold_id": wire_id("hold", hold.id)})

    def end_hold(self, hold: Hold, status: HoldStatus) -> None:
        """Release what a hold reserves and write that it is over."""
        for code, amount_minor in hold.lots():
            account = self.account(hold.owner_id, code)
            if account is None:
                raise StaleFactsError(f"hold {hold.id} on an account that was not read")
            self.reserve(account, -amount_minor)
        hold.end(status, self.now)
        self.holds.save(hold)
