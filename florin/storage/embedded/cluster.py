"""Making the database cluster, so that a kill at any moment leaves either none or a whole one."""

import os
import secrets
import shutil
from pathlib import Path

from florin.storage.embedded import configuration
from florin.storage.embedded.errors import EmbeddedServerError
from florin.storage.embedded.layout import Layout, password, write_private
from florin.storage.embedded.os_user import ServerUser

OWNER_LOGIN = "florin_admin"


def has_cluster(data_dir: Path) -> bool:
    """Whether a cluster has been made in a data directory, whether its server runs or not."""
    return Layout(data_dir).cluster.exists()


def make_cluster(layout: Layout, binaries: Path, user: ServerUser) -> None:
    """Make the cluster when there is none; the caller holds the start lock.

    ``initdb`` works in a directory of another name, which becomes the cluster by one rename when all is well.

    Raises:
        EmbeddedServerError: ``initdb`` failed, or a cluster has lost its password.
    """
    owner_password = layout.password_file("owner")
    if layout.cluster.exists():
        if not owner_password.exists():
            raise EmbeddedServerError(f"{owner_password} is missing: restore it, without it the database stays closed")
        return
    for leftover in layout.server_dir.glob("data.unfinished-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # A name of its own, because the initdb of a killed process may still be writing into its directory.
    unfinished = layout.server_dir / f"data.unfinished-{secrets.token_hex(4)}"
    # The server's user may not read our password file, so it gets a copy of its own for as long as initdb runs.
    password_copy = layout.server_dir / "initdb.password"
    write_private(password_copy, password(owner_password))
    user.own(password_copy)
    try:
        _initdb(binaries, unfinished, password_copy, user)
    finally:
        password_copy.unlink()
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as stream:
        stream.write(configuration.INCLUDE)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(layout.cluster)
    _sync_directory(layout.server_dir)


def _initdb(binaries: Path, directory: Path, password_file: Path, user: ServerUser) -> None:
    made = user.run(
        [
            binaries / "initdb",
            f"--pgdata={directory}",
            f"--username={OWNER_LOGIN}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # The built-in provider sorts and compares alike on every machine and across upgrades of its C library.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-locale",
            "--data-checksums",
            "--no-instructions",
        ],
        timeout_s=300,
    )
    if made.returncode != 0:
        raise EmbeddedServerError(f"PostgreSQL's initdb failed in {directory}:\n{made.stderr.strip()}")


def _sync_directory(directory: Path) -> None:
    # A rename is durable once the directory that holds the name is on disk.
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
