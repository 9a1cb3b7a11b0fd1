"""The bills of payment providers: what the rows say, which totals must agree, and archives that are made to do harm."""

import zipfile
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

import florin.reconciliation.files.archive as limits
from florin.domain.column_mapping import ColumnMapping
from florin.domain.invalid_field import InvalidField
from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode, StatementOpened
from florin.domain.statement_line import Direction, EntryStatus, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import StatementFooted
from florin.reconciliation.files.read_file import read_file
from tests.reconciliation.files import written
from tests.reconciliation.files.written import COLUMNS, Movement

PAID_AND_BACK = [Movement(10_000, 60), Movement(-2_500, 15)]


def lines_of(form: FileFormat, raw: bytes, columns: ColumnMapping = COLUMNS) -> list[StatementLine]:
    return [each for each in read_file(form, BytesIO(raw), "CNY", columns) if isinstance(each, StatementLine)]


def problem_of(form: FileFormat, raw: bytes, columns: ColumnMapping = COLUMNS) -> FileProblem:
    with pytest.raises(FileProblem) as problem:
        lines_of(form, raw, columns)
    return problem.value


@pytest.mark.parametrize("form", [FileFormat.WECHAT_TRADE, FileFormat.ALIPAY_TRADE])
def test_a_trade_bill_has_payments_and_refunds_by_the_references_of_both_sides(form: FileFormat) -> None:
    payment, refund = lines_of(form, written.WRITERS[form](PAID_AND_BACK))
    assert (LineKind.CREDIT, Direction.IN, "KEY00000", None) == (
        payment.kind,
        payment.direction,
        payment.key,
        payment.origin_key,
    )
    assert (LineKind.REFUND, Direction.OUT, "KEY00001", "origin") == (
        refund.kind,
        refund.direction,
        refund.key,
        refund.origin_key,
    )
    assert [(10_000, 60), (2_500, -15)] == [(each.amount_minor, each.fee_minor) for each in (payment, refund)]
    assert datetime(2026, 11, 20, 4, tzinfo=UTC) == payment.event_at
    assert date(2026, 11, 20) == payment.booked_on


@pytest.mark.parametrize(
    ("word", "status"),
    [("SUCCESS", EntryStatus.DONE), ("PROCESSING", EntryStatus.PENDING), ("CHANGE", EntryStatus.FAILED)],
)
def test_a_refund_of_wechat_pay_says_how_far_it_is(word: str, status: EntryStatus) -> None:
    raw = written.wechat_trade(PAID_AND_BACK).replace(b"`ORIGINAL,`SUCCESS", f"`ORIGINAL,`{word}".encode())
    assert status is lines_of(FileFormat.WECHAT_TRADE, raw)[1].status


@pytest.mark.parametrize(
    ("kind", "side", "expected"),
    [
        ("交易", "收入", (LineKind.CREDIT, Direction.IN)),
        ("退款", "支出", (LineKind.REFUND, Direction.OUT)),
        ("扣除交易手续费", "支出", (LineKind.FEE, Direction.OUT)),
        ("退还交易手续费", "收入", (LineKind.FEE, Direction.IN)),
        ("提现", "支出", (LineKind.PAYOUT, Direction.OUT)),
        ("提现", "收入", (LineKind.PAYOUT, Direction.IN)),
        ("充值", "收入", (LineKind.OTHER, Direction.IN)),
    ],
)
def test_a_movement_of_wechat_pay_has_its_kind(kind: str, side: str, expected: tuple[LineKind, Direction]) -> None:
    row = f"`2026-11-20 12:00:00,`W1,`F1,`{kind},`{kind},`{side},`5.00,`{95 if side == '支出' else 105}.00,`x,`,`K1"
    counts = "`1,`1,`5.00,`0,`0.00" if side == "收入" else "`1,`0,`0.00,`1,`5.00"
    raw = f"{written.FLOW}\r\n{row}\r\n{written.FLOW_TOTALS}\r\n{counts}".encode()
    opened, line, closed = read_file(FileFormat.WECHAT_FUND_FLOW, BytesIO(raw), "CNY")
    assert isinstance(line, StatementLine)
    assert expected == (line.kind, line.direction)
    assert ("W1" if expected[0] is LineKind.PAYOUT else None) == line.payout_key
    assert isinstance(opened, StatementOpened)
    assert isinstance(closed, StatementFooted)
    assert 10_000 == opened.opening_minor


