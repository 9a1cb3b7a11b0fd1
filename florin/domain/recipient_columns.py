"""The columns of a recipients' file: how their headers are written, and what a cell is that holds no text."""

import unicodedata
from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final


class Column(StrEnum):
    """A column by its English header; the value is also its name in findings."""

    NAME = auto()
    CONTACT = auto()  # a mainland mobile number or a mail address
    EMPLOYEE_NUMBER = auto()
    PRODUCT = auto()  # the code of a card product of the programme
    DENOMINATION = auto()  # in units, such as 500 or 500.00
    ID_TYPE = auto()
    ID_NUMBER = auto()


CHINESE: Final[Mapping[Column, str]] = MappingProxyType(
    {
        Column.NAME: "姓名",
        Column.CONTACT: "联系方式",
        Column.EMPLOYEE_NUMBER: "工号",
        Column.PRODUCT: "产品",
        Column.DENOMINATION: "面值",
        Column.ID_TYPE: "证件类型",
        Column.ID_NUMBER: "证件号码",
    }
)
"""The Chinese header of each column."""

NEEDED: Final = frozenset(Column) - {Column.ID_TYPE, Column.ID_NUMBER}
"""The columns that every file has; the other two are for cards that are registered in their recipients' names."""

_HEADERS: Final = {**{each.value: each for each in Column}, **{text: each for each, text in CHINESE.items()}}


class NotText(Enum):
    """What a cell of a workbook can be instead of text, and what its writer is told. An empty cell is empty text."""

    FORMULA = "a formula: paste its value as text"
    NUMBER = "a number: format the column as text and type it anew, or digits get lost"
    DATE = "a date: format the column as text and type it anew"
    BOOLEAN = "a truth value and no text"
    ERROR = "an error of the spreadsheet program"


Cell = str | NotText


def column_of(header: Cell) -> Column | None:
    """The column that a header stands for, in either language, any width and any case; None for an unknown one."""
    if isinstance(header, NotText):
        return None
    return _HEADERS.get("_".join(unicodedata.normalize("NFKC", header).casefold().split()))
