"""The server after kills: of the application, of the postmaster, of initdb, and with process ids that strangers got."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from florin.storage.embedded import EmbeddedServer, client_tool, running_server
from florin.storage.embedded.layout import SOCKET_NAME
from florin.storage.embedded.os_user import server_user
from florin.storage.embedded.processes import live_processes, postmaster_pid
from tests.storage.embedded.hold_server import ServerHolder


def write_row(server: EmbeddedServer) -> None:
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def read_row(server: EmbeddedServer) -> int:
    with psycopg.connect(server.owner_url()) as connection:
        row = connection.execute("SELECT answer FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def kill_postmaster(cluster: Path) -> int:
    pid = postmaster_pid(cluster)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


@contextmanager
def stranger(server_dir: Path, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's user that is no server, which is what PostgreSQL cannot tell apart by its id."""
    user = server_user(server_dir)
    switch = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.is_other else {}
    # A run in the background ignores interrupts, and its children with it: this one must be able to die of one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, **switch)  # type: ignore[call-overload]
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        yield process


def leave_lock_files(server: EmbeddedServer, pid: int) -> None:
    cluster, socket_dir = server.layout.cluster, server.layout.socket_dir()
    lines = [str(pid), str(cluster), "1", "5432", str(socket_dir), "", ""]
    for file in (cluster / "postmaster.pid", socket_dir / f"{SOCKET_NAME}.lock"):
        file.write_text("\n".join(lines), "ascii")
        os.chown(file, cluster.stat().st_uid, cluster.stat().st_gid)


def postgres_itself_refuses(server: EmbeddedServer) -> bool:
    started = server_user(server.layout.server_dir).run(
        [client_tool("pg_ctl"), "start", "--wait", f"--pgdata={server.layout.cluster}", "--log=/dev/null"]
    )
    return started.returncode != 0


def test_a_server_left_by_a_killed_application_is_adopted(made_data_dir: Path) -> None:
    with ServerHolder(made_data_dir) as application:
        left = application.wait_until_ready()
        application.kill()
    with running_server(made_data_dir) as server:
        assert left == postmaster_pid(server.layout.cluster)
        write_row(server)
        assert read_row(server) == 42
    assert not live_processes(server.layout.cluster)


def test_a_killed_postmaster_is_brought_back_with_all_that_was_committed(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server:
        write_row(server)
        with psycopg.connect(server.owner_url()):
            killed = kill_postmaster(server.layout.cluster)
            server.ensure_running()
        assert killed != postmaster_pid(server.layout.cluster)
        assert read_row(server) == 42


def test_application_and_postmaster_killed_together(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server:
        write_row(server)
    with ServerHolder(made_data_dir) as application:
        application.wait_until_ready()
        application.kill()
    kill_postmaster(server.layout.cluster)
    with running_server(made_data_dir) as server:
        assert read_row(server) == 42


@pytest.mark.parametrize("command", [["cat"], ["true"]], ids=["a living stranger", "a zombie"])
def test_a_process_id_that_somebody_else_has_does_not_keep_the_server_down(
    made_data_dir: Path, command: list[str]
) -> None:
    with running_server(made_data_dir) as server:
        write_row(server)
    with stranger(server.layout.server_dir, command) as process:
        leave_lock_files(server, process.pid)
        assert postgres_itself_refuses(server)
        with running_server(made_data_dir) as server:
            assert read_row(server) == 42


@pytest.mark.parametrize("content", ["", "4194303\n", "no number\n"], ids=["empty", "nobody's id", "garbage"])
def test_a_stale_pid_file_does_not_keep_the_server_down(made_data_dir: Path, content: str) -> None:
    with running_server(made_data_dir) as server:
        write_row(server)
    (server.layout.cluster / "postmaster.pid").write_text(content, "ascii")
    with running_server(made_data_dir) as server:
        assert read_row(server) == 42


def test_leaving_a_killed_server_does_not_interrupt_a_stranger_with_its_process_id(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server, stranger(server.layout.server_dir, ["cat"]) as process:
        kill_postmaster(server.layout.cluster)
        leave_lock_files(server, process.pid)
        server.stop()
        process.communicate()
        assert process.returncode == 0, "it ended by itself, when its input did, and not by a signal"


def test_a_half_made_cluster_is_made_again(data_dir: Path) -> None:
    with ServerHolder(data_dir) as application:
        while not list((data_dir / "server").glob("data.unfinished-*")):
            pass
        application.kill()
        assert not (data_dir / "server" / "data").exists()
    with running_server(data_dir) as server:
        write_row(server)
        assert read_row(server) == 42