@pytest.mark.parametrize(("form", "line_number"), [(FileFormat.WECHAT_FUND_FLOW, 3), (FileFormat.MAPPED_CSV, 3)])
def test_a_balance_that_does_not_follow_is_found_in_its_row(form: FileFormat, line_number: int) -> None:
    raw = written.WRITERS[form]([Movement(500), Movement(-200), Movement(300)])
    problem = problem_of(form, raw.replace(b"10003.00", b"10003.01"))
    assert (ProblemCode.BALANCE_DIFFERS, line_number) == (problem.code, problem.line_number)


@pytest.mark.parametrize("form", [FileFormat.WECHAT_TRADE, FileFormat.WECHAT_FUND_FLOW, FileFormat.ALIPAY_TRADE])
def test_a_day_without_business_is_a_statement_of_nothing(form: FileFormat) -> None:
    assert [] == lines_of(form, written.WRITERS[form]([]))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("`1,`100.00,`0.00", "`2,`100.00,`0.00", ProblemCode.TOTALS_DIFFER),
        ("`0.60000,`100.00,`0.00\r\n", "`0.61000,`100.00,`0.00\r\n", ProblemCode.TOTALS_DIFFER),
        ("`SUCCESS,", "`USERPAYING,", ProblemCode.FIELD_UNREADABLE),
        ("`2026-11-20 12:00:00", "`2026-11-31 12:00:00", ProblemCode.FIELD_UNREADABLE),
        ("`CNY", "`XXX", ProblemCode.CURRENCY_REFUSED),
        ("手续费,费率", "手续,费率", ProblemCode.FIELD_MISSING),
        ("`NATIVE", "`NATIVE,`x", ProblemCode.UNREADABLE),
        ("`NATIVE", "`NA\0IVE", ProblemCode.UNREADABLE),
        ("`NATIVE", "`" + "x" * 70_000, ProblemCode.OUT_OF_BOUNDS),
    ],
)
def test_a_trade_bill_that_differs_or_cannot_be_understood_is_kept_apart(old: str, new: str, code: ProblemCode) -> None:
    text = written.wechat_trade([Movement(10_000, 60)]).decode()
    assert old in text
    assert code is problem_of(FileFormat.WECHAT_TRADE, text.replace(old, new).encode()).code


@pytest.mark.parametrize(
    ("old", "new"), [("交易合计：1笔", "交易合计：2笔"), ("退款共-25.00", "退款共-25.01"), ("#退款合计", "#退款总计")]
)
def test_an_alipay_bill_whose_footer_differs_is_kept_apart(old: str, new: str) -> None:
    good = zipfile.ZipFile(BytesIO(written.alipay_trade(PAID_AND_BACK)), metadata_encoding="gbk")
    files = {name: good.read(name).decode("gbk") for name in good.namelist()}
    changed = {name: text.replace(old, new) for name, text in files.items()}
    assert changed != files
    assert problem_of(FileFormat.ALIPAY_TRADE, written.archive(changed)).code in {
        ProblemCode.TOTALS_DIFFER,
        ProblemCode.ENDS_EARLY,
    }


def test_an_alipay_bill_whose_summary_differs_is_kept_apart() -> None:
    good = zipfile.ZipFile(BytesIO(written.alipay_trade(PAID_AND_BACK)), metadata_encoding="gbk")
    details, summary = (good.read(name).decode("gbk") for name in good.namelist())
    for old, new in (("-0.45", "-0.46"), ("合计", "小计")):
        assert old in summary
        raw = written.archive({"业务明细.csv": details, "汇总.csv": summary.replace(old, new)})
        assert problem_of(FileFormat.ALIPAY_TRADE, raw).code in {ProblemCode.TOTALS_DIFFER, ProblemCode.ENDS_EARLY}


@pytest.mark.parametrize("name", ["../业务明细.csv", "/业务明细.csv", "C:\\业务明细.csv", "a\\..\\业务明细.csv"])
def test_an_archive_with_a_path_for_a_name_is_not_opened(name: str) -> None:
    problem = problem_of(FileFormat.ALIPAY_TRADE, written.archive({name: "x"}))
    assert "path" in problem.detail


def test_an_archive_that_grows_out_of_proportion_is_not_opened() -> None:
    raw = written.archive({"业务明细.csv": "0\r\n" * 300_000, "汇总.csv": "x"})
    assert ProblemCode.OUT_OF_BOUNDS is problem_of(FileFormat.ALIPAY_TRADE, raw).code


