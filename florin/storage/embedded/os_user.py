"""The operating system user that the server's processes run as, because PostgreSQL refuses to be root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from florin.storage.embedded.errors import EmbeddedServerError

SYSTEM_USER = "florin"
FALLBACK_USER = "nobody"


@dataclass(frozen=True)
class ServerUser:
    """Who runs the server. ``is_other`` says that it is somebody else than this process."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run(self, command: Sequence[str | Path], *, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command as this user and return its exit status and output, whatever the status.

        The environment carries no ``PG...`` variable, which would redirect the server's tools, and the C locale, so
        that messages are in one language. The working directory is one that every user can enter.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(
            command,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
            env=environment | {"LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )

    def can_enter(self, directory: Path) -> bool:
        """Say whether this user can enter ``directory``; the kernel decides, so access lists count too."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", directory]).returncode == 0

    def make_directory(self, directory: Path) -> None:
        """Make a directory that belongs to this user alone, or check that an existing one does.

        Raises:
            EmbeddedServerError: it belongs to somebody else, or it is a link or a file.
        """
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700)
        found = directory.lstat()
        # One that is still root's was made by us a moment before we were killed.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {self.uid, os.geteuid()}:
            raise EmbeddedServerError(f"{directory} is not a directory of the user {self.name}")
        self.own(directory)

    def own(self, path: Path) -> None:
        """Give a file or directory that we have just made to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def server_user(server_dir: Path) -> ServerUser:
    """Return the user that runs the server in ``server_dir``.

    An ordinary user runs it as itself. Root hands it to the owner of an existing ``server_dir``, so that a cluster
    keeps its user for life, and otherwise to a system user of its own, made on the spot when missing.

    Raises:
        EmbeddedServerError: root finds no user to hand the server to.
    """
    if os.geteuid() != 0:
        return ServerUser(str(os.geteuid()), os.geteuid(), os.getegid(), is_other=False)
    owner = server_dir.stat() if server_dir.exists() else None
    if owner is not None and owner.st_uid != 0:
        return ServerUser(str(owner.st_uid), owner.st_uid, owner.st_gid, is_other=True)
    for name in (_system_user_made(), FALLBACK_USER):
        if (entry := _entry(name)) is not None:
            return ServerUser(name, entry.pw_uid, entry.pw_gid, is_other=True)
    raise EmbeddedServerError(
        f"PostgreSQL refuses to run as root, and this system has neither useradd nor a user {FALLBACK_USER}: "
        f"create a system user {SYSTEM_USER}, or start Florin as an ordinary user"
    )


def _system_user_made() -> str:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if useradd is not None and _entry(SYSTEM_USER) is None:
        # A failure shows below as a missing user: another process was quicker, or the system is read-only.
        command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([*command, "--shell", "/bin/false", SYSTEM_USER], capture_output=True, check=False)
    return SYSTEM_USER


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
