import random
from collections.abc import Callable
from io import BytesIO

import pytest
import pyzipper  # type: ignore[import-untyped]  # the library ships no types

from florin.crypto.password_file import WrongPassword, unzip, zip_pages

PASSWORD = "7Q3F-0000-ABCD-EFGH-JKMN"


def reader(*pages: bytes) -> Callable[[], bytes]:
    left = iter((*pages, b""))
    return lambda: next(left)


def zipped(*pages: bytes, password: str = PASSWORD) -> BytesIO:
    file = BytesIO()
    zip_pages(reader(*pages), file, "part.csv", password)
    return file


def test_the_pages_come_back_with_the_password() -> None:
    pages = [b"line %d\r\n" % number * 500 for number in range(40)]
    assert {"part.csv": b"".join(pages)} == unzip(zipped(*pages), PASSWORD)


@pytest.mark.parametrize("password", ["", PASSWORD.lower(), PASSWORD[:-1]])
def test_no_other_password_opens_the_file(password: str) -> None:
    with pytest.raises(WrongPassword):
        unzip(zipped(b"secret"), password)


def test_the_file_is_aes_256_without_a_checksum_of_its_content() -> None:
    (member,) = pyzipper.AESZipFile(zipped(b"secret" * 1000)).infolist()
    assert (2, 3, 0) == (member.wz_aes_version, member.wz_aes_strength, member.CRC)
    assert member.flag_bits & 1


def test_the_content_is_not_in_the_file() -> None:
    assert b"9123450000000000000" not in zipped(b"9123450000000000000").getvalue()


@pytest.mark.parametrize("place", range(69, 130))
def test_a_file_whose_content_was_altered_does_not_open(place: int) -> None:
    file = bytearray(zipped(random.Random(1).randbytes(100)).getvalue())
    file[place] ^= 1
    with pytest.raises(WrongPassword):
        unzip(BytesIO(file), PASSWORD)


def test_a_file_that_was_cut_does_not_open() -> None:
    with pytest.raises(WrongPassword):
        unzip(BytesIO(zipped(b"secret" * 100).getvalue()[:-30]), PASSWORD)


def test_a_page_that_cannot_be_read_ends_the_writing() -> None:
    def broken() -> bytes:
        raise LookupError("no such page")

    with pytest.raises(LookupError, match="no such page"):
        zip_pages(broken, BytesIO(), "part.csv", PASSWORD)