def test_an_archive_that_lies_about_a_size_is_read_no_further() -> None:
    text = "#\r\n" * 2_000
    raw = written.archive({"业务明细.csv": text})
    lying = raw.replace(len(text).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert problem_of(FileFormat.ALIPAY_TRADE, lying).code in {ProblemCode.OUT_OF_BOUNDS, ProblemCode.UNREADABLE}


def test_an_archive_of_many_files_or_of_one_name_twice_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_MEMBERS", 1)
    raw = written.archive({"业务明细.csv": "x", "汇总.csv": "x"})
    assert ProblemCode.OUT_OF_BOUNDS is problem_of(FileFormat.ALIPAY_TRADE, raw).code


@pytest.mark.parametrize(
    "raw", [b"", b"PK\x03\x04", written.archive({"readme.txt": "x"}), written.alipay_trade([Movement(1)])[:-30]]
)
def test_what_is_no_archive_of_a_bill_is_kept_apart(raw: bytes) -> None:
    problem_of(FileFormat.ALIPAY_TRADE, raw)


def test_an_archive_that_was_damaged_on_the_way_is_kept_apart() -> None:
    raw = bytearray(written.alipay_trade([Movement(1)] * 50))
    place = raw.index(b"csv") + 200
    raw[place] ^= 0xFF
    assert zlib.crc32(bytes(raw)) != 0
    assert ProblemCode.UNREADABLE is problem_of(FileFormat.ALIPAY_TRADE, bytes(raw)).code


def test_a_row_of_stripe_proves_itself() -> None:
    payment, refund = lines_of(FileFormat.STRIPE_PAYOUTS, written.stripe_payouts(PAID_AND_BACK))
    assert ("KEY00000", None, "po_1", 60) == (payment.key, payment.origin_key, payment.payout_key, payment.fee_minor)
    assert ("KEY00001", "origin", -15) == (refund.key, refund.origin_key, refund.fee_minor)
    raw = written.stripe_payouts(PAID_AND_BACK).replace(b"99.40", b"99.41")
    problem = problem_of(FileFormat.STRIPE_PAYOUTS, raw)
    assert (ProblemCode.TOTALS_DIFFER, 2) == (problem.code, problem.line_number)


def test_a_table_with_the_newest_row_first_is_proved_backwards() -> None:
    head, *rows = written.mapped_csv([Movement(500), Movement(-200), Movement(300)]).decode().splitlines()
    raw = "\n".join([head, *reversed(rows)]).encode()
    newest_first = ColumnMapping(day="day", amount="amount", balance="balance", is_newest_first=True)
    *_, closed = read_file(FileFormat.MAPPED_CSV, BytesIO(raw), "CNY", newest_first)
    assert isinstance(closed, StatementFooted)
    assert (1_000_000, 1_000_600) == (closed.opening_minor, closed.closing_minor)
    assert ProblemCode.BALANCE_DIFFERS is problem_of(FileFormat.MAPPED_CSV, raw, COLUMNS).code


def test_a_table_says_amounts_and_days_in_its_own_way() -> None:
    columns = ColumnMapping(
        day="Datum", day_form="%d.%m.%Y", amount_in="Haben", amount_out="Soll", delimiter=";", point=",", grouping=".",
        encoding="iso-8859-1", skipped_lines=2, text="Zweck", party="Name", account="Konto",
    )  # fmt: skip
    head = "Bank\nÜbersicht\nDatum;Haben;Soll;Zweck;Name;Konto\n"
    raw = head + '21.11.2026;1.234,56;;"a;b";Jürgen;12\n22.11.2026;;-0,5;;;12\n'
    came, left = lines_of(FileFormat.MAPPED_CSV, raw.encode("iso-8859-1"), columns)
    assert (123_456, Direction.IN, date(2026, 11, 21), 4) == (
        came.amount_minor,
        came.direction,
        came.booked_on,
        came.line_number,
    )
    assert LineDetails("a;b", "Jürgen", None) == came.details
    assert (50, Direction.OUT) == (left.amount_minor, left.direction)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": None},
        {"amount_in": "in", "amount_out": "out"},
        {"day_form": "%H:%M"},
        {"encoding": "rot13"},
        {"delimiter": "x"},
        {"point": ",", "grouping": ","},
        {"skipped_lines": -1},
        {"balance": "b", "fee": "f"},
        {"key": ""},
    ],
)
def test_a_mapping_that_no_table_can_have_is_refused(wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"day": "day", "amount": "amount", **wrong}
    with pytest.raises(InvalidField):
        ColumnMapping(**given)  # type: ignore[arg-type]  # each case is wrong on purpose
