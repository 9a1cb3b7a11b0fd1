"""A list of payments as ISO 20022 has it: Customer Credit Transfer Initiation, pain.001.001.09.

Source: the message definition report "Payments Initiation" of ISO 20022, edition of 2019. The elements stand in the
order of its schema, and what the schema leaves to the bank is left out: banks know their customers' agents by name.
"""

from typing import Final
from xml.etree import ElementTree as ET

from florin.batch.payouts.payment import Payment, PaymentList
from florin.domain.money import format_minor

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MEDIA_TYPE: Final = "application/xml"


def pain_001(payments: PaymentList) -> bytes:
    """The document in UTF-8; the same list always gives the same bytes."""
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    message = _in(document, "CstmrCdtTrfInitn")
    header = _in(message, "GrpHdr")
    _in(header, "MsgId", payments.id.hex)
    _in(header, "CreDtTm", payments.made_at.isoformat(timespec="seconds"))
    _totals(header, payments)
    _in(_in(header, "InitgPty"), "Nm", payments.payer.holder)
    information = _in(message, "PmtInf")
    _in(information, "PmtInfId", payments.id.hex)
    _in(information, "PmtMtd", "TRF")
    # Each payment is booked by itself, so that the statement says of each whether it was made.
    _in(information, "BtchBookg", "false")
    _totals(information, payments)
    _in(_in(information, "ReqdExctnDt"), "Dt", payments.pays_on.isoformat())
    _in(_in(information, "Dbtr"), "Nm", payments.payer.holder)
    _account(information, "DbtrAcct", payments.payer.number)
    _agent(information, "DbtrAgt", payments.payer.bank)
    for each in payments.payments:
        _payment(information, each, payments.unit)
    ET.indent(document)
    content: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return content + b"\n"


def _totals(parent: ET.Element, payments: PaymentList) -> None:
    _in(parent, "NbOfTxs", str(len(payments.payments)))
    _in(parent, "CtrlSum", format_minor(payments.total_minor, payments.unit))


def _payment(parent: ET.Element, payment: Payment, unit: str) -> None:
    transfer = _in(parent, "CdtTrfTxInf")
    _in(_in(transfer, "PmtId"), "EndToEndId", payment.payout_id.hex)
    amount = _in(_in(transfer, "Amt"), "InstdAmt", format_minor(payment.amount_minor, unit))
    amount.set("Ccy", unit)
    _agent(transfer, "CdtrAgt", payment.to.bank)
    _in(_in(transfer, "Cdtr"), "Nm", payment.to.holder)
    _account(transfer, "CdtrAcct", payment.to.number)
    _in(_in(transfer, "RmtInf"), "Ustrd", payment.reference)


def _account(parent: ET.Element, name: str, number: str) -> None:
    identification = _in(_in(parent, name), "Id")
    _in(_in(identification, "Othr"), "Id", number)


def _agent(parent: ET.Element, name: str, bank: str) -> None:
    _in(_in(_in(parent, name), "FinInstnId"), "Nm", bank)


def _in(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element
