"""A file that only its owner may read, replaced whole or not at all."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class ExposedFile(Exception):
    """Somebody besides the owner may touch the file."""


def read_private(path: Path) -> bytes:
    """Return the content of a file that nobody but its owner may touch.

    Raises:
        ExposedFile: group or others have any permission on it.
        OSError: it is missing or cannot be read.
    """
    with path.open("rb") as file:
        # The open file is asked, not the path, so that it cannot be exchanged in between.
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _GROUP_AND_OTHERS:
            raise ExposedFile(f"{path} has mode {mode:04o}, which must be 0600: chmod 600 it")
        return file.read()


def write_private(path: Path, content: bytes) -> None:
    """Write the file with mode 0600, so that a crash leaves the old content or the new.

    A file that is replaced keeps its owner: an administrator may rotate the keys of a
    service that runs as somebody else.

    Raises:
        OSError: it cannot be written; the old content stands.
    """
    target = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if target.exists():
                former = target.stat()
                os.fchown(descriptor, former.st_uid, former.st_gid)
            file.flush()
            os.fsync(descriptor)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(target.parent)


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold off every other writer of the file's directory, so that no update is lost."""
    directory = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        # Closing the descriptor gives the lock back, and so does the death of the process.
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _sync_directory(directory: Path) -> None:
    """Make a rename durable: the name lives in the directory, not in the file."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
