"""The configuration of the embedded server, each line with its reason.

It goes into ``florin.conf`` beside PostgreSQL's own file, which includes it, and is written anew at each start. What an
operator adds below that ``include``, or sets with ``ALTER SYSTEM``, wins.
"""

import os
from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "florin.conf"
INCLUDE = f"""
# Florin's settings, written anew at each start. Lines below this one win over them.
include '{FILE_NAME}'
"""

_MEBIBYTE = 1024 * 1024
_SMALLEST_BUFFERS_MIB = 128
_LARGEST_BUFFERS_MIB = 1024

SETTINGS: dict[str, tuple[str, str]] = {
    "listen_addresses": ("", "Nobody outside this machine has business with the book."),
    "unix_socket_permissions": ("0700", "Only the server's user, and root, reach the socket."),
    "fsync": ("on", "An answered purchase must be on disk."),
    "full_page_writes": ("on", "A page torn by a power cut is repaired from the log."),
    "synchronous_commit": ("on", "No answer before its commit is on disk."),
    "wal_level": ("replica", "The log can feed a standby or a continuous backup later without a restart of thought."),
    "max_wal_size": ("4GB", "Checkpoints come by the clock, not by load: each makes pages be logged whole again."),
    "min_wal_size": ("512MB", "Log files are reused rather than made anew under load."),
    "checkpoint_timeout": ("15min", "Recovery after a crash stays within minutes."),
    "checkpoint_completion_target": ("0.9", "A checkpoint's writing is spread out, so that no purchase waits for it."),
    "wal_compression": ("on", "Whole pages shrink in the log, and the disk is what commits wait for."),
    "random_page_cost": ("1.1", "Solid state storage reads anywhere at nearly one price."),
    "jit": ("off", "Statements are short; compiling one costs more than it saves."),
    "max_connections": ("100", "A few pools; more would only queue inside the server."),
    "timezone": ("UTC", "Days belong to programmes, never to the server."),
    "log_timezone": ("UTC", "Log lines of all parts can be laid side by side."),
    "log_line_prefix": ("%m [%p] %q%u@%d %a ", "Who, when and from which part of Florin."),
    "log_error_verbosity": ("terse", "A violated key's values, card indexes among them, stay out of the log."),
    "log_parameter_max_length_on_error": ("0", "Parameters hold members' data and stay out of the log."),
    "log_lock_waits": ("on", "A wait for a row that is long enough to notice should be seen."),
    "log_autovacuum_min_duration": ("60s", "Only cleaning that takes long is news."),
}


def write(cluster: Path, socket_dir: Path, changes: Mapping[str, str]) -> None:
    """Write ``florin.conf`` in the cluster's directory.

    Args:
        cluster: PostgreSQL's data directory.
        socket_dir: where the server makes its socket.
        changes: settings by name that differ from the house's, for tests and measurements.
    """
    chosen = {
        "unix_socket_directories": (str(socket_dir), "Fits into a socket address, which holds about 100 bytes."),
        "shared_buffers": (f"{_buffers_mib()}MB", "An eighth of the memory, bounded: the service lives here too."),
        **SETTINGS,
        **{name: (value, "Asked for by whoever started the server.") for name, value in changes.items()},
    }
    lines = [f"# {why}\n{name} = {_quoted(value)}\n" for name, (value, why) in chosen.items()]
    (cluster / FILE_NAME).write_text("".join(lines), "utf-8")


def _buffers_mib() -> int:
    memory_mib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MEBIBYTE
    return min(max(memory_mib // 8, _SMALLEST_BUFFERS_MIB), _LARGEST_BUFFERS_MIB)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
