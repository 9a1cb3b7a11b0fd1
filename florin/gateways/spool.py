"""A spool: messages as files in a directory, for whoever takes them from there; each is there whole or not at all.

As in a maildir, a file is written under ``tmp`` and moved to ``new``. Its name is the message's id, so that a message
that is sent once more takes its own place. What stands in them is personal: only their owner may read them.
"""

import os
from pathlib import Path


def put(directory: Path, name: str, content: bytes) -> Path:
    """Leave a file in the spool and return where it is; `OSError` when that is not possible."""
    being_written, ready = directory / "tmp", directory / "new"
    for each in (being_written, ready):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = being_written / f"{name}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return unfinished.replace(ready / name)
