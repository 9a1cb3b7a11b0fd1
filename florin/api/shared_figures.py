"""Figures that several processes count together, so that whichever of them is asked tells the sums of all.

The Prometheus client keeps each process's figures in files of one directory, which it learns of from the environment
when it is imported: the directory is made before the workers start.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_figures() -> Iterator[None]:
    """Let the processes that are started meanwhile count together."""
    with tempfile.TemporaryDirectory(prefix="florin-figures-") as directory:
        os.environ[_DIRECTORY] = directory
        try:
            yield
        finally:
            del os.environ[_DIRECTORY]


def forget_process(pid: int | None) -> None:
    """Let a process that has ended count no longer in what is only true of the living, as the length of a queue."""
    if pid is not None and _DIRECTORY in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def figures_as_text(registry: CollectorRegistry) -> bytes:
    """The figures of all processes in Prometheus' text format, or of this one when it is alone."""
    if _DIRECTORY in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
