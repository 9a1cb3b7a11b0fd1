"""What leaves the book: journals for an ERP, and the whole book for programs that are not ours to prove it."""

import csv
import io
import re
import subprocess
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.money import in_digits
from florin.domain.report import digits_of
from florin.reconciliation.reports import journal_export
from florin.reconciliation.reports.asked import asked_days
from florin.reconciliation.reports.book_export import BookForm, account_of, export_book
from florin.reconciliation.reports.journal_export import COLUMNS, write_journals
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.reports.account_balances import stream_balances
from tests.plain_text_accounting import FOUND, PROGRAMS
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, PROGRAMME, clerk
from tests.reconciliation.closing import close
from tests.reconciliation.conftest import Story

Balances = dict[str, tuple[Decimal, str]]

LATER = DAY + timedelta(days=2)
POSTING = re.compile(r"^  (\S+:\d{4}:[0-9A-F]{32})  (-?[\d.]+) ([A-Z]{3})$", re.MULTILINE)


async def journals(pool: Pool, *days: object) -> list[dict[str, str]]:
    file = io.BytesIO()
    since, through = days or (None, DAY)
    lines = await write_journals(pool, asked_days(PROGRAMME, since, through), file)  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert lines == len(rows)
    return rows


async def test_an_erp_gets_one_line_a_side_in_columns_that_stay(story: Story, pool: Pool) -> None:
    _, journal = story.purchase
    rows = [each for each in await journals(pool) if each["journal"] == wire_id("journal", journal)]
    assert {
        "business_date": DAY.isoformat(),
        "journal": wire_id("journal", journal),
        "line": "1",
        "event": "purchase",
        "account": "2010",
        "account_name": "card value, principal",
        "owner": wire_id("card", story.card),
        "debit": "30.00",
        "credit": "",
        "currency": "CNY",
        "event_at": "2026-11-20T04:00:00+00:00",
        "posted_at": "2026-11-20T04:00:00+00:00",
        "reverses": "",
    } == rows[0]
    assert [("1", "30.00", ""), ("2", "", "30.00"), ("3", "5.00", ""), ("4", "", "5.00")] == [
        (each["line"], each["debit"], each["credit"]) for each in rows
    ]
    assert list(COLUMNS) == list(rows[0])


async def test_the_sides_of_an_export_are_equal_and_days_outside_are_left_out(
    story: Story, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_export, "AT_ONCE", 3)
    story.book.purchase(story.card, 100, day=LATER)
    of_day, of_later = await journals(pool, DAY, DAY), await journals(pool, LATER, LATER)
    assert (20, 2) == (len(of_day), len(of_later))
    for rows in (of_day, of_later):
        debits, credits_ = (sum(Decimal(each[side] or 0) for each in rows) for side in ("debit", "credit"))
        assert debits == credits_ > 0
    assert [] == await journals(pool, LATER + timedelta(days=1), LATER + timedelta(days=9))


async def exported(pool: Pool, form: BookForm) -> str:
    file = io.BytesIO()
    assert await export_book(pool, PROGRAMME, DAY, form, file)
    return file.getvalue().decode()


async def balances(pool: Pool) -> Balances:
    """What each account stood at, in units, by the counters and totals of the book."""
    async with one_snapshot(pool) as connection:
        return {
            account_of(each.code, each.owner_id): (
                Decimal(in_digits(each.debit_minor, digits_of(each.unit, "CNY"))),
                each.unit,
            )
            async for each in stream_balances(connection, PROGRAMME.id, DAY)
        }


@pytest.fixture
async def lived(story: Story, pool: Pool) -> Story:
    """A book with a sealed day, points, and something that is posted later and must not count."""
    story.book.open_account(2120, story.member)
    story.book.post("points_earned", (7, 5120, PROGRAMME.id, 2120, story.member))
    story.book.connection.execute("UPDATE transfer SET unit = 'XPO' WHERE event = 'points_earned'")
    story.book.connection.execute("UPDATE strict_account SET unit = 'XPO' WHERE code = 2120")
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    story.book.purchase(story.card, 100, day=LATER)
    return story


@pytest.mark.parametrize("form", list(BookForm))
@pytest.mark.usefixtures("lived")
async def test_the_postings_of_an_exported_book_come_to_its_balances(pool: Pool, form: BookForm) -> None:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    _, _, of_journals = (await exported(pool, form)).partition("\n\n")
    for account, amount, unit in POSTING.findall(of_journals):
        sums[account, unit] += Decimal(amount)
    expected = await balances(pool)
    assert {name: each for name, each in expected.items() if each[0]} == {
        name: (amount, unit) for (name, unit), amount in sums.items() if amount
    }
    assert (Decimal("-25.00"), "CNY") == expected[account_of(2040, MERCHANT)]


@pytest.mark.parametrize("form", list(BookForm))
async def test_the_book_is_proven_by_another_program(lived: Story, pool: Pool, form: BookForm, tmp_path: Path) -> None:
    if FOUND[form] is None:
        pytest.skip(f"{PROGRAMS[form]} is not installed")
    text = await exported(pool, form)
    proven = read_by(form, tmp_path / "book", text)
    assert (0, "") == (proven.returncode, proven.stderr), proven
    if form is BookForm.HLEDGER:
        assert await balances(pool) == reported(tmp_path / "book")
    # One fen more on both sides of one transfer, as somebody who can change the database would write it.
    changed = text.replace("  30.00 CNY", "  30.01 CNY", 1).replace("  -30.00 CNY", "  -30.01 CNY", 1)
    found = read_by(form, tmp_path / "changed", changed)
    assert found.returncode
    assert account_of(2010, lived.card) in found.stdout + found.stderr


def read_by(form: BookForm, path: Path, text: str) -> subprocess.CompletedProcess[str]:
    path.write_text(text, "utf-8")
    command = [FOUND[form], path] if form is BookForm.BEANCOUNT else [FOUND[form], "check", "-f", path]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def reported(path: Path) -> Balances:
    """What hledger says of each account."""
    command = [str(FOUND[BookForm.HLEDGER]), "balance", "-f", str(path), "--flat", "--empty", "--no-total", "-O", "csv"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = {each["account"]: each["balance"].split() for each in csv.DictReader(io.StringIO(shown))}
    # Nothing has no unit there.
    return {name: (Decimal(figure[0]), figure[1] if figure[1:] else "CNY") for name, figure in rows.items()}
