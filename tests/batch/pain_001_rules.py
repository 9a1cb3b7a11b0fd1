"""What the message definition of pain.001.001.09 asks of a document, as far as a list of payments can go wrong by it.

Written from "Payments Initiation, Message Definition Report Part 2" (ISO 20022, edition of 2019): the order and the
occurrence of elements, the data types of what they hold, and the rules that a schema cannot say. The schema itself is
not in the repository: its publisher lets everybody use it, and says nothing of handing it on.
"""

import re
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

# What stands in an element, in this order: "!" once, "?" at most once, "+" once or more, "|" one of those that have it.
CONTENTS: Final = {
    "Document": "CstmrCdtTrfInitn!",
    "CstmrCdtTrfInitn": "GrpHdr! PmtInf+ SplmtryData*",
    "GrpHdr": "MsgId! CreDtTm! Authstn* NbOfTxs! CtrlSum? InitgPty! FwdgAgt?",
    "PmtInf": (
        "PmtInfId! PmtMtd! BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt! PoolgAdjstmntDt? Dbtr! DbtrAcct!"
        " DbtrAgt! DbtrAgtAcct? InstrForDbtrAgt? UltmtDbtr? ChrgBr? ChrgsAcct? ChrgsAcctAgt? CdtTrfTxInf+"
    ),
    "CdtTrfTxInf": (
        "PmtId! PmtTpInf? Amt! XchgRateInf? ChrgBr? ChqInstr? UltmtDbtr? IntrmyAgt1? IntrmyAgt1Acct? IntrmyAgt2?"
        " IntrmyAgt2Acct? IntrmyAgt3? IntrmyAgt3Acct? CdtrAgt? CdtrAgtAcct? Cdtr? CdtrAcct? UltmtCdtr? InstrForCdtrAgt*"
        " InstrForDbtrAgt? Purp? RgltryRptg* Tax? RltdRmtInf* RmtInf? SplmtryData*"
    ),
    "PmtId": "InstrId? EndToEndId! UETR?",
    "Amt": "InstdAmt| EqvtAmt|",
    "ReqdExctnDt": "Dt| DtTm|",
    **dict.fromkeys(("InitgPty", "Dbtr", "Cdtr"), "Nm? PstlAdr? Id? CtryOfRes? CtctDtls?"),
    **dict.fromkeys(("DbtrAcct", "CdtrAcct"), "Id! Tp? Ccy? Nm? Prxy?"),
    **dict.fromkeys(("DbtrAgt", "CdtrAgt"), "FinInstnId! BrnchId?"),
    "FinInstnId": "BICFI? ClrSysMmbId? LEI? Nm? PstlAdr? Othr?",
    "Id": "IBAN| Othr|",
    "Othr": "Id! SchmeNm? Issr?",
    "RmtInf": "Ustrd* Strd*",
}

# Characters that every bank takes in a reference of the customer's, which it repeats in its statement.
_REFERENCE: Final = re.compile(r"[A-Za-z0-9?:().,'+-](?:[A-Za-z0-9/?:().,'+ -]{0,33}[A-Za-z0-9?:().,'+-])?")
# XML 1.0, section 2.2, without what nobody can read.
_TEXT: Final = re.compile(r"[\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_DAY: Final = r"\d{4}-[01]\d-[0-3]\d"
_DECIMAL: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,17})?")


def broken_rules(content: bytes) -> list[str]:
    """What is wrong with a document, in words; nothing when it is as it should be."""
    if not content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>"):
        return ["not declared as XML 1.0 in UTF-8"]
    document = ET.fromstring(content)  # noqa: S314 (our own)
    wrong = [each for element in document.iter() for each in _wrong_with(element)]
    return wrong or _wrong_totals(document)


def _wrong_with(element: ET.Element) -> list[str]:
    name, children = _local(element), [_local(each) for each in element]
    if not children:
        return [] if _is_value(name, element) else [f"{name}: {element.text!r} {element.attrib}"]
    if element.attrib or (element.text or "").strip():
        return [f"{name}: text or an attribute beside elements"]
    if name not in CONTENTS:
        return [f"{name} holds no elements"]
    return [] if _is_in_order(CONTENTS[name].split(), children) else [f"{name}: {' '.join(children)}"]


def _is_in_order(model: list[str], children: list[str]) -> bool:
    if model[0].endswith("|"):
        return len(children) == 1 and f"{children[0]}|" in model
    pattern = "".join(f"(?:{each[:-1]} ){each[-1].replace('!', '{1}')}" for each in model)
    return re.fullmatch(pattern, "".join(f"{each} " for each in children)) is not None


def _is_value(name: str, element: ET.Element) -> bool:
    text = element.text or ""
    if name == "InstdAmt":
        return _is_amount(text) and re.fullmatch("[A-Z]{3}", element.get("Ccy", "")) is not None
    if element.attrib:
        return False
    match name:
        case "MsgId" | "PmtInfId" | "EndToEndId":  # Max35Text; no "//" and none at the ends, as banks want it
            return _REFERENCE.fullmatch(text) is not None and "//" not in text
        case "CreDtTm":
            return re.fullmatch(_DAY + r"T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text) is not None
        case "Dt":
            return re.fullmatch(_DAY, text) is not None
        case "NbOfTxs":
            return re.fullmatch("[0-9]{1,15}", text) is not None
        case "CtrlSum":
            return _is_decimal(text, fraction_digits=17)
        case "PmtMtd":
            return text in {"CHK", "TRF", "TRA"}
        case "BtchBookg":
            return text in {"true", "false"}
        case "Nm" | "Ustrd":
            return len(text) <= 140 and _TEXT.fullmatch(text) is not None
        case "Id":
            return len(text) <= 34 and _TEXT.fullmatch(text) is not None
        case _:
            return False


def _is_amount(text: str) -> bool:
    return _is_decimal(text, fraction_digits=5) and Decimal(text) > 0


def _is_decimal(text: str, *, fraction_digits: int) -> bool:
    found = _DECIMAL.fullmatch(text)
    digits = text.replace(".", "").lstrip("0")
    return found is not None and len(digits) <= 18 and len(text.partition(".")[2]) <= fraction_digits


def _wrong_totals(document: ET.Element) -> list[str]:
    wrong: list[str] = []
    for part in (document.find(f".//{{{NAMESPACE}}}GrpHdr"), *document.iterfind(f".//{{{NAMESPACE}}}PmtInf")):
        assert part is not None
        payments = (document if _local(part) == "GrpHdr" else part).findall(f".//{{{NAMESPACE}}}InstdAmt")
        count, total = len(payments), sum((Decimal(each.text or "") for each in payments), Decimal(0))
        if str(count) != part.findtext(f"{{{NAMESPACE}}}NbOfTxs"):
            wrong.append(f"{_local(part)}: NbOfTxs is not {count}")
        if total != Decimal(part.findtext(f"{{{NAMESPACE}}}CtrlSum") or ""):
            wrong.append(f"{_local(part)}: CtrlSum is not {total}")
    references = [each.text for each in document.iter(f"{{{NAMESPACE}}}EndToEndId")]
    return wrong if len(set(references)) == len(references) else [*wrong, "EndToEndId twice"]


def _local(element: ET.Element) -> str:
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace == "{" + NAMESPACE else element.tag
