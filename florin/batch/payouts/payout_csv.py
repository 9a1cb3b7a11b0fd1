"""A list of payments as CSV, for banks whose desks take tables: one row a payment, and a last row that adds them up."""

from io import BytesIO
from typing import Final

from florin.batch.payouts.payment import PaymentList
from florin.documents.sheets import MEDIA_TYPES, SheetForm, open_sheet
from florin.domain.money import format_minor

MEDIA_TYPE: Final = MEDIA_TYPES[SheetForm.CSV]
COLUMNS: Final = ("payment", "holder", "bank", "account", "amount", "currency", "reference")


def payout_csv(payments: PaymentList) -> bytes:
    """The table in UTF-8; the same list always gives the same bytes."""
    file, unit = BytesIO(), payments.unit
    with open_sheet(SheetForm.CSV, file, "payouts", COLUMNS) as sheet:
        sheet.add(
            (
                each.payout_id.hex,
                each.to.holder,
                each.to.bank,
                each.to.number,
                format_minor(each.amount_minor, unit),
                unit,
                each.reference,
            )
            for each in payments.payments
        )
        total = format_minor(payments.total_minor, unit)
        sheet.add([(payments.id.hex, "", "", len(payments.payments), total, unit, "total")])
    return file.getvalue()
