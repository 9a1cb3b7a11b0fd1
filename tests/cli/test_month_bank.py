"""The bank of the story writes statements that our own reader understands, and that foot."""

from datetime import date
from io import BytesIO

from florin.batch.demo_programme import BANK_ACCOUNT
from florin.cli.month.bank import Bank, Entry
from florin.domain.statement_line import LineKind, StatementLine
from florin.domain.statement_totals import StatementFooted, footed
from florin.reconciliation.files.camt053 import read_camt053

DAY = date(2026, 3, 2)


def test_a_day_at_the_bank_is_read_as_it_was_booked_and_the_next_goes_on_from_it() -> None:
    bank = Bank(BANK_ACCOUNT, "CNY", balance_minor=100_00)
    bank.book(Entry(88_00, "Wang & Sons <Ltd>", "thank you", other_account="6217000010012345678"))
    bank.book(Entry(-30_00, "王芳", "closure", "01a2041f9c207ff3a84b03f12a0409c0"))
    bank.charge(1_50, "account fee")
    first, second = list(footed(read_camt053(BytesIO(bank.statement(DAY))))), bank.statement(date(2026, 3, 3))

    lines = [each for each in first if isinstance(each, StatementLine)]
    assert [(LineKind.CREDIT, 88_00), (LineKind.DEBIT, -30_00), (LineKind.FEE, -1_50)] == [
        (each.kind, each.signed_minor) for each in lines
    ]
    assert ["Wang & Sons <Ltd>", "王芳"] == [each.details and each.details.party for each in lines[:2]]
    assert ["6217000010012345678", None] == [each.details and each.details.party_account for each in lines[:2]]
    assert [None, "01a2041f9c207ff3a84b03f12a0409c0", None] == [each.key for each in lines]
    assert {each.booked_on for each in lines} == {DAY}
    assert len({each.other_key for each in lines}) == len(lines)
    (end,) = [each for each in footed(read_camt053(BytesIO(second))) if isinstance(each, StatementFooted)]
    assert (156_50, 156_50, 0) == (end.opening_minor, end.closing_minor, end.lines)
