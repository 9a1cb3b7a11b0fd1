"""Where the server lies and whose it is."""

import os
import pwd
import stat
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from florin.crypto.keyring import Keyring
from florin.storage.embedded import EmbeddedServer, EmbeddedServerError, binaries, client_tool, running_server
from florin.storage.embedded.layout import Layout
from florin.storage.embedded.os_user import server_user


def as_ordinary_user(work: Callable[[], None], home: Path) -> None:
    """Do ``work`` in a child process that is not root, with ``home`` as the place where it may write.

    A fork keeps the interpreter, whose files may be closed to other users.
    """
    nobody = pwd.getpwnam("nobody")
    if os.geteuid() == 0:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            work()
        except BaseException:  # noqa: BLE001 - nothing may escape into a second run of the tests
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# The shared server has run by then, so the child finds everything imported that it needs.
@pytest.mark.usefixtures("server")
def test_an_ordinary_user_runs_the_server_as_itself_and_a_visit_of_root_changes_nothing(data_dir: Path) -> None:
    def use_server() -> None:
        with running_server(data_dir) as server, psycopg.connect(server.owner_url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    def use_server_as_itself() -> None:
        assert os.geteuid() != 0
        use_server()
        assert os.geteuid() == (data_dir / "server" / "data").stat().st_uid

    as_ordinary_user(use_server_as_itself, data_dir.parent)
    use_server()
    as_ordinary_user(use_server_as_itself, data_dir.parent)


def test_the_server_never_runs_as_root(server: EmbeddedServer) -> None:
    owner = server.layout.cluster.stat().st_uid
    assert owner != 0
    assert owner == server_user(server.layout.server_dir).uid


def test_a_long_path_has_its_socket_elsewhere(made_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(made_data_dir.parent))
    long_path = made_data_dir.rename(made_data_dir.with_name("long" * 30))
    with running_server(long_path) as server, psycopg.connect(server.owner_url()):
        assert made_data_dir.parent == server.socket_dir.parent
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700


def test_paths_that_are_all_too_long_are_refused(made_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(made_data_dir.parent / ("long" * 30)))
    long_path = made_data_dir.rename(made_data_dir.with_name("long" * 30))
    with pytest.raises(EmbeddedServerError, match="too long for a Unix socket"), running_server(long_path):
        pass


def test_somebody_elses_socket_directory_is_refused(made_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(made_data_dir.parent))
    long_path = made_data_dir.rename(made_data_dir.with_name("long" * 30))
    Layout(long_path).socket_dir().symlink_to(long_path / "server")
    with pytest.raises(EmbeddedServerError, match="is not a directory of"), running_server(long_path):
        pass


def test_a_closed_parent_is_never_opened(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700 if os.geteuid() == 0 else 0o000)
    before = closed.stat().st_mode
    with pytest.raises(EmbeddedServerError, match=r"cannot enter|no permission"), running_server(closed / "florin"):
        pass
    assert before == closed.stat().st_mode
    closed.chmod(0o700)


def test_programs_that_the_servers_user_cannot_reach_are_copied(
    made_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = made_data_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    (closed / "packages").symlink_to(client_tool("postgres").parents[3])
    monkeypatch.setattr(binaries, "_site_packages", lambda: closed / "packages")
    with running_server(made_data_dir) as server, psycopg.connect(server.owner_url()) as connection:
        row = connection.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
    assert row is not None
    assert (made_data_dir in Path(row[0]).parents) == (os.geteuid() == 0)


@pytest.mark.parametrize("name", ["pgbench", "pg_dump", "pg_restore", "psql"])
def test_the_wheel_brings_the_client_tools(name: str) -> None:
    assert os.access(client_tool(name), os.X_OK)


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(EmbeddedServerError, match="no program pg_nothing"):
        client_tool("pg_nothing")


def test_a_keyring_may_be_made_before_the_first_server(data_dir: Path) -> None:
    keyring = data_dir / "keyring.json"
    Keyring.create(keyring)
    with running_server(data_dir) as server, psycopg.connect(server.owner_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o600
