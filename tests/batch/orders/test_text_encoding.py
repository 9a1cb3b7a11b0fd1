"""The encoding of a text is what its bytes allow; what they leave open is asked back."""

import codecs

import pytest

from florin.batch.orders.sheet_row import FileUnreadable
from florin.batch.orders.text_encoding import decoded

TEXT = "姓名,联系方式\r\n张伟,13800138000\r\n李镕喆,13800138001\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_utf_16_is_read_in_both_byte_orders() -> None:
    assert TEXT == decoded(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"))
    assert TEXT == decoded(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"))


def test_plain_ascii_is_the_same_in_all() -> None:
    assert decoded(b"name,contact\r\n") == "name,contact\r\n"


@pytest.mark.parametrize("name", ["张伟", "王芳", "李娜", "欧阳娜娜", "𠮷田", "Ж张"])
def test_a_short_text_in_utf_8_is_not_doubted_when_it_shows_chinese(name: str) -> None:
    text = f"name\n{name}\n"
    assert text == decoded(text.encode())


@pytest.mark.parametrize(
    ("name", "encoding"),
    # Each character of the first three is good UTF-8 too, of two bytes; the others are good GB18030.
    [("卢伟", "gb18030"), ("姚倩", "gb18030"), ("庄卓", "gbk"), ("José", "utf-8"), ("Müller", "utf-8")],
)
def test_a_text_that_two_encodings_read_as_different_names_is_refused(name: str, encoding: str) -> None:
    raw = f"name\n{name}\n".encode(encoding)
    assert raw.decode("utf-8") != raw.decode("gb18030")
    with pytest.raises(FileUnreadable, match="GB18030"):
        decoded(raw)


def test_the_same_name_with_a_byte_order_mark_is_in_no_doubt() -> None:
    assert decoded("name\nJosé\n".encode("utf-8-sig")) == "name\nJosé\n"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-16-le"),  # without a byte order mark
        b"name\n\0\n",
        b"\xff\xfe\x00\xd8",  # half a surrogate pair
        codecs.BOM_UTF8 + b"\xd5\xc5\xce\xb0",
        b"\x89PNG\r\n\x1a\n\xff\xff",
        b"name\n\xe5\xbc",  # cut short in a character
        "name\n张伟".encode()[:-1] + b"\nx\n",  # damaged in one
    ],
)
def test_what_is_no_text_in_these_encodings_is_refused(raw: bytes) -> None:
    with pytest.raises(FileUnreadable, match="save"):
        decoded(raw)
