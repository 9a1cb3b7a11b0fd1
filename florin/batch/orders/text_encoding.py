"""Which encoding a text file is in, decided by what its bytes allow and never by what is likely.

A guess that is wrong turns names into other names, so a file that could be either of two is refused: UTF-8 with a byte
order mark, which spreadsheet programs write as "CSV UTF-8", leaves no doubt.
"""

import codecs
from typing import Final

from florin.batch.orders.sheet_row import FileUnreadable

_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LAST_OF_TWO_BYTES: Final = "\u07ff"
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u4e00", "\u9fff"

_NO_TEXT: Final = "neither a workbook (XLSX) nor text: save it as XLSX, or as CSV in UTF-8"
_BROKEN: Final = "its byte order mark says {}, which the rest of it is not: save it anew"
_DAMAGED: Final = "it is in UTF-8 and damaged or cut short: save it anew"
_DOUBTFUL: Final = (
    "it can be read as UTF-8 and as GB18030, with other names in it: save it as XLSX, or as CSV in UTF-8 with a byte "
    "order mark"
)


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 with a byte order mark, or in UTF-8 or GB18030 (so GBK) without.

    Raises:
        FileUnreadable: it is in none of them, or in doubt.
    """
    text = _decoded(raw)
    if "\0" in text:
        # Also what UTF-16 without a byte order mark looks like.
        raise FileUnreadable(_NO_TEXT)
    return text


def _decoded(raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return _strictly(raw.removeprefix(codecs.BOM_UTF8), "utf-8", _BROKEN.format("UTF-8"))
    for mark, encoding in _UTF_16.items():
        if raw.startswith(mark):
            return _strictly(raw.removeprefix(mark), encoding, _BROKEN.format("UTF-16"))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf_8(raw, error):
            raise FileUnreadable(_DAMAGED) from None
        return _strictly(raw, "gb18030", _NO_TEXT)
    if _could_be_gb18030(text, raw):
        raise FileUnreadable(_DOUBTFUL)
    return text


def _strictly(raw: bytes, encoding: str, otherwise: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise FileUnreadable(otherwise) from None


def _is_damaged_utf_8(raw: bytes, error: UnicodeDecodeError) -> bool:
    """Whether a text that is not good UTF-8 was once: GB18030 reads most of such as other names, and never complains.

    It shows Chinese up to where it is wrong, or breaks off in the middle of a character.
    """
    before = raw[: error.start].decode("utf-8")
    return max(before, default="") > _LAST_OF_TWO_BYTES or error.reason == "unexpected end of data"


def _could_be_gb18030(text: str, raw: bytes) -> bool:
    """Whether a text that is good UTF-8 may have been written as GB18030 all the same.

    Chinese in UTF-8 takes three bytes a character. Read as GB18030 they make pairs, most of which are characters that
    nobody uses. So UTF-8 was meant where it shows Chinese and the other reading needs more than the 6,763 everyday
    characters of GB2312; in what shows no Chinese, any Chinese of the other reading is a doubt.
    """
    if text.isascii():
        return False
    return _are_names(raw, "gb2312") or (max(text) <= _LAST_OF_TWO_BYTES and _are_names(raw, "gb18030"))


def _are_names(raw: bytes, encoding: str) -> bool:
    try:
        other = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(sign.isascii() or _FIRST_IDEOGRAPH <= sign <= _LAST_IDEOGRAPH for sign in other)
