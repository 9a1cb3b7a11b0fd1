"""Payout files: the same bytes each time, what ISO 20022 wants, and nothing that a spreadsheet carries out."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from typing import Final
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from florin.batch.payouts.pain_001 import NAMESPACE, pain_001
from florin.batch.payouts.payment import Payment, PaymentList
from florin.batch.payouts.payout_csv import COLUMNS, payout_csv
from florin.domain.bank_account import BankAccount
from florin.domain.money import MAX_AMOUNT_MINOR, MINOR_DIGITS
from florin.storage.payouts.payout_files import MOST_PAYOUTS
from tests.batch.pain_001_rules import broken_rules

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

LONGEST: Final = PaymentList(
    UUID(int=1),
    BankAccount("农" * 100, "行" * 100, "6" * 34),
    "CNY",
    datetime(2026, 11, 25, 6, tzinfo=UTC),
    date(2026, 11, 25),
    tuple(
        Payment(
            UUID(int=each), BankAccount("\U00020bb7" * 100, "B" * 100, "Z" * 34), MAX_AMOUNT_MINOR, "clo_" + "f" * 32
        )
        for each in range(1, MOST_PAYOUTS + 1)
    ),
)


@pytest.mark.parametrize("unit", MINOR_DIGITS)
def test_a_list_is_a_document_as_the_message_definition_wants_it(unit: str) -> None:
    assert [] == broken_rules(pain_001(replace(PAYMENTS, unit=unit)))


def test_the_longest_list_of_the_longest_names_and_the_largest_sums_is_one_too() -> None:
    assert [] == broken_rules(pain_001(LONGEST))


BROKEN: Final = {
    "no id": ("<MsgId>00000000000000000000000000000001</MsgId>", ""),
    "an id too long": ("<MsgId>", "<MsgId>0000"),
    "an id that begins with a stroke": ("<EndToEndId>0", "<EndToEndId>/"),
    "one id twice": ("<EndToEndId>00000000000000000000000000000003", "<EndToEndId>00000000000000000000000000000002"),
    "another order": ("<PmtMtd>TRF</PmtMtd>", "<BtchBookg>true</BtchBookg><PmtMtd>TRF</PmtMtd>"),
    "an element that is unknown": ("<PmtMtd>", "<Hurry>yes</Hurry><PmtMtd>"),
    "another method": ("TRF", "CASH"),
    "no account of the payer": ("DbtrAcct>", "ChrgsAcct>"),
    "no time zone": ("+00:00", ""),
    "no day": ("2026-11-25</Dt>", "25.11.2026</Dt>"),
    "no currency": (' Ccy="CNY"', ""),
    "nothing to pay": ("0.05<", "0.00<"),
    "six decimals": (">100.00<", ">100.000000<"),
    "another count": ("<NbOfTxs>2", "<NbOfTxs>3"),
    "another sum": ("<CtrlSum>100.05", "<CtrlSum>100.06"),
    "a name too long": ("张小蜜", "张" * 141),
    "no name": ("张小蜜", ""),
    "what nobody can read": ("张小蜜", "张\u009f小蜜"),
    "an account too long": ("6222021001234567", "6" * 35),
    "another version": ("001.001.09", "001.001.03"),
    "another encoding": ("UTF-8", "utf-8"),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_what_the_message_definition_refuses_is_found(old: str, new: str) -> None:
    document = pain_001(PAYMENTS).decode()
    assert old in document
    assert broken_rules(document.replace(old, new).encode())


def test_each_payment_goes_to_its_account_and_says_what_it_is_for() -> None:
    document = ET.fromstring(pain_001(PAYMENTS))  # noqa: S314 (our own)
    paths = ("Cdtr/Nm", "CdtrAgt/FinInstnId/Nm", "CdtrAcct/Id/Othr/Id", "Amt/InstdAmt", "RmtInf/Ustrd")
    told = [
        [each.findtext("/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/"))) for path in paths]
        for each in document.iter(f"{{{NAMESPACE}}}CdtTrfTxInf")
    ]
    assert [
        ["张小蜜", "中国蜂蜜银行", "6222021001234567", "100.00", "clo_1"],
        ["=Li & <Na>", "Bank of Honey", "GB29NWBK60161331926819", "0.05", "clo_2"],
    ] == told


def test_a_list_always_gives_the_same_bytes() -> None:
    assert pain_001(PAYMENTS) == pain_001(PAYMENTS)
    assert payout_csv(PAYMENTS) == payout_csv(PAYMENTS)


def test_the_table_adds_up_and_holds_no_formula() -> None:
    heading, first, second, total = csv.reader(StringIO(payout_csv(PAYMENTS).decode("utf-8-sig")))
    assert list(COLUMNS) == heading
    assert ["张小蜜", "6222021001234567", "100.00"] == [first[1], first[3], first[4]]
    assert "'=Li & <Na>" == second[1]
    assert ["2", "100.05", "total"] == [total[3], total[4], total[6]]
