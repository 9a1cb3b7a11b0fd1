"""What is answered about counterparties and statements, as types."""

from datetime import date
from typing import Annotated

from msgspec import Meta, field

from florin.api.money.money_answers import AnswerPart, Instant
from florin.domain.counterparty import CounterpartyKind
from florin.domain.statement_file import FileFormat, FileState, ProblemCode
from florin.domain.statement_line import Basis, Direction, EntryStatus, LineKind


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


CounterpartyId = Annotated[str, _id("cpy")]
MinorUnits = Annotated[int, Meta(ge=0, description="Minor units of the counterparty's currency.")]


class SignedMoney(AnswerPart):
    """An amount in minor units, below zero where we owe, or where a fee was given back."""

    amount: int
    currency: str


class StatementColumns(AnswerPart):
    """Where a table has what: titles of columns, null where it has none, and how things are written in them."""

    day: str
    day_form: str
    amount: str | None
    amount_in: str | None
    amount_out: str | None
    fee: str | None
    balance: str | None
    value_day: str | None
    currency: str | None
    account: str | None
    key: str | None
    other_key: str | None
    payout_key: str | None
    kind: str | None
    text: str | None
    party: str | None
    party_account: str | None
    encoding: str
    delimiter: str
    point: str
    grouping: str
    skipped_lines: int
    is_newest_first: bool


class CounterpartyAnswer(AnswerPart):
    """A bank account of ours or a payment provider, and the terms of its reconciliation."""

    id: CounterpartyId
    kind: CounterpartyKind
    code: str
    programme_id: Annotated[str, _id("prg")]
    account_number: str | None
    currency: str
    name: str
    formats: list[FileFormat]
    columns: StatementColumns | None
    lag_days: int
    date_window_days: int
    amount_tolerance: MinorUnits
    fee_tolerance: MinorUnits
    write_off_limit: MinorUnits
    is_numbered: bool
    fetched_from: date | None
    created_at: Instant


class CounterpartyPage(AnswerPart):
    """Some counterparties, and the cursor of the next page."""

    items: list[CounterpartyAnswer]
    next_cursor: str | None


class StatementFileProblem(AnswerPart):
    """Why a file is kept apart, and the line of it where that shows, if it shows in one."""

    code: ProblemCode
    line: int | None
    detail: str


class StatementFileAnswer(AnswerPart):
    """A file: received, then taken in whole or kept apart whole."""

    id: Annotated[str, _id("stf")]
    counterparty_id: CounterpartyId
    format: FileFormat
    name: str
    sha256: str
    size_bytes: int
    day: date | None
    state: FileState
    given_at: Instant
    read_at: Instant | None
    problem: StatementFileProblem | None
    statements: int
    lines: int


class StatementFilePage(AnswerPart):
    """Some files, and the cursor of the next page."""

    items: list[StatementFileAnswer]
    next_cursor: str | None


class StatementAnswer(AnswerPart):
    """A statement of a file: an account and a period, with its balances where the format has them."""

    id: Annotated[str, _id("stm")]
    counterparty_id: CounterpartyId
    basis: Basis
    reference: str | None
    sequence: int | None
    page: int | None
    from_: date = field(name="from")
    to: date
    opening: SignedMoney | None
    closing: SignedMoney | None
    in_: SignedMoney = field(name="in")
    out: SignedMoney
    lines: int


class StatementFileWhole(StatementFileAnswer):
    """A file with its first hundred statements."""

    first_statements: list[StatementAnswer]


class StatementLineAnswer(AnswerPart):
    """An entry as seen from us: `net` is what it adds to what the other side owes us."""

    id: Annotated[str, _id("stl")]
    statement_id: Annotated[str, _id("stm")]
    line_number: int
    kind: LineKind
    direction: Direction
    amount: SignedMoney
    fee: SignedMoney
    net: SignedMoney
    booked_on: date
    value_on: date | None
    event_at: Instant | None
    key: str | None
    origin_key: str | None
    other_key: str | None
    payout_key: str | None
    status: EntryStatus
    their_type: str
    text: str | None
    party: str | None
    party_account: str | None


class StatementLinePage(AnswerPart):
    """Some lines, in the order of their file, and the cursor of the next page."""

    items: list[StatementLineAnswer]
    next_cursor: str | None
