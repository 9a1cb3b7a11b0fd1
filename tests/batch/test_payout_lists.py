"""Payout files: the same bytes each time, what ISO 20022's schema wants, and nothing that a spreadsheet carries out."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Final
from uuid import UUID
from xml.etree import ElementTree as ET

from florin.batch.payouts.pain_001 import NAMESPACE, pain_001
from florin.batch.payouts.payment import Payment, PaymentList
from florin.batch.payouts.payout_csv import COLUMNS, payout_csv
from florin.domain.bank_account import BankAccount

PAYER: Final = BankAccount("Honeynut 农场", "中国蜂蜜银行", "6222021000000001")
PAYMENTS: Final = PaymentList(
    UUID(int=1),
    PAYER,
    "CNY",
    datetime(2026, 11, 25, 6, tzinfo=UTC),
    date(2026, 11, 25),
    (
        Payment(UUID(int=2), BankAccount("张小蜜", "中国蜂蜜银行", "6222021001234567"), 100_00, "clo_1"),
        Payment(UUID(int=3), BankAccount("=Li & <Na>", "Bank of Honey", "GB29NWBK60161331926819"), 5, "clo_2"),
    ),
)

# The sequence of elements as the schema of pain.001.001.09 has it; what is optional and not used is left out.
SEQUENCES: Final = {
    "Document": ["CstmrCdtTrfInitn"],
    "CstmrCdtTrfInitn": ["GrpHdr", "PmtInf"],
    "GrpHdr": ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"],
    "PmtInf": [
        "PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
        "CdtTrfTxInf", "CdtTrfTxInf",
    ],
    "ReqdExctnDt": ["Dt"],
    "CdtTrfTxInf": ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"],
    "PmtId": ["EndToEndId"],
    "Amt": ["InstdAmt"],
    "InitgPty": ["Nm"], "Dbtr": ["Nm"], "Cdtr": ["Nm"],
    "DbtrAcct": ["Id"], "CdtrAcct": ["Id"],
    "Othr": ["Id"],
    "DbtrAgt": ["FinInstnId"], "CdtrAgt": ["FinInstnId"],
    "FinInstnId": ["Nm"],
    "RmtInf": ["Ustrd"],
}  # fmt: skip
LONGEST: Final = {"MsgId": 35, "PmtInfId": 35, "EndToEndId": 35, "Nm": 140, "Ustrd": 140}


def local(element: ET.Element) -> str:
    """The name of an element of the schema's namespace."""
    namespace, _, name = element.tag.rpartition("}")
    assert namespace == "{" + NAMESPACE
    return name


def test_the_elements_stand_as_the_schema_wants_them() -> None:
    document = ET.fromstring(pain_001(PAYMENTS))  # noqa: S314 (our own)
    for element in document.iter():
        name, children = local(element), [local(each) for each in element]
        if not children:
            text = element.text or ""
            assert 0 < len(text) <= LONGEST.get(name, 34), (name, text)
        elif name == "Id":
            assert ["Othr"] == children
        else:
            assert SEQUENCES[name] == children


def test_the_control_sum_is_that_of_the_payments() -> None:
    document = ET.fromstring(pain_001(PAYMENTS))  # noqa: S314 (our own)
    paths = {"n": NAMESPACE}
    amounts = document.findall(".//n:InstdAmt", paths)
    assert [("100.00", "CNY"), ("0.05", "CNY")] == [(each.text, each.get("Ccy")) for each in amounts]
    for total in document.findall(".//n:CtrlSum", paths):
        assert sum(Decimal(each.text or "") for each in amounts) == Decimal(total.text or "")
    assert ["2", "2"] == [each.text for each in document.findall(".//n:NbOfTxs", paths)]
    names = [each.text for each in document.findall(".//n:Cdtr/n:Nm", paths)]
    assert ["张小蜜", "=Li & <Na>"] == names


def test_a_list_always_gives_the_same_bytes() -> None:
    assert pain_001(PAYMENTS) == pain_001(PAYMENTS)
    assert payout_csv(PAYMENTS) == payout_csv(PAYMENTS)


def test_the_table_adds_up_and_holds_no_formula() -> None:
    heading, first, second, total = csv.reader(StringIO(payout_csv(PAYMENTS).decode("utf-8-sig")))
    assert list(COLUMNS) == heading
    assert ["张小蜜", "6222021001234567", "100.00"] == [first[1], first[3], first[4]]
    assert "'=Li & <Na>" == second[1]
    assert ["2", "100.05", "total"] == [total[3], total[4], total[6]]
