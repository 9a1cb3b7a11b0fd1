"""camt.053: what stands in its elements, and files that are made to do harm."""

from io import BytesIO

import pytest

import florin.reconciliation.files.xml_element as limits
from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.reconciliation.files.read_file import read_file

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt><Id>S1</Id>
<ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>NL26VAYB8060476890</IBAN></Id></Acct>{summary}
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-20</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-21</Dt></Dt></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{before}<Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-21</Dt></BookgDt><ValDt><DtTm>2026-11-22T01:00:00+08:00</DtTm></ValDt>
<AcctSvcrRef>BANK-1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn>
</BkTxCd>{details}</Ntry>"""
DETAIL = """<TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs>{amount}
<RltdPties><Dbtr><Pty><Nm>Acme</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>order 4A7C</Ustrd></RmtInf></TxDtls>"""


def entry(amount: str = "5.00", side: str = "CRDT", details: str = "", before: str = "", code: str = "ESCT") -> str:
    return ENTRY.format(amount=amount, side=side, details=details, before=before, code=code)


def detail(key: str, amount: str = "") -> str:
    return DETAIL.format(key=key, amount=amount)


def read(entries: str, closing: str = "15.00", summary: str = "") -> list[object]:
    text = FILE.format(entries=entries, closing=closing, summary=summary)
    return list(read_file(FileFormat.CAMT_053, BytesIO(text.encode()), "CNY"))


def lines_of(entries: str, closing: str = "15.00") -> list[StatementLine]:
    return [each for each in read(entries, closing) if isinstance(each, StatementLine)]


def problem_of(raw: bytes) -> FileProblem:
    with pytest.raises(FileProblem) as problem:
        list(read_file(FileFormat.CAMT_053, BytesIO(raw), "CNY"))
    return problem.value


def test_an_entry_becomes_a_line_with_everything_that_it_says() -> None:
    opened, line, _ = read(entry(details=f"<NtryDtls>{detail('E2E-1')}</NtryDtls>"))
    assert isinstance(opened, StatementOpened)
    assert ("S1", 7, "NL26VAYB8060476890", 1_000) == (
        opened.reference,
        opened.sequence,
        opened.account,
        opened.opening_minor,
    )
    assert isinstance(line, StatementLine)
    assert ("E2E-1", "BANK-1", "ESCT", "2026-11-21", "2026-11-22") == (
        line.key,
        line.other_key,
        line.their_type,
        line.booked_on.isoformat(),
        str(line.value_on),
    )
    assert (LineKind.CREDIT, Direction.IN, 500) == (line.kind, line.direction, line.amount_minor)
    assert LineDetails("order 4A7C", "Acme", "NL91ABNA0417164300") == line.details


@pytest.mark.parametrize(
    ("given", "kind", "closing"),
    [
        (entry(side="DBIT"), LineKind.DEBIT, "5.00"),
        (entry(side="DBIT", code="CHRG"), LineKind.FEE, "5.00"),
        (entry(side="DBIT", before="<RvslInd>true</RvslInd>"), LineKind.REVERSAL, "5.00"),
        (entry(details="<NtryDtls><TxDtls><RtrInf/></TxDtls></NtryDtls>"), LineKind.REVERSAL, "15.00"),
    ],
)
def test_an_entry_has_its_kind(given: str, kind: LineKind, closing: str) -> None:
    (line,) = lines_of(given, closing)
    assert kind is line.kind


def test_details_that_come_to_their_entry_are_a_line_each() -> None:
    parts = detail("A", '<Amt Ccy="CNY">2.00</Amt>') + detail("B", '<Amt Ccy="CNY">3.00</Amt>')
    lines = lines_of(entry(details=f"<NtryDtls><Btch><PmtInfId>P9</PmtInfId></Btch>{parts}</NtryDtls>"))
    assert [("A", 200, "P9"), ("B", 300, "P9")] == [(each.key, each.amount_minor, each.payout_key) for each in lines]


def test_details_that_do_not_come_to_their_entry_keep_the_file_apart() -> None:
    parts = detail("A", '<Amt Ccy="CNY">2.00</Amt>') + detail("B", '<Amt Ccy="CNY">3.01</Amt>')
    text = FILE.format(entries=entry(details=f"<NtryDtls>{parts}</NtryDtls>"), closing="15.00", summary="")
    assert ProblemCode.TOTALS_DIFFER is problem_of(text.encode()).code


def test_details_without_amounts_leave_the_entry_whole() -> None:
    (line,) = lines_of(entry(details=f"<NtryDtls>{detail('A')}{detail('B')}</NtryDtls>"))
    assert (500, None) == (line.amount_minor, line.key)


def test_what_is_not_booked_counts_for_nothing() -> None:
    assert [] == lines_of(entry().replace("BOOK", "PDNG"), closing="10.00")


@pytest.mark.parametrize("said", ["<NbOfNtries>2</NbOfNtries>", "<NbOfNtries>1</NbOfNtries><Sum>5.01</Sum>"])
def test_a_summary_that_differs_keeps_the_file_apart(said: str) -> None:
    summary = f"<TxsSummry><TtlNtries>{said}</TtlNtries></TxsSummry>"
    text = FILE.format(entries=entry(), closing="15.00", summary=summary)
    assert ProblemCode.TOTALS_DIFFER is problem_of(text.encode()).code


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Document>&b;</Document>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document>&a;</Document>'


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b"", ProblemCode.UNREADABLE, "not well-formed"),
        (b"<Document>", ProblemCode.UNREADABLE, "not well-formed"),
        (b"\x00\x01", ProblemCode.UNREADABLE, "not well-formed"),
        (b"<Document/>", ProblemCode.UNREADABLE, "not a camt.053"),
        (BOMB, ProblemCode.UNREADABLE, "document type"),
        (OUTSIDE, ProblemCode.UNREADABLE, "document type"),
        (b"<a>" * 100, ProblemCode.OUT_OF_BOUNDS, "deep"),
        (b'<?xml version="1.0" encoding="martian"?><a/>', ProblemCode.UNREADABLE, "not well-formed"),
        (b"<B><Stmt><Ntry><a>" + b"x" * 10_001, ProblemCode.OUT_OF_BOUNDS, "characters"),
    ],
    ids=["empty", "cut off", "noise", "something else", "bomb", "outside", "deep", "encoding", "long"],
)
def test_what_is_no_statement_has_a_reason(raw: bytes, code: ProblemCode, words: str) -> None:
    problem = problem_of(raw)
    assert code is problem.code
    assert words in problem.detail


def test_an_entry_of_endless_details_is_out_of_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ELEMENTS", 100)
    problem = problem_of(b"<B><Stmt><Ntry>" + b"<a/>" * 200)
    assert ProblemCode.OUT_OF_BOUNDS is problem.code
