"""What holds for every format: what was written is read, one digit that changed is noticed, and memory stays small."""

import contextlib
import tracemalloc
import zipfile
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from florin.domain.statement_file import FileFormat, FileProblem
from florin.domain.statement_line import StatementLine
from florin.domain.statement_totals import Footed
from florin.reconciliation.files.read_file import read_file
from tests.reconciliation.files import written
from tests.reconciliation.files.written import COLUMNS, WRITERS, Movement

AMOUNTS = st.integers(1, 99_999_999)
MOVES = st.lists(
    st.builds(Movement, st.one_of(AMOUNTS, AMOUNTS.map(lambda each: -each)), st.integers(0, 99)), min_size=1, max_size=8
)
HAVE_FEES = {FileFormat.WECHAT_TRADE, FileFormat.ALIPAY_TRADE, FileFormat.STRIPE_PAYOUTS}
DETAILS = "20880000000000000156_20261120_业务明细.csv"


def read(form: FileFormat, raw: bytes) -> list[Footed]:
    return list(read_file(form, BytesIO(raw), "CNY", COLUMNS))


@pytest.mark.parametrize("form", list(FileFormat))
@given(moves=MOVES)
@settings(max_examples=25, deadline=None)
def test_any_statement_is_read_as_it_was_written(form: FileFormat, moves: list[Movement]) -> None:
    lines = [each for each in read(form, WRITERS[form](moves)) if isinstance(each, StatementLine)]
    told = [(each.key, each.signed_minor, each.fee_minor) for each in lines]
    fees = form in HAVE_FEES
    assert [(f"KEY{n:05d}", each.signed_minor, each.kept_minor if fees else 0) for n, each in enumerate(moves)] == told
    numbers = [each.line_number for each in lines]
    assert all(one < other for one, other in pairwise(numbers))


@pytest.mark.parametrize("form", list(FileFormat))
@given(moves=MOVES, data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_digit_of_an_amount_that_changes_keeps_the_file_apart(
    form: FileFormat, moves: list[Movement], data: st.DataObject
) -> None:
    # The balance before the first row of a table is known from that row alone; there the statement before tells.
    first = 1 if form is FileFormat.MAPPED_CSV else 0
    moves = [Movement(1), *moves]
    text = _text(form, moves)
    lines = [each for each in read(form, WRITERS[form](moves)) if isinstance(each, StatementLine)]
    line = data.draw(st.sampled_from(lines[first:]))
    amount = written.plain(line.amount_minor).replace(".", "," if form is FileFormat.MT_940 else ".")
    start = text.index(amount, _start_of_line(text, line.line_number))
    place = start + data.draw(st.sampled_from([n for n, each in enumerate(amount) if each.isdecimal()]))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != text[place]]))
    changed = text[:place] + digit + text[place + 1 :]
    with pytest.raises(FileProblem):
        read(form, _packed(changed, moves) if form is FileFormat.ALIPAY_TRADE else changed.encode())


@pytest.mark.parametrize(
    "form", [FileFormat.CAMT_053, FileFormat.MT_940, FileFormat.WECHAT_TRADE, FileFormat.WECHAT_FUND_FLOW]
)
def test_a_file_that_is_cut_off_is_kept_apart_or_says_the_same(form: FileFormat) -> None:
    whole = WRITERS[form]([Movement(500, 1), Movement(-200, 1), Movement(300)])
    said = read(form, whole)
    for length in range(len(whole)):
        with contextlib.suppress(FileProblem):
            assert said == read(form, whole[:length]), length


@pytest.mark.parametrize("form", [FileFormat.CAMT_053, FileFormat.WECHAT_TRADE])
def test_memory_does_not_grow_with_the_file(form: FileFormat) -> None:
    raw = WRITERS[form]([Movement(100)] * 600)
    tracemalloc.start()
    try:
        for _ in read_file(form, BytesIO(raw), "CNY", COLUMNS):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 600_000


def _text(form: FileFormat, moves: list[Movement]) -> str:
    if form is not FileFormat.ALIPAY_TRADE:
        return WRITERS[form](moves).decode()
    with zipfile.ZipFile(BytesIO(written.alipay_trade(moves)), metadata_encoding="gbk") as packed:
        return packed.read(DETAILS).decode("gbk")


def _packed(details: str, moves: list[Movement]) -> bytes:
    return written.alipay_trade(moves, details.replace("{", "{{").replace("}", "}}"))


def _start_of_line(text: str, line_number: int) -> int:
    return sum(len(line) for line in text.splitlines(keepends=True)[: line_number - 1])
