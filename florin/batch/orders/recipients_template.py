"""An empty recipients' file to be filled in. Its columns are text: no program makes numbers of what is typed there."""

from io import BytesIO
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from florin.batch.orders.sheet_row import MOST_COLUMNS
from florin.domain.recipient import MOST_RECIPIENTS
from florin.domain.recipient_columns import CHINESE, Column

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_NAME: Final = "florin-recipients.xlsx"

_TEXT: Final = {"num_format": 49}
"""Text (ECMA-376, part 1, section 18.8.30)."""
_WIDTH: Final = 24
_HINTS: Final = {
    Column.CONTACT: "11 位手机号或邮箱 / mobile number of 11 digits, or mail address",
    Column.EMPLOYEE_NUMBER: "可为空 / may be empty",
    Column.PRODUCT: "产品代码 / code of the card product",
    Column.DENOMINATION: "例如 500 或 500.00 / such as 500 or 500.00",
    Column.ID_TYPE: "仅记名卡 / for registered cards only: resident_id, passport...",
    Column.ID_NUMBER: "仅记名卡 / for registered cards only",
}


def recipients_template() -> bytes:
    """The workbook: a header in Chinese with a hint at each column, and nothing below it."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        text, header = book.add_format(_TEXT), book.add_format({**_TEXT, "bold": True})
        sheet = book.add_worksheet("recipients")
        sheet.set_column(0, MOST_COLUMNS - 1, _WIDTH, text)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(Column):
            sheet.write_string(0, place, CHINESE[column], header)
            if column in _HINTS:
                hint = {"validate": "any", "input_title": CHINESE[column], "input_message": _HINTS[column]}
                sheet.data_validation(1, place, MOST_RECIPIENTS, place, hint)
    return made.getvalue()
