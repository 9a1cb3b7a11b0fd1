import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from florin.domain.chart import AccountCode
from florin.domain.identifiers import shard_of
from florin.storage.book.statements import (
    Balances,
    ConsumptionRecord,
    LotBalance,
    RechargeRecord,
    balances_of,
    consumption_records,
    recharge_records,
    statement,
)
from florin.storage.connect import Connection, Pool
from florin.storage.fresh_ids import fresh_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROGRAMME, MERCHANT, TILL = fresh_id(), fresh_id(), fresh_id()
WALLET = AccountCode.WALLET_PRINCIPAL

TRANSFER = """
INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
    credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at, posted_at)
VALUES (%(journal)s, 0, %(shard)s, %(programme)s, %(event)s, 'CNY', %(amount)s, %(debit)s, %(debit_owner)s, %(credit)s,
    %(credit_owner)s, %(sequence)s, %(balance)s, '2026-03-01', %(now)s, %(now)s)
"""
OPERATION = """
INSERT INTO operation (caller_id, key, fingerprint, verb, answer, reference, subject_id, journal_id, actor_id,
    posted_at)
VALUES (%(caller)s, %(key)s, %(caller)s, %(event)s, '{}', %(reference)s, %(subject)s, %(journal)s, %(caller)s, %(now)s)
"""
PURCHASE = """
INSERT INTO purchase (id, shard, programme_id, merchant_id, reference, owner_kind, owner_id, unit, requested_minor,
    principal_minor, bonus_minor, status, journal_id, event_at, posted_at)
VALUES (%s, 0, %s, %s, %s, %s, %s, 'CNY', %s, %s, %s, 'completed', %s, %s, %s)
"""
REDEMPTION = "INSERT INTO redemption VALUES (%s, 0, %s, %s, 'CNY', %s, %s, %s)"
ACCOUNT = "INSERT INTO strict_account VALUES (%s, %s, 0, %s, 'CNY', %s, %s, %s)"
HOLD = """
INSERT INTO hold (id, shard, programme_id, merchant_id, reference, owner_kind, owner_id, unit, principal_minor,
    bonus_minor, status, expires_at, opened_at)
VALUES (%s, 0, %s, %s, 'h', 'member', %s, 'CNY', %s, %s, 'open', %s, %s)
"""


@pytest.fixture(autouse=True)
async def _merchant(connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO merchant VALUES (%s, 'nut', 'Nut shop', 'active', 'ACDEFGHJ', %s)", (MERCHANT, NOW)
    )


@dataclass
class Wallet:
    """A wallet's account and the postings that a test makes on it."""

    connection: Connection
    owner: UUID = field(default_factory=fresh_id)
    code: AccountCode = WALLET
    sequence: int = 0
    balance_minor: int = 0

    async def post(
        self, event: str, amount_minor: int, other: AccountCode, other_owner: UUID, subject: UUID | None = None
    ) -> UUID:
        """Post an amount (negative when it goes out) against a flow account and return the journal."""
        self.sequence += 1
        self.balance_minor += amount_minor
        ours, theirs = (int(self.code), self.owner), (int(other), other_owner)
        (debit, debit_owner), (credit, credit_owner) = (ours, theirs) if amount_minor < 0 else (theirs, ours)
        journal = fresh_id(shard_of(self.owner))
        row = {
            "journal": journal, "shard": shard_of(self.owner), "programme": PROGRAMME, "event": event,
            "amount": abs(amount_minor), "debit": debit, "debit_owner": debit_owner, "credit": credit,
            "credit_owner": credit_owner, "sequence": self.sequence, "balance": self.balance_minor, "now": NOW,
            "caller": TILL, "key": f"key-{journal}", "reference": f"order-{self.code}-{self.owner.hex}-{self.sequence}",
            "subject": subject,
        }  # fmt: skip
        async with self.connection.transaction():
            await self.connection.execute(TRANSFER, row)
            await self.connection.execute(OPERATION, row)
        return journal


async def all_pages(pool: Pool, wallet: Wallet, limit: int) -> Sequence[int]:
    """The sequence numbers of a whole statement, read page by page."""
    seen: list[int] = []
    after: int | None = None
    while True:
        page = await statement(pool, wallet.owner, wallet.code, limit, after)
        assert len(page.items) <= limit
        seen += [line.sequence for line in page.items]
        assert len(seen) <= wallet.sequence, "a page led back to lines that were shown before"
        after = page.next_after
        if after is None:
            return seen


async def test_a_line_says_what_happened_with_whom_and_what_was_left(pool: Pool, connection: Connection) -> None:
    wallet, card = Wallet(connection), fresh_id()
    loaded = await wallet.post("card_redeemed", 10_000, AccountCode.REDEMPTION_CLEARING, PROGRAMME, card)
    await connection.execute(REDEMPTION, (card, wallet.owner, 10_000, "4321", loaded, NOW))
    bought = await wallet.post("purchase", -1_250, AccountCode.MERCHANT_PAYABLE, MERCHANT)

    page = await statement(pool, wallet.owner, WALLET, 50)

    shown = [
        (x.sequence, x.event, x.amount_minor, x.balance_after_minor, x.merchant_name, x.card_last4, x.journal_id)
        for x in page.items
    ]
    assert [
        (2, "purchase", -1_250, 8_750, "Nut shop", None, bought),
        (1, "card_redeemed", 10_000, 10_000, None, "4321", loaded),
    ] == shown
    assert [f"order-2020-{wallet.owner.hex}-2", f"order-2020-{wallet.owner.hex}-1"] == [x.reference for x in page.items]
    assert page.next_after is None


