"""Where everything of the embedded server lies, and its generated passwords."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from florin.storage.embedded.errors import EmbeddedServerError
from florin.storage.embedded.os_user import ServerUser

PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# sockaddr_un holds 108 bytes with the closing zero on Linux (unix(7)) and 104 on macOS and the BSDs.
SOCKET_PATH_LIMIT = 103


@dataclass(frozen=True)
class Layout:
    """The places in one data directory."""

    data_dir: Path

    @property
    def server_dir(self) -> Path:
        """What belongs to the server's user: the cluster, its log and, where the path is short enough, its socket."""
        return self.data_dir / "server"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.server_dir / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.server_dir / "server.log"

    @property
    def users_lock(self) -> Path:
        """Held together by every process that uses the server."""
        return self.data_dir / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held alone by the process that makes or starts the server."""
        return self.data_dir / "start.lock"

    def password_file(self, purpose: str) -> Path:
        """Return the file of a generated password, for example of the ``owner`` or the ``service``."""
        return self.data_dir / f"{purpose}.password"

    def socket_dir(self) -> Path:
        """Return a directory for the socket whose path fits into a socket address, always the same one.

        Raises:
            EmbeddedServerError: the system's temporary directory has too long a path as well.
        """
        digest = hashlib.sha256(bytes(self.data_dir)).hexdigest()[:16]
        for directory in (self.server_dir, Path(tempfile.gettempdir(), f"florin-{digest}")):
            if len(bytes(directory / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
                return directory
        raise EmbeddedServerError(
            f"the paths of {self.data_dir} and of the temporary directory are too long for a Unix socket: "
            "set FLORIN_DATA_DIR or TMPDIR to a shorter one"
        )


MADE_BEFORE_THE_SERVER: Final = frozenset({"keyring.json", "sandbox-provider"})
"""What a data directory of ours may hold before its first server; each is private by its own mode."""


def prepare(data_dir: Path, user: ServerUser) -> Layout:
    """Make the data directory and the server's part of it, and return the places in it.

    A directory that is new, or holds nothing but what is made before the first start, is opened to the server's
    group; any other one, and its parents, stay as they are.

    Raises:
        EmbeddedServerError: the server's user cannot enter the data directory.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    layout = Layout(data_dir)
    if user.is_other and {each.name for each in data_dir.iterdir()} <= MADE_BEFORE_THE_SERVER:
        os.chown(data_dir, -1, user.gid)
        data_dir.chmod(0o750)
    if not user.can_enter(data_dir):
        raise EmbeddedServerError(
            f"PostgreSQL refuses to run as root and runs as the user {user.name} instead, who cannot enter {data_dir}: "
            "set FLORIN_DATA_DIR to a directory whose parents every user can enter, for example one below /var/lib"
        )
    user.make_directory(layout.server_dir)
    return layout


def password(file: Path) -> str:
    """Return the password kept in ``file``, generated on first use and readable by our own user only."""
    if not file.exists():
        unfinished = file.with_name(f"{file.name}.unfinished")
        write_private(unfinished, secrets.token_urlsafe(32))
        unfinished.rename(file)
    return file.read_text("ascii")


def write_private(file: Path, text: str) -> None:
    """Write a file anew that only its owner can read, and see it on disk."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
