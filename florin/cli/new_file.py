"""A file that a command is to write: known to be possible before anything is asked for, and gone if that fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from florin.cli.exit_codes import Refusal

OWNER_ONLY: Final = 0o600
"""The rights of a file that nobody else on the machine may read."""


@contextmanager
def new_file(out: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A new file at the place of ``--out``; `Refusal` where there is one already, or where none can be made."""
    try:
        file = os.fdopen(os.open(out, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode), "w+b")
    except FileExistsError:
        raise Refusal(f"--out: {out} exists already; it was not touched") from None
    except OSError as error:
        raise Refusal(f"--out: {out} cannot be written: {error.strerror}") from None
    try:
        with file:
            yield file
    except BaseException:
        out.unlink()
        raise
