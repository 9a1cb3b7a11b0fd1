"""Files that only their recipient can open: age, with the recipient's X25519 public key (age-encryption.org/v1).

The file is written as it is read, 64 KiB at a time, so its size does not matter.
"""

from collections.abc import Callable
from io import RawIOBase
from typing import IO

import pyrage  # type: ignore[import-untyped]  # the library ships no types


class RecipientMalformed(ValueError):
    """The text is not the public key of an age identity, which begins with ``age1``."""


class FileNotForUs(Exception):
    """The file was altered or cut, or made for another identity."""


def new_identity() -> tuple[str, str]:
    """A new identity, to be kept secret, and its recipient key, to be given to whoever makes files for it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def require_recipient(recipient: str) -> None:
    """Refuse what cannot be a recipient key: `RecipientMalformed`."""
    _recipient(recipient)


def canonical_recipient(recipient: str) -> str:
    """The one spelling of a recipient key, which may also be written in capitals; `RecipientMalformed` for none."""
    return str(_recipient(recipient))


def encrypt_pages(next_page: Callable[[], bytes], sealed: IO[bytes], recipient: str) -> None:
    """Encrypt what ``next_page`` returns, call after call until it returns nothing, into ``sealed``.

    Raises:
        RecipientMalformed: no recipient key.
        Exception: whatever ``next_page`` or ``sealed`` raised; the file is then of no use to anybody.
    """
    pages = _Pages(next_page)
    try:
        pyrage.encrypt_io(pages, sealed, [_recipient(recipient)])
    except pyrage.EncryptError:
        # The library reports what the reader raised as its own error and in words only.
        if pages.failure is not None:
            raise pages.failure from None
        raise


def decrypt_file(sealed: IO[bytes], plain: IO[bytes], identity: str) -> None:
    """Decrypt a file into another.

    Raises:
        FileNotForUs: it was altered, cut or made for another identity; what has been written so far is genuine.
    """
    try:
        pyrage.decrypt_io(sealed, plain, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise FileNotForUs("the file does not open with this identity") from error
    except OSError as error:
        # A damaged body is reported as an error of reading, but without the number that one of the system has.
        if error.errno is not None:
            raise
        raise FileNotForUs("the file was altered or cut") from error


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise RecipientMalformed("a recipient is the public key of an age identity: age1...") from None


class _Pages(RawIOBase):
    """Pages of any size as the file that the library reads from."""

    def __init__(self, next_page: Callable[[], bytes]) -> None:
        self.failure: BaseException | None = None
        self._next_page = next_page
        self._page = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            if not self._page:
                self._page = memoryview(self._next_page())
        except BaseException as error:
            self.failure = error
            raise
        part, self._page = self._page[:size], self._page[size:]
        return bytes(part)
