"""What is sent about counterparties."""

from dataclasses import fields as fields_of
from typing import Annotated

from pydantic import Field

from florin.api.fields import Choice, Day, Fields, Line, ProgrammeId
from florin.api.statements import examples
from florin.domain.column_mapping import MOST_SKIPPED_LINES, ColumnMapping
from florin.domain.counterparty import LONGEST_LAG_DAYS, CounterpartyKind, CounterpartyTerms
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.statement_file import FileFormat

Title = Annotated[str | None, Field(min_length=1, max_length=64)]
Days = Annotated[int, Field(ge=0, le=LONGEST_LAG_DAYS)]
Limit = Annotated[int, Field(ge=0, le=MAX_AMOUNT_MINOR)]


class ColumnsFields(Fields):
    """Titles of columns, and how what stands in them is written; either `amount`, or `amount_in` and `amount_out`."""

    day: Annotated[str, Field(min_length=1, max_length=64)]
    day_form: Annotated[str, Field(max_length=20)] = "%Y-%m-%d"
    amount: Title = None
    amount_in: Title = None
    amount_out: Title = None
    fee: Title = None
    balance: Title = None
    value_day: Title = None
    currency: Title = None
    account: Title = None
    key: Title = None
    other_key: Title = None
    payout_key: Title = None
    kind: Title = None
    text: Title = None
    party: Title = None
    party_account: Title = None
    encoding: Annotated[str, Field(max_length=20)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    point: Annotated[str, Field(min_length=1, max_length=1)] = "."
    grouping: Annotated[str, Field(max_length=1)] = ""
    skipped_lines: Annotated[int, Field(ge=0, le=MOST_SKIPPED_LINES)] = 0
    is_newest_first: bool = False

    def read(self) -> ColumnMapping:
        """The mapping; `InvalidField` for what no table can have."""
        return ColumnMapping(**{each.name: getattr(self, each.name) for each in fields_of(ColumnMapping)})


class TermsFields(Fields, example=examples.TERMS):
    """What finance may change of a counterparty; tolerances and the limit are minor units of its currency."""

    name: Line
    formats: Annotated[list[Annotated[FileFormat, Choice]], Field(min_length=1, max_length=len(FileFormat))]
    columns: ColumnsFields | None = None
    lag_days: Days = 1
    date_window_days: Days = 3
    amount_tolerance: Limit = 0
    fee_tolerance: Limit = 0
    write_off_limit: Limit = 0
    is_numbered: bool = False
    fetched_from: Day | None = None

    def read(self) -> CounterpartyTerms:
        """The terms; `InvalidField` for what none can have."""
        return CounterpartyTerms(
            name=self.name,
            formats=frozenset(self.formats),
            columns=None if self.columns is None else self.columns.read(),
            lag_days=self.lag_days,
            date_window_days=self.date_window_days,
            amount_tolerance_minor=self.amount_tolerance,
            fee_tolerance_minor=self.fee_tolerance,
            write_off_limit_minor=self.write_off_limit,
            is_numbered=self.is_numbered,
            fetched_from=self.fetched_from,
        )


class CounterpartyFields(TermsFields, example=examples.NEW_COUNTERPARTY):
    """A counterparty to be registered; the code of a provider is the one of our settings, which payments carry."""

    kind: Annotated[CounterpartyKind, Choice]
    code: Annotated[str, Field(min_length=1, max_length=32)]
    programme_id: ProgrammeId
    account_number: Annotated[str | None, Field(max_length=60)] = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class ReadAgainFields(Fields, example={}):
    """As which format, and of which day, a file is to be read again; null: as before."""

    format: Annotated[FileFormat | None, Choice] = None
    day: Day | None = None
