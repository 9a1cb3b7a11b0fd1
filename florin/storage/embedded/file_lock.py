"""Locks between processes on files. The kernel releases them when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for the lock on ``path`` and hold it alone."""
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Membership:
    """One of the many holders of a shared lock, who can learn whether it is the last."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def is_last(self) -> bool:
        """Try to turn the shared lock into an exclusive one without waiting; True keeps newcomers out until the end.

        The kernel drops the shared lock before it tries, so of several that leave together exactly one is the last.
        """
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def shared(path: Path) -> Iterator[Membership]:
    """Wait until nobody holds the lock on ``path`` alone and hold it together with others."""
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield Membership(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    # Python opens files so that child processes do not inherit them; otherwise the server would hold our lock.
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
