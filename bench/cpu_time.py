"""Processor time, which says more than the clock on a machine that others use too: of a service, and of PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from florin.storage.embedded.processes import postmaster_pid

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
# Places after the command's name in /proc/PID/stat (proc_pid_stat(5)).
_PARENT, _USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM = 1, 11, 12, 13, 14


def service_cpu_us(pid: int) -> int:
    """Microseconds of processor time that a process and its children have used."""
    own = _stat(pid)
    total = _us(own[_USER], own[_SYSTEM], own[_CHILDREN_USER], own[_CHILDREN_SYSTEM])
    return total + sum(_us(each[_USER], each[_SYSTEM]) for each in _children(pid))


def postgres_cpu_us(cluster: Path) -> int:
    """Microseconds of processor time of a server: its postmaster, its children, and those that have ended."""
    postmaster = postmaster_pid(cluster)
    if postmaster is None:
        raise SystemExit("the database server is gone")
    return service_cpu_us(postmaster)


def _children(parent: int) -> Iterator[list[str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = _stat(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[_PARENT]) == parent:
                yield fields


def _stat(pid: int) -> list[str]:
    # The name stands in parentheses and may hold spaces and parentheses of its own.
    return Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()


def _us(*ticks: str) -> int:
    return sum(map(int, ticks)) * 1_000_000 // _TICKS_PER_S