async def test_each_account_has_a_statement_of_its_own(pool: Pool, connection: Connection) -> None:
    principal = Wallet(connection)
    bonus = Wallet(connection, principal.owner, AccountCode.WALLET_BONUS)
    card = Wallet(connection, fresh_id(), AccountCode.CARD_PRINCIPAL)
    await principal.post("top_up", 500, AccountCode.PROVIDER_RECEIVABLE, TILL)
    await bonus.post("card_redeemed", 70, AccountCode.REDEMPTION_CLEARING, PROGRAMME)
    await card.post("card_activated", 9_000, AccountCode.MERCHANT_RECEIVABLE, MERCHANT)

    lines = [(await statement(pool, each.owner, each.code, 50)).items for each in (principal, bonus, card)]

    assert [[500], [70], [9_000]] == [[line.amount_minor for line in each] for each in lines]
    assert [None, None, "Nut shop"] == [each[0].merchant_name for each in lines]
    assert () == (await statement(pool, fresh_id(), WALLET, 50)).items


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 8])
async def test_pages_of_any_size_show_every_line_once(pool: Pool, connection: Connection, limit: int) -> None:
    wallet = Wallet(connection)
    for _ in range(7):
        await wallet.post("top_up", 100, AccountCode.PROVIDER_RECEIVABLE, TILL)

    assert [7, 6, 5, 4, 3, 2, 1] == await all_pages(pool, wallet, limit)


async def test_pages_have_no_gap_and_no_double_while_postings_go_on(pool: Pool, connection: Connection) -> None:
    wallet = Wallet(connection)
    for _ in range(30):
        await wallet.post("top_up", 100, AccountCode.PROVIDER_RECEIVABLE, TILL)

    async def keep_posting() -> None:
        # As many as a short statement takes to read: without end, they would lengthen it as quickly as it is read.
        for _ in range(10):
            await wallet.post("purchase", -1, AccountCode.MERCHANT_PAYABLE, MERCHANT)

    for limit in (1, 2, 4, 7) * 3:
        seen, _ = await asyncio.gather(all_pages(pool, wallet, limit), keep_posting())
        assert list(range(seen[0], 0, -1)) == seen


async def test_a_members_purchases_are_listed_with_what_they_took(pool: Pool, connection: Connection) -> None:
    member, card, journal = fresh_id(), fresh_id(), fresh_id()
    first, second, third, foreign = (fresh_id(0) for _ in range(4))
    for number, (purchase, kind, owner) in enumerate(
        [(first, "member", member), (second, "member", member), (third, "member", member), (foreign, "card", card)]
    ):
        ids = (purchase, PROGRAMME, MERCHANT, f"order-{number}", kind, owner)
        await connection.execute(PURCHASE, (*ids, 1_000, 700, 200, journal, NOW, NOW))
    newest_first = sorted((first, second, third), reverse=True)

    page = await consumption_records(pool, member, 2)
    rest = await consumption_records(pool, member, 2, page.next_after)

    assert newest_first == [each.purchase_id for each in (*page.items, *rest.items)]
    assert rest.next_after is None
    last = next(each for each in (*page.items, *rest.items) if each.purchase_id == first)
    expected = ConsumptionRecord(
        first, MERCHANT, "Nut shop", "order-0", "CNY", 1_000, 700, 200, 0, 0, "completed", journal, NOW, NOW
    )
    assert expected == last


async def test_a_members_recharges_are_listed(pool: Pool, connection: Connection) -> None:
    member, other = fresh_id(), fresh_id()
    cards = [(fresh_id(), journal) for journal in sorted(fresh_id() for _ in range(3))]
    for card, journal in cards:
        await connection.execute(REDEMPTION, (card, member, 20_000, "0007", journal, NOW))
    await connection.execute(REDEMPTION, (fresh_id(), other, 1, "0008", fresh_id(), NOW))

    page = await recharge_records(pool, member, 2)
    rest = await recharge_records(pool, member, 2, page.next_after)

    expected = [RechargeRecord(card, "0007", 20_000, "CNY", journal, NOW) for card, journal in reversed(cards)]
    assert expected == [*page.items, *rest.items]
    assert rest.next_after is None


async def test_balances_show_each_lot_and_both_together(pool: Pool, connection: Connection) -> None:
    member = fresh_id()
    await connection.execute(ACCOUNT, (member, 2021, PROGRAMME, 500, 100, 1))
    await connection.execute(ACCOUNT, (member, 2020, PROGRAMME, 9_000, 1_000, 3))

    balances = await balances_of(pool, member, NOW)

    assert Balances((LotBalance(2020, "CNY", 9_000, 1_000), LotBalance(2021, "CNY", 500, 100))) == balances
    assert ("CNY", 9_500, 8_400) == (balances.unit, balances.balance_minor, balances.available_minor)
    assert await balances_of(pool, fresh_id(), NOW) is None


async def test_a_hold_whose_time_has_passed_reserves_nothing(pool: Pool, connection: Connection) -> None:
    member = fresh_id()
    await connection.execute(ACCOUNT, (member, 2020, PROGRAMME, 9_000, 1_300, 3))
    await connection.execute(ACCOUNT, (member, 2021, PROGRAMME, 500, 100, 1))
    for principal_minor, bonus_minor, seconds in ((1_000, 100, 60), (300, 0, 120)):
        expires_at = NOW + timedelta(seconds=seconds)
        hold = (fresh_id(), PROGRAMME, MERCHANT, member, principal_minor, bonus_minor, expires_at, NOW)
        await connection.execute(HOLD, hold)

    held = {
        seconds: [each.held_minor for each in balances.lots]
        for seconds in (59, 60, 120)
        if (balances := await balances_of(pool, member, NOW + timedelta(seconds=seconds)))
    }

    assert {59: [1_300, 100], 60: [300, 0], 120: [0, 0]} == held
