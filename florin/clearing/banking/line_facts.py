"""Everything that a line of a bank names, and what can be told of who has paid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.banking.line_details import opened_details
from florin.clearing.customers.record_receipt import require_bank_reference
from florin.clearing.house import ClearingHouse
from florin.domain.bank_line import LineFacts, NamedDebtor
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.payment_reference import normalise_reference
from florin.domain.programme import Programme
from florin.domain.receipt import Parties, Party
from florin.domain.statement_line import LineDetails
from florin.storage.banking.lines_to_book import LineToBook
from florin.storage.banking.named_in_lines import merchants_named, orders_named, payments_named, receipt_of
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.settlement.merchant_debts import debt_of

# As a payment's end-to-end id has it, or as what it is for does, whose kind stands before it.
_ID: Final = re.compile("(?:[a-z]{3}_)?([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A line with what it is about; ``parties`` are those of a receipt, None where the payer is not told whole."""

    line: LineToBook
    programme: Programme
    facts: LineFacts
    details: LineDetails = field(repr=False)
    parties: Parties | None = field(repr=False)

    @property
    def bank_reference(self) -> str:
        """What the bank calls the movement; where it has no name of its own for it, what we call the line."""
        theirs = self.line.other_key
        own = wire_id("statement_line", self.line.id)
        if theirs is None or self.line.shares_reference:
            return own
        try:
            require_bank_reference(theirs)
        except InvalidField:
            return own
        return theirs


async def look_at(house: ClearingHouse, line: LineToBook, programme: Programme) -> LookedAt:
    """Read everything that a line names."""
    details = LineDetails()
    if line.details_encrypted is not None:
        details = opened_details(line.details_encrypted, line.id, house.vault.statement_details)
    references, ids = set(_references(line)), set(_ids(line))
    parties = await _parties(house, line, programme, details)
    facts = LineFacts(
        kind=line.kind,
        direction=line.direction,
        their_type=line.their_type,
        amount_minor=line.amount_minor,
        currency=line.currency,
        programme_id=line.programme_id,
        unit=programme.unit,
        has_payer=parties is not None,
        payments=await payments_named(house.pool, ids),
        orders=await orders_named(house.pool, references),
        debtors=await _debtors(house, programme, references),
        known_receipt_journal_id=await receipt_of(house.pool, line, references),
    )
    return LookedAt(line, programme, facts, details, parties)


async def _debtors(house: ClearingHouse, programme: Programme, references: set[str]) -> tuple[NamedDebtor, ...]:
    named = await merchants_named(house.pool, references)
    debts = [await debt_of(house.pool, programme, each) for each in named]
    return tuple(NamedDebtor(each.merchant_id, each.owed_minor) for each in debts)


async def _parties(
    house: ClearingHouse, line: LineToBook, programme: Programme, details: LineDetails
) -> Parties | None:
    account = await bank_account_of(house.pool, programme.id)
    payee = Party(programme.name if account is None else account.holder, line.account_number)
    if details.party is None or details.party_account is None:
        return None
    try:
        return Parties(Party.read("payer", details.party, details.party_account), payee)
    except InvalidField:
        return None


def _references(line: LineToBook) -> Iterator[str]:
    for text in _texts(line):
        reference = normalise_reference(text)
        if reference is not None:
            yield reference


def _ids(line: LineToBook) -> Iterator[UUID]:
    for text in _texts(line):
        plain = text.replace("-", "").lower()
        if found := _ID.fullmatch(plain):
            yield UUID(found[1])


def _texts(line: LineToBook) -> list[str]:
    return [*line.mentions, *(each for each in (line.key,) if each is not None)]
