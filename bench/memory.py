"""The most memory that something takes: this process, and a database server's processes while one looks."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from florin.storage.embedded import EmbeddedServer
from florin.storage.embedded.processes import live_processes

_EVERY_S: Final = 0.1
_KIB_A_MIB: Final = 1024


@dataclass(slots=True)
class Peak:
    """The most that was seen so far, in mebibytes."""

    mb: int = 0


def peak_mb() -> int:
    """The most memory that this process has held so far, in mebibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KIB_A_MIB


@contextmanager
def server_peak(server: EmbeddedServer) -> Iterator[Peak]:
    """Watch what all processes of a server hold together; the buffers that they share do not count."""
    peak, is_over = Peak(), threading.Event()

    def watch() -> None:
        while not is_over.wait(_EVERY_S):
            processes = live_processes(server.layout.cluster) or ()
            peak.mb = max(peak.mb, sum(map(_private_kib, processes)) // _KIB_A_MIB)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def _private_kib(pid: int) -> int:
    """What a process has that is its own (``RssAnon`` in proc_pid_status(5)); nothing of one that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon:")), 0)
