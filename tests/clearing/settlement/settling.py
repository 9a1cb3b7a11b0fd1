"""Merchants that are settled, for tests: what is bought and given back, days that close, and who of ours does what."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from florin.batch.payouts.payout_files import make_payout_file
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.clearing.settlement.agree_account import decide_account, propose_account
from florin.clearing.settlement.agree_terms import ProposeTerms, decide_terms, propose_terms
from florin.clearing.settlement.approve_statement import ApproveStatement, approve_statements
from florin.clearing.settlement.draft_statements import draft_statements
from florin.clearing.settlement.merchant_payouts import MERCHANT_PAYOUTS
from florin.clearing.settlement.pay_merchant_debt import PayMerchantDebt, pay_merchant_debt
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.merchant_terms import DatedMerchantTerms, MerchantTerms
from florin.domain.people import Actor
from florin.storage.payouts.payout_files import PayoutFile
from florin.storage.posting.request import Answer
from florin.storage.settlement.merchant_accounts import MerchantAccount
from florin.storage.settlement.merchant_terms import AgreedTerms
from florin.storage.settlement.statements import WhichStatements, list_merchant_payouts, list_statements
from tests.clearing.desk import Desk
from tests.till import fresh, subject
from tests.world import TODAY

ACCOUNT: Final = BankAccount.read("Shop 商店", "Bank of Honey", "6222021001234567")
OTHER_ACCOUNT: Final = BankAccount.read("Shop 商店", "Bank of Honey", "6222029999999999")

RICH_MINOR: Final = 4_000_00


Said = Answer | Decline


@dataclass
class Settling(Desk):
    """A shop that sells, and the people of ours who settle with it."""

    day: date = field(default=TODAY)
    programme: UUID | None = None

    def __post_init__(self) -> None:
        # Made before any day is closed: money comes into the world on its first day only.
        self.customer = self.world.member(principal_minor=RICH_MINOR, named=True, programme=self.within)

    @property
    def within(self) -> UUID:
        """The programme whose cards and members pay: home unless told."""
        return self.programme or self.world.home

    @property
    def merchant(self) -> UUID:
        return self.till.caller.id

    # What happens at the till -----------------------------------------------------------------------------------------

    async def buy(self, amount_minor: int, *, bonus_minor: int = 0) -> UUID:
        """A member pays, or on the first day somebody with a bonus on a card."""
        if bonus_minor:
            card = self.world.card(principal_minor=amount_minor, bonus_minor=bonus_minor)
            answer = await self.till.purchase(card.by_pin, amount_minor + bonus_minor)
        else:
            answer = await self.till.purchase(self.world.payment_code(self.customer), amount_minor)
        assert answer.decline is None, answer
        return subject(answer)

    async def refund(self, purchase_id: UUID, amount_minor: int) -> None:
        answer = await self.till.refund(purchase_id, amount_minor)
        assert answer.decline is None, answer

    async def void(self, purchase_id: UUID) -> None:
        answer = await self.till.void(purchase_id)
        assert answer.decline is None, answer

    def close_day(self) -> date:
        """The business day ends and is closed; the next one begins. Returns the day."""
        closed = self.day
        self.world.close_days(closed)
        self.day = closed + timedelta(days=1)
        return closed

    # What our people do -----------------------------------------------------------------------------------------------

    def bank_account(self) -> None:
        """The programme has one."""
        self.world.connection.execute(
            "INSERT INTO programme_bank_account (programme_id, holder, bank, number)"
            " VALUES (%s, 'Honeynut 农场', 'Bank of Honey', '6222021000000001') ON CONFLICT DO NOTHING",
            (self.within,),
        )

    async def agree(self, terms: MerchantTerms, effective_on: date | None = None) -> AgreedTerms | Decline:
        """Terms that one person proposes and another accepts."""
        dated = DatedMerchantTerms(effective_on or self.day, terms)
        command = ProposeTerms(self.within, self.merchant, dated)
        proposed = await propose_terms(self.house, self.corporate.finance, command, self.now)
        if isinstance(proposed, Decline):
            return proposed
        manager = self.corporate.manager
        return await decide_terms(self.house, manager, proposed.id, self.proof(manager), self.now, accept=True)

    async def confirm_account(self, account: BankAccount = ACCOUNT) -> MerchantAccount | Decline:
        """The merchant's account, proposed by one person and accepted by another."""
        proposed = await propose_account(self.house, self.corporate.finance, self.merchant, account, self.now)
        if isinstance(proposed, Decline):
            return proposed
        manager = self.corporate.manager
        return await decide_account(self.house, manager, proposed.id, self.proof(manager), self.now, accept=True)

    async def draft(self, *, by: Actor | None = None, clock: bool = False) -> list[date]:
        """Finance draws up what is missing, or the close of the day does."""
        actor = None if clock else by or self.corporate.finance
        days = await draft_statements(self.house, actor, self.within, self.now)
        assert not isinstance(days, Decline), days
        return days

    async def settle_day(self) -> MerchantStatement:
        """The day ends, its statement is drawn up and approved."""
        self.close_day()
        await self.draft()
        statement = (await self.statements())[-1]
        assert (await self.approve(statement))[1] is None
        return (await self.statements())[-1]

    async def approve(
        self, statement: MerchantStatement, *, by: Actor | None = None, key: str | None = None
    ) -> tuple[Said, Decline | None]:
        """A manager approves what a statement says here; the answer, and why not."""
        actor = by or self.corporate.manager
        commands = [ApproveStatement(statement.id, statement.details_hash)]
        approvals = await approve_statements(self.house, actor, commands, self.proof(actor), key or fresh("key"))
        if isinstance(approvals, Decline):
            return approvals, approvals
        ((_, said),) = approvals
        return said, said if isinstance(said, Decline) else said.decline

    async def pay(self) -> PayoutFile | Decline:
        """Finance makes a file of what is due."""
        return await make_payout_file(self.house, self.corporate.finance, self.within, self.now)

    async def pay_debt(
        self, amount_minor: int, reference: str | None = None, *, by: Actor | None = None, **other: object
    ) -> Decline | None:
        """Finance records that the shop has paid for cards; why not."""
        told: dict[str, Any] = {
            "programme_id": self.within, "merchant_id": self.merchant, "bank_reference": reference or fresh("bank"),
            "amount_minor": amount_minor, "unit": "CNY", "received_on": self.day, **other,
        }  # fmt: skip
        actor = by or self.corporate.finance
        said = await pay_merchant_debt(self.house, actor, PayMerchantDebt(**told), fresh("key"), self.now)
        return said if isinstance(said, Decline) else said.decline

    async def shown(self, payout_id: UUID, reference: str | None = None) -> Said:
        """The bank's statement shows the payment."""
        command = SettlePayout(payout_id, reference or fresh("bank"))
        return await settle_payout(self.house, self.corporate.finance, MERCHANT_PAYOUTS, command, fresh("key"))

    async def sent_back(self, payout_id: UUID) -> Said:
        command = ReturnPayout(payout_id, fresh("bank"), "no such account")
        return await return_payout(self.house, self.corporate.finance, MERCHANT_PAYOUTS, command, fresh("key"))

    # What is there ----------------------------------------------------------------------------------------------------

    async def statements(self) -> list[MerchantStatement]:
        """The shop's statements in the programme, the earliest first."""
        which = WhichStatements(programme_id=self.within, merchant_id=self.merchant)
        page = await list_statements(self.house.pool, which, None, 500)
        return sorted(page.items, key=lambda each: each.business_date)

    async def payouts(self) -> list[MerchantPayout]:
        """The shop's payouts, the earliest first."""
        page = await list_merchant_payouts(self.house.pool, None, 500, merchant_id=self.merchant)
        return [each for each in reversed(page.items) if each.programme_id == self.within]

    @property
    def payable(self) -> int:
        return self.standing(2040, self.merchant, self.within)

    @property
    def debt(self) -> int:
        """What the shop owes for cards."""
        return -self.standing(1030, self.merchant, self.within)

    @property
    def reserve(self) -> int:
        return self.standing(2041, self.merchant, self.within)
