"""What providers and banks say, written row by row beside a small book, so that a test can say exactly what differs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from florin.storage.fresh_ids import fresh_id
from tests.reconciliation.book import DAY, NOON, PROGRAMME, Book

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


@dataclass
class Outside:
    """A provider and a bank beside a book."""

    book: Book
    provider: UUID = field(default_factory=fresh_id)
    bank: UUID = field(default_factory=fresh_id)

    def __post_init__(self) -> None:
        self._counterparty(self.provider, "provider", "sandbox", PROVIDER, ["wechat_trade"], None)
        self._counterparty(self.bank, "bank", "icbc", PROGRAMME.id, ["camt_053"], "110907654321098")
        self.member = self.book.member()
        self.customer = fresh_id()
        self.book.open_account(2030, self.customer)

    def _counterparty(
        self, id_: UUID, kind: str, code: str, owner: UUID, formats: list[str], account: str | None
    ) -> None:
        self.book.insert(
            "counterparty",
            id=id_, kind=kind, code=code, name=code, programme_id=PROGRAMME.id, owner_id=owner, account_number=account,
            currency="CNY", formats=formats, lag_days=2, date_window_days=1, amount_tolerance_minor=0,
            fee_tolerance_minor=0, write_off_limit_minor=0, is_numbered=False, created_at=NOON,
        )  # fmt: skip

    def top_up(self, amount_minor: int, day: date = DAY, paid_minor: int | None = None) -> str:
        """A payment in our book, or, where another amount was paid, beside it; the reference that the provider has."""
        payment = fresh_id()
        disputed = paid_minor is not None
        leg = (amount_minor, 1020, PROVIDER, 2020, self.member)
        journal = None if disputed else self.book.post("top_up", leg, announced="top_up.credited", day=day)
        self.book.insert(
            "payment",
            id=payment, shard=0, programme_id=PROGRAMME.id, member_id=self.member, provider="sandbox",
            provider_id=PROVIDER, purpose="top_up", amount_minor=amount_minor, unit="CNY",
            status="disputed" if disputed else "credited", provider_reference=f"their-{payment.hex}", created_at=NOON,
            expires_at=NOON, paid_minor=paid_minor or amount_minor, paid_unit="CNY", paid_at=NOON, refunded_minor=0,
            journal_id=journal, ended_at=NOON,
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

    def says(self, who: UUID, *lines: Line, day: date = DAY, basis: str | None = None) -> UUID:
        """A statement of a day with these lines; the id of its file."""
        file, statement = fresh_id(), fresh_id()
        basis = basis or ("trade" if who == self.provider else "funds")
        self.book.insert(
            "statement_file",
            id=file, counterparty_id=who, format="wechat_trade" if basis == "trade" else "camt_053", name="bill",
            sha256=file.bytes * 2, size_bytes=1, day=day, state="taken_in", given_at=NOON, read_at=NOON, statements=1,
            lines=len(lines),
        )  # fmt: skip
        sums = {way: sum(each.amount_minor for each in lines if each.direction == way) for way in KINDS}
        self.book.insert(
            "statement",
            id=statement, file_id=file, position=1, counterparty_id=who, basis=basis, is_last_page=True, currency="CNY",
            from_on=day, to_on=day, lines=len(lines), in_minor=sums["in"], out_minor=sums["out"], taken_in_at=NOON,
        )  # fmt: skip
        for position, line in enumerate(lines, 1):
            self.book.insert(
                "statement_line",
                id=fresh_id(), file_id=file, statement_id=statement, counterparty_id=who, position=position,
                line_number=position, basis=basis, kind=line.kind or KINDS[line.direction], direction=line.direction,
                amount_minor=line.amount_minor, fee_minor=line.fee_minor, currency="CNY", booked_on=line.day or day,
                key=line.key, origin_key=line.origin_key, other_key=line.other_key, mentions=list(line.mentions),
                status=line.status, their_type="type",
            )  # fmt: skip
        return file

    def breaks(self, *, ended: bool = False) -> Breaks:
        """The breaks that are alive, or that have ended, by kind."""
        found: Breaks = {}
        query = "SELECT kind, amount_minor FROM break WHERE (ended_at IS NOT NULL) = %s ORDER BY kind, amount_minor"
        for kind, amount_minor in self.book.connection.execute(query, (ended,)):
            found.setdefault(kind, []).append(amount_minor)
        return found

    def passes(self) -> list[str]:
        """By which pass each row of matches was made."""
        return [name for (name,) in self.book.connection.execute("SELECT pass FROM matched ORDER BY pass, line_id")]


LATE: Final = DAY + timedelta(days=9)
"""A day on which everything of `DAY` is overdue."""
