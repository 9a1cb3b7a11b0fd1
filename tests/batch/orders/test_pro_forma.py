"""The PDF of an invoice, read back: every fact is in it, in Chinese and English, and the sums are right."""

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from uuid import UUID

import pypdf

from florin.batch.orders.pro_forma import pro_forma_pdf
from florin.clearing.orders.read_pro_forma import InvoiceLine, ProForma
from florin.documents.pages import Document
from florin.domain.bank_account import BankAccount
from florin.domain.policy.cn import CN
from florin.domain.policy.pack import sale_notes_on

ORDER_ID = UUID("0197c0de-0000-7a3b-8c4d-5e6f70819203")
TODAY = date(2026, 11, 22)


def invoice(*lines: InvoiceLine, unit: str = "CNY") -> ProForma:
    return ProForma(
        order_id=ORDER_ID,
        payment_reference="34679ACD",
        issued_on=TODAY,
        seller="蜂蜜坚果农场",
        customer="上海张江示范科技有限公司",
        registration_number="91310000MA1FL0000X",
        unit=unit,
        lines=lines,
        face_minor=sum(each.face_minor * each.quantity for each in lines),
        price_minor=sum(each.total_minor for each in lines),
        account=BankAccount.read("蜂蜜坚果农场有限公司", "中国农业银行上海分行", "6222000000000000017"),
        notes=sale_notes_on(CN, TODAY),
    )


LINES = (InvoiceLine("Honeynut 礼品卡", 500_00, 2_000, 465_00), InvoiceLine("节日卡", 99_99, 3, 93_00))


def pages(document: ProForma) -> list[str]:
    """The text of each page without spaces. The reader takes a character's two bytes for two characters, one of NUL."""
    reader = pypdf.PdfReader(BytesIO(pro_forma_pdf(document)))
    return ["".join(page.extract_text().replace("\0", "").split()) for page in reader.pages]


def test_everything_that_the_buyer_needs_can_be_read() -> None:
    (text,) = pages(invoice(*LINES))
    for expected in (
        "形式发票Pro-formainvoice",
        "日期Date2026-11-22",
        "订单Orderord_0197c0de00007a3b8c4d5e6f70819203",
        "付款附言Paymentreference34679ACD",
        "卖方Seller蜂蜜坚果农场",
        "买方Customer上海张江示范科技有限公司",
        "统一社会信用代码Registrationnumber91310000MA1FL0000X",
        "收款人Accountholder蜂蜜坚果农场有限公司",
        "开户行Bank中国农业银行上海分行",
        "账号Accountnumber6222000000000000017",
        "预付卡销售和充值不征收增值税",
        "code601",
    ):
        assert expected in text


def test_no_text_runs_into_the_one_beside_it() -> None:
    drawn: list[tuple[float, float, str]] = []

    def draw(text: str, _page: object, at: list[float], _font: object, _size: float) -> None:
        if words := text.replace("\0", "").strip():
            drawn.append((at[5], at[4], words))

    pypdf.PdfReader(BytesIO(pro_forma_pdf(invoice(*LINES)))).pages[0].extract_text(visitor_text=draw)
    ruler = Document("", datetime(2026, 11, 22, tzinfo=UTC))
    beside = [(left, right) for left, right in pairwise(drawn) if left[0] == right[0]]
    assert len(beside) > len(LINES)
    too_wide = [left[2] for left, right in beside if left[1] + ruler.get_string_width(left[2]) * ruler.k > right[1]]
    assert [] == too_wide
    ruler.content()  # closes the font


def test_the_sums_are_those_of_the_lines() -> None:
    (text,) = pages(invoice(*LINES))
    # Cards, price of one, amount: 2,000 at 465.00 and 3 at 93.00, of faces 500.00 and 99.99.
    for expected in (
        "Honeynut礼品卡500.002,000465.00930,000.00",
        "节日卡99.99393.00279.00",
        "面值合计Facevalueintotal1,000,299.97CNY",
        "折扣Discount-70,020.97CNY",
        "应付金额Amounttobepaid930,279.00CNY",
    ):
        assert expected in text


def test_the_longest_order_repeats_its_headings_and_loses_no_line() -> None:
    lines = [InvoiceLine(f"产品{number}", 100_00, number, 98_00) for number in range(1, 101)]
    texts = pages(invoice(*lines))
    assert len(texts) > 1
    with_lines = [text for text in texts if "98.00" in text]
    assert [True] * len(with_lines) == ["产品Product" in text for text in with_lines]
    whole = "".join(texts)
    assert [] == [number for number in range(1, 101) if f"产品{number}100.00{number}98.00" not in whole]
    assert "应付金额Amounttobepaid494,900.00CNY" in whole


def test_a_currency_without_decimals_has_none() -> None:
    (text,) = pages(invoice(InvoiceLine("Gift", 10_000, 7, 9_800), unit="JPY"))
    assert "Gift10,00079,80068,600" in text
    assert "68,600JPY" in text


def test_long_names_are_folded_and_not_cut() -> None:
    long = "很长的公司名称" * 14
    document = invoice(InvoiceLine("W" * 90, 100_00, 1, 100_00))
    object.__setattr__(document, "customer", long)
    (text,) = pages(document)
    assert long in text
    assert "W" * 90 in text


def test_the_same_invoice_is_the_same_document() -> None:
    assert pro_forma_pdf(invoice(*LINES)) == pro_forma_pdf(invoice(*LINES))
