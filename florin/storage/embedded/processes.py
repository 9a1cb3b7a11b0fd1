"""Which processes of a cluster are alive, and what dead ones leave behind.

PostgreSQL guards a data directory and a socket with files that hold the postmaster's process id, and refuses to start
while a process of the same user has that id: also when it is a zombie, or a stranger who got the id after a reboot
(``CreateLockFile`` in PostgreSQL's ``miscinit.c``). We look closer: a process of the cluster is one that runs
``postgres`` with the cluster as its working directory.
"""

from pathlib import Path

from florin.storage.embedded.layout import SOCKET_NAME

_PROCESSES = Path("/proc")
# Lines of postmaster.pid (pidfile.h), counted from zero.
_LINE_OF_PID = 0
_LINE_OF_SOCKET_DIR = 4


def live_processes(cluster: Path) -> frozenset[int] | None:
    """Return the ids of the cluster's living processes, or None on a system that has no ``/proc`` to ask.

    Zombies have neither a program nor a working directory left, and do not count.
    """
    if not (_PROCESSES / "self" / "exe").exists():
        return None
    found = (int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdigit())
    return frozenset(pid for pid in found if _belongs_to(cluster, pid))


def _belongs_to(cluster: Path, pid: int) -> bool:
    process = _PROCESSES / str(pid)
    try:
        # The kernel marks the program of a wheel that was replaced meanwhile with a word behind its name.
        program = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return program == "postgres" and (process / "cwd").readlink() == cluster
    except OSError:
        return False  # It has just ended, is a zombie, or belongs to somebody else.


def postmaster_pid(cluster: Path) -> int | None:
    """Return the process id in ``postmaster.pid``, whoever has it now, or None without a readable file."""
    line = _pid_file_line(cluster, _LINE_OF_PID)
    return int(line) if line.isdigit() else None


def postmaster_socket_dir(cluster: Path) -> Path | None:
    """Return the socket directory of the server that wrote ``postmaster.pid``, or None without such a line."""
    line = _pid_file_line(cluster, _LINE_OF_SOCKET_DIR)
    return Path(line) if line else None


def _pid_file_line(cluster: Path, number: int) -> str:
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return lines[number].strip() if number < len(lines) else ""


def remove_stale_files(cluster: Path, socket_dir: Path) -> None:
    """Remove the lock files and the socket of a dead server; the caller has seen that no process of it lives.

    Should a server be alive all the same, PostgreSQL still refuses to start beside it, by its shared memory.
    """
    for file in (cluster / "postmaster.pid", socket_dir / f"{SOCKET_NAME}.lock", socket_dir / SOCKET_NAME):
        file.unlink(missing_ok=True)
