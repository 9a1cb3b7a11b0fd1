"""What providers and banks say, written row by row beside a small book, so that a test can say exactly what differs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol
from uuid import UUID

import psycopg

from florin.domain.break_proposal import ProposalKind, movement_for
from florin.domain.break_record import Break
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.journal import Movement
from florin.domain.statement_file import BASIS, FileFormat
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation.break_rows import BREAK_COLUMNS, FROM_BREAKS, read_break
from tests.reconciliation.book import DAY, NOON, PRODUCT, PROGRAMME, Book

PROVIDER: Final = fresh_id()
KINDS: Final = {"in": "credit", "out": "refund"}

Breaks = dict[str, list[int]]
"""Differences in minor units, by kind."""


@dataclass
class Line:
    """A line that somebody says; amounts in minor units."""

    amount_minor: int
    key: str | None = None
    direction: str = "in"
    other_key: str | None = None
    origin_key: str | None = None
    mentions: tuple[str, ...] = ()
    fee_minor: int = 0
    status: str = "done"
    kind: str | None = None
    day: date | None = None
    payout_key: str | None = None


class Rows(Protocol):
    """Where rows are written as they are: a small book, or a world."""

    connection: psycopg.Connection

    def insert(self, table: str, **row: object) -> None:
        """One row."""


@dataclass
class Statements:
    """A provider and a bank, and what they say."""

    rows: Rows
    programme: UUID
    provider_owner: UUID
    provider: UUID = field(default_factory=fresh_id)
    bank: UUID = field(default_factory=fresh_id)

    def __post_init__(self) -> None:
        self._counterparty(self.provider, "provider", "sandbox", self.provider_owner, ["wechat_trade"], None)
        self._counterparty(self.bank, "bank", "icbc", self.programme, ["camt_053"], "110907654321098")

    def _counterparty(
        self, id_: UUID, kind: str, code: str, owner: UUID, formats: list[str], account: str | None
    ) -> None:
        self.rows.insert(
            "counterparty",
            id=id_, kind=kind, code=code, name=code, programme_id=self.programme, owner_id=owner,
            account_number=account, currency="CNY", formats=formats, lag_days=2, date_window_days=1,
            amount_tolerance_minor=0, fee_tolerance_minor=0, write_off_limit_minor=0, is_numbered=False,
            created_at=NOON,
        )  # fmt: skip

    def says(self, who: UUID, *lines: Line, day: date = DAY, form: FileFormat | None = None) -> UUID:
        """A statement of a day with these lines, of a bank's or provider's usual form; the id of its file."""
        file, statement = fresh_id(), fresh_id()
        form = form or (FileFormat.WECHAT_TRADE if who == self.provider else FileFormat.CAMT_053)
        basis = BASIS[form]
        self.rows.insert(
            "statement_file",
            id=file, counterparty_id=who, format=form, name="bill",
            sha256=file.bytes * 2, size_bytes=1, day=day, state="taken_in", given_at=NOON, read_at=NOON, statements=1,
            lines=len(lines),
        )  # fmt: skip
        sums = {way: sum(each.amount_minor for each in lines if each.direction == way) for way in KINDS}
        self.rows.insert(
            "statement",
            id=statement, file_id=file, position=1, counterparty_id=who, basis=basis, is_last_page=True, currency="CNY",
            from_on=day, to_on=day, lines=len(lines), in_minor=sums["in"], out_minor=sums["out"], taken_in_at=NOON,
        )  # fmt: skip
        for position, line in enumerate(lines, 1):
            self.rows.insert(
                "statement_line",
                id=fresh_id(), file_id=file, statement_id=statement, counterparty_id=who, position=position,
                line_number=position, basis=basis, kind=line.kind or KINDS[line.direction], direction=line.direction,
                amount_minor=line.amount_minor, fee_minor=line.fee_minor, currency="CNY", booked_on=line.day or day,
                key=line.key, origin_key=line.origin_key, other_key=line.other_key, mentions=list(line.mentions),
                status=line.status, their_type="type", payout_key=line.payout_key,
            )  # fmt: skip
        return file

    def breaks(self, *, ended: bool = False) -> Breaks:
        """The breaks that are alive, or that have ended, by kind."""
        found: Breaks = {}
        query = "SELECT kind, amount_minor FROM break WHERE (ended_at IS NOT NULL) = %s ORDER BY kind, amount_minor"
        for kind, amount_minor in self.rows.connection.execute(query, (ended,)):
            found.setdefault(kind, []).append(amount_minor)
        return found

    def passes(self) -> list[str]:
        """By which pass each row of matches was made."""
        return [name for (name,) in self.rows.connection.execute("SELECT pass FROM matched ORDER BY pass, line_id")]


class Outside(Statements):
    """A provider and a bank beside a small book."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, PROGRAMME.id, PROVIDER)
        self.book = book
        self.member = self.book.member()
        self.customer = fresh_id()
        self.book.open_account(2030, self.customer)

    def top_up(self, amount_minor: int, day: date = DAY, paid_minor: int | None = None) -> str:
        """A payment in our book, or, where another amount was paid, beside it; the reference that the provider has."""
        payment = fresh_id()
        disputed = paid_minor is not None
        leg = (amount_minor, 1020, PROVIDER, 2020, self.member)
        journal = None if disputed else self.book.post("top_up", leg, announced="top_up.completed", day=day)
        self.book.insert(
            "payment",
            id=payment, shard=0, programme_id=PROGRAMME.id, member_id=self.member, provider="sandbox",
            provider_id=PROVIDER, purpose="top_up", amount_minor=amount_minor, unit="CNY",
            status="disputed" if disputed else "credited", provider_reference=f"their-{payment.hex}", created_at=NOON,
            expires_at=NOON, paid_minor=paid_minor or amount_minor, paid_unit="CNY", paid_at=NOON, refunded_minor=0,
            journal_id=journal, ended_at=NOON,
        )  # fmt: skip
        return payment.hex

    def goes_back(self, payment: str, amount_minor: int, *, fails: bool = False) -> str:
        """A payment goes back to its payer, or cannot; the reference of the refund that the provider has."""
        refund = fresh_id()
        leg = (amount_minor, 2020, self.member, 1020, PROVIDER)
        journal = self.book.post("top_up_refunded", leg, announced="top_up.refunded")
        self.book.insert(
            "payment_refund",
            id=refund, shard=0, programme_id=PROGRAMME.id, payment_id=UUID(payment), member_id=self.member,
            cause="cooling_off", amount_minor=amount_minor, unit="CNY", status="paid",
            requested_by=self.member, requested_at=NOON, journal_id=journal, ended_at=NOON,
        )  # fmt: skip
        if fails:
            self.refuses(refund.hex, amount_minor)
        return refund.hex

    def refuses(self, refund: str, amount_minor: int, day: date = DAY) -> None:
        """The provider says that it will not pay a refund, so the money is put back."""
        again = (amount_minor, 1020, PROVIDER, 2020, self.member)
        journal = self.book.post("top_up_refund_failed", again, announced="top_up.refund_failed", day=day)
        query = "UPDATE payment_refund SET status = 'failed', put_back_journal_id = %s WHERE id = %s"
        self.book.connection.execute(query, (journal, UUID(refund)))

    def sells_card(self, face_minor: int, price_minor: int) -> str:
        """A card that a member has bought online, worth more than its price; the reference that the provider has."""
        card, payment = self.book.card(), fresh_id()
        bought = (price_minor, 1020, PROVIDER, 2010, card)
        given = (face_minor - price_minor, 5010, PROGRAMME.id, 2011, card)
        journal = self.book.post("card_activated", bought, given, announced="card.activated")
        self.book.insert(
            "payment",
            id=payment, shard=0, programme_id=PROGRAMME.id, member_id=self.member, provider="sandbox",
            provider_id=PROVIDER, purpose="card", amount_minor=price_minor, unit="CNY", status="credited",
            created_at=NOON, expires_at=NOON, paid_minor=price_minor, paid_unit="CNY", paid_at=NOON, refunded_minor=0,
            journal_id=journal, ended_at=NOON, product_id=PRODUCT, face_minor=face_minor, card_id=card,
        )  # fmt: skip
        return payment.hex

    def receipt(self, amount_minor: int, reference: str | None, bank_reference: str, day: date = DAY) -> UUID:
        """Money of a company that finance has recorded."""
        journal = self.book.post(
            "funding_received", (amount_minor, 1010, PROGRAMME.id, 2030, self.customer), announced="funding.received",
            day=day,
        )  # fmt: skip
        self.book.insert(
            "receipt",
            id=fresh_id(), shard=0, programme_id=PROGRAMME.id, customer_id=self.customer, method="bank_transfer",
            bank_reference=bank_reference, amount_minor=amount_minor, unit="CNY", payment_reference=reference,
            parties_encrypted=b"", received_on=day, recorded_by=fresh_id(), journal_id=journal, posted_at=NOON,
        )  # fmt: skip
        return journal

    def postable(self) -> list[Break]:
        """The breaks alive that an adjusting posting could put right, in the order of their ids."""
        query = f"SELECT {BREAK_COLUMNS} {FROM_BREAKS} WHERE b.ended_at IS NULL ORDER BY b.id"
        found = map(read_break, self.book.connection.execute(query.encode()))
        return [each for each in found if not isinstance(_movement(each), Decline)]

    def put_right(self, known: Break) -> None:
        """Two people have agreed on a posting for the break."""
        movement = _movement(known)
        assert isinstance(movement, tuple)
        amount_minor, debit, credit = movement
        leg = (amount_minor, debit.code, debit.owner_id, credit.code, credit.owner_id)
        journal = self.book.post("difference_adjusted", leg, announced="break.adjusted", day=LATE)
        self.book.insert(
            "break_proposal",
            id=fresh_id(), break_id=known.id, kind="adjust", reason="their_error", amount_minor=amount_minor,
            debit_code=debit.code, debit_owner=debit.owner_id, credit_code=credit.code, credit_owner=credit.owner_id,
            proposed_by=fresh_id(), proposed_person=fresh_id(), proposed_at=NOON, state="approved",
            decided_by=fresh_id(), decided_person=fresh_id(), decided_at=NOON, journal_id=journal,
        )  # fmt: skip
        self.book.connection.execute("UPDATE break SET state = 'posted', ended_at = %s WHERE id = %s", (NOON, known.id))


def _movement(known: Break) -> Movement | Decline | None:
    return movement_for(known, ProposalKind.ADJUST, AccountCode.RECONCILIATION_DIFFERENCES)


LATE: Final = DAY + timedelta(days=9)
"""A day on which everything of `DAY` is overdue."""
