"""What the figures were measured on: the machine, the software and the database's settings, without names or paths."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from florin.storage.embedded import EmbeddedServer

_SETTINGS: Final = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "wal_sync_method",
    "wal_compression",
    "shared_buffers",
    "max_wal_size",
    "checkpoint_timeout",
    "commit_delay",
)
READ_SETTINGS: Final = "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%(names)s) ORDER BY name"


def describe_machine(server: EmbeddedServer) -> dict[str, Any]:
    """The description that is saved with every result."""
    with psycopg.connect(server.owner_url(), row_factory=tuple_row) as connection:
        version = connection.info.parameter_status("server_version")
        settings: dict[str, str] = dict(connection.execute(READ_SETTINGS, {"names": list(_SETTINGS)}).fetchall())
    return {**describe_host(), "postgresql": version, "postgresql_settings": settings}


def describe_host() -> dict[str, Any]:
    """The same for what is measured without a database."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_mib": int(_field("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_average_before": [round(each, 2) for each in os.getloadavg()],
        "commit": _commit(),
    }


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def _commit() -> str:
    """The commit that was measured, marked when the tree differs from it."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]  # git is found as its user finds it
    told = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"
