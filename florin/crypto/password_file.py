"""Zip files that open with a password: AES-256 in WinZip's form AE-2, which every current zip program reads.

The old encryption of zip files is broken (Biham and Kocher, 1994) and never used. AE-2 leaves out the checksum of the
plain text, and because a zip shows the names of its members to everybody, the caller gives a name that says nothing.
"""

import zipfile
import zlib
from collections.abc import Callable
from typing import IO

import pyzipper  # type: ignore[import-untyped]  # the library ships no types

_AE_2 = {"force_wz_aes_version": 2}


class WrongPassword(Exception):
    """The file was altered or cut, or has another password."""


def zip_pages(next_page: Callable[[], bytes], sealed: IO[bytes], member: str, password: str) -> None:
    """Compress and encrypt what ``next_page`` returns, call after call until it returns nothing, into ``sealed``.

    ``sealed`` becomes a zip file with one member of that name; the pages are never on disk as they are.

    Raises:
        Exception: whatever ``next_page`` or ``sealed`` raised; the file is then of no use to anybody.
    """
    form = {"compression": pyzipper.ZIP_DEFLATED, "encryption": pyzipper.WZ_AES, "encryption_kwargs": _AE_2}
    with pyzipper.AESZipFile(sealed, "w", **form) as file:
        file.setpassword(password.encode())
        # The length is not known beforehand; without room for a large one the end of a large file would be refused.
        with file.open(member, "w", force_zip64=True) as part:
            while page := next_page():
                part.write(page)


def unzip(sealed: IO[bytes], password: str) -> dict[str, bytes]:
    """The members of a zip file by their names, in memory.

    Raises:
        WrongPassword: it was altered, cut, or has another password.
    """
    try:
        with pyzipper.AESZipFile(sealed) as file:
            file.setpassword(password.encode())
            return {name: file.read(name) for name in file.namelist()}
    except (RuntimeError, zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, EOFError) as error:
        raise WrongPassword("the file does not open with this password") from error
