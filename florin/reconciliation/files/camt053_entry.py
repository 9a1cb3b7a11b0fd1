"""Entries of camt.053: one movement on the account, or a batch of them booked as one."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from florin.domain.mentions import is_account_number
from florin.domain.statement_file import FileProblem, ProblemCode
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.reconciliation.files.fields import amount_in, day_in, missing, unreadable
from florin.reconciliation.files.xml_element import Element

_BOOKED: Final = "BOOK"
_NO_REFERENCE: Final = frozenset({"", "NOTPROVIDED", "NONREF"})
_CHARGES: Final = frozenset({"CHRG", "COMM", "FEES"})
"""Subfamilies of bank transactions that are what the bank takes itself (ISO 20022, external code sets)."""

_TEXTS: Final = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
_DAY_FORM: Final = "%Y-%m-%d"


def entry_lines(entry: Element) -> Iterator[StatementLine]:
    """The lines of an entry: one for each detail where details come to the entry, else one; none unless it is booked.

    Raises:
        FileProblem: something of it cannot be understood, or the amounts of its details do not come to its own.
    """
    status = entry.text_at("Sts/Cd", "Sts")
    if status != _BOOKED:
        return
    whole = _line(entry, None)
    details = list(entry.all("NtryDtls/TxDtls"))
    if whole.amount_minor == 0:
        return
    amounts = _amounts(entry, details, whole)
    if amounts is None:
        yield _line(entry, details[0] if len(details) == 1 else None)
        return
    for detail, signed_minor in zip(details, amounts, strict=True):
        if signed_minor != 0:
            direction = Direction.IN if signed_minor > 0 else Direction.OUT
            yield _line(entry, detail)._replace(amount_minor=abs(signed_minor), direction=direction)


def _amounts(entry: Element, details: list[Element], whole: StatementLine) -> list[int] | None:
    """What each detail adds to the balance; None where details are none, one, or have no amounts of the entry's kind.

    A detail's ``Amt`` is the part of the entry that it is, so those must add up. ``AmtDtls`` may tell of the payment as
    it was sent, before charges: where they do not add up, the entry alone counts.
    """
    own = [_own_amount(detail, whole) for detail in details]
    if own and None not in own:
        found = [each for each in own if each is not None]
        if sum(found) != whole.signed_minor:
            what = "the amounts of its details do not come to the entry"
            raise FileProblem(ProblemCode.TOTALS_DIFFER, entry.line_number, what)
        return found if len(found) > 1 else None
    if len(details) < 2:  # noqa: PLR2004 (of one, the entry says all)
        return None
    sent = [_sent_amount(detail, whole) for detail in details]
    known = [each for each in sent if each is not None]
    return known if len(known) == len(details) and sum(known) == whole.signed_minor else None


def _own_amount(detail: Element, whole: StatementLine) -> int | None:
    amount = detail.child("Amt")
    if amount is None or amount.attributes.get("Ccy") != whole.currency:
        return None
    return _signed(detail, amount, whole)


def _sent_amount(detail: Element, whole: StatementLine) -> int | None:
    amount = detail.child("AmtDtls/TxAmt/Amt") or detail.child("AmtDtls/InstdAmt/Amt")
    if amount is None or amount.attributes.get("Ccy") != whole.currency:
        return None
    return _signed(detail, amount, whole)


def _signed(detail: Element, amount: Element, whole: StatementLine) -> int:
    amount_minor = amount_in(amount.text, whole.currency, amount.line_number, "TxDtls/Amt")
    side = detail.text_at("CdtDbtInd")
    is_in = whole.direction is Direction.IN if not side else side == "CRDT"
    return amount_minor if is_in else -amount_minor


def _line(entry: Element, detail: Element | None) -> StatementLine:
    """The entry as a line, with what one of its details tells."""
    number = entry.line_number
    amount = entry.child("Amt")
    if amount is None:
        raise missing(number, "Ntry/Amt")
    currency = amount.attributes.get("Ccy", "")
    amount_minor = amount_in(amount.text, currency, amount.line_number, "Ntry/Amt")
    side = entry.text_at("CdtDbtInd")
    if side not in {"CRDT", "DBIT"} or amount_minor < 0:
        raise unreadable(number, "CdtDbtInd", side, "neither CRDT nor DBIT, or an amount below zero")
    booked_on = entry.text_at("BookgDt/Dt", "BookgDt/DtTm")
    value_on = entry.text_at("ValDt/Dt", "ValDt/DtTm")
    if not booked_on and not value_on:
        raise missing(number, "Ntry/BookgDt")
    kind = entry.text_at("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd")
    return StatementLine(
        line_number=number if detail is None else detail.line_number,
        kind=_kind(entry, detail, side, kind),
        direction=Direction.IN if side == "CRDT" else Direction.OUT,
        amount_minor=amount_minor,
        currency=currency,
        booked_on=_day(booked_on or value_on, number, "BookgDt"),
        value_on=_day(value_on, number, "ValDt") if value_on else None,
        their_type=kind,
        key=_key(detail),
        other_key=_reference((detail and detail.text_at("Refs/AcctSvcrRef")) or entry.text_at("AcctSvcrRef")),
        payout_key=_reference(entry.text_at("NtryDtls/Btch/PmtInfId", "NtryDtls/TxDtls/Refs/PmtInfId")),
        details=_details(entry, detail, side),
    )


def _kind(entry: Element, detail: Element | None, side: str, code: str) -> LineKind:
    if entry.text_at("RvslInd") == "true" or (detail is not None and detail.child("RtrInf") is not None):
        return LineKind.REVERSAL
    if side == "DBIT" and code in _CHARGES:
        return LineKind.FEE
    return LineKind.CREDIT if side == "CRDT" else LineKind.DEBIT


def _details(entry: Element, detail: Element | None, side: str) -> LineDetails | None:
    """What names people: texts, and the party on the other side of the movement."""
    texts = [each.text for each in entry.all("AddtlNtryInf")]
    if detail is None:
        return LineDetails("\n".join(texts)) if any(texts) else None
    texts = [each.text for path in _TEXTS for each in detail.all(path)] + texts
    role = "Dbtr" if side == "CRDT" else "Cdtr"
    party = detail.text_at(f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm")
    account = detail.text_at(f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
    found = LineDetails("\n".join(filter(None, texts)) or None, party or None, account or None)
    return found if any(found) else None


def _key(detail: Element | None) -> str | None:
    text = "" if detail is None else detail.text_at("Refs/EndToEndId")
    return None if is_account_number(text) else _reference(text)


def _reference(text: str | None) -> str | None:
    return None if text is None or text in _NO_REFERENCE else text


def _day(text: str, line_number: int, name: str) -> date:
    return day_in(text[:10], _DAY_FORM, line_number, name)
