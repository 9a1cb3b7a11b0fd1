"""Several processes on one server: who starts it, who stops it."""

import stat
from pathlib import Path

import psycopg
import pytest

from florin.storage.embedded import EmbeddedServer, EmbeddedServerError, running_server
from florin.storage.embedded.processes import live_processes, postmaster_pid
from tests.storage.embedded.hold_server import ServerHolder


def setting(server: EmbeddedServer, name: str) -> str:
    with psycopg.connect(server.owner_url()) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("password_encryption", "scram-sha-256"),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_the_server_is_durable_and_closed_to_the_network(server: EmbeddedServer, name: str, value: str) -> None:
    assert value == setting(server, name)


def test_text_is_compared_alike_on_every_machine(server: EmbeddedServer) -> None:
    with psycopg.connect(server.owner_url()) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'florin'"
        ).fetchone()
    assert row == ("b", "C.UTF-8")


def test_no_login_without_the_password(server: EmbeddedServer) -> None:
    address = server.owner_url().replace(server.layout.password_file("owner").read_text("ascii"), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)


def test_passwords_are_readable_by_their_owner_only(server: EmbeddedServer) -> None:
    files = [server.layout.password_file(purpose) for purpose in ("owner", "service")]
    assert [0o600, 0o600] == [stat.S_IMODE(file.stat().st_mode) for file in files]


def test_the_last_user_stops_the_server(made_data_dir: Path) -> None:
    with ServerHolder(made_data_dir) as other:
        started_by_other = other.wait_until_ready()
        with running_server(made_data_dir) as server:
            cluster = server.layout.cluster
            assert started_by_other == postmaster_pid(cluster)
        assert started_by_other in (live_processes(cluster) or ())
        other.leave()
        assert not live_processes(cluster)


def test_a_user_that_leaves_does_not_take_the_server_from_another(made_data_dir: Path) -> None:
    with ServerHolder(made_data_dir) as other, running_server(made_data_dir) as server:
        other.wait_until_ready()
        other.leave()
        assert setting(server, "fsync") == "on"


def test_two_processes_that_start_at_once_share_one_server(data_dir: Path) -> None:
    with ServerHolder(data_dir) as one, ServerHolder(data_dir) as two:
        assert one.wait_until_ready() == two.wait_until_ready()


def test_data_outlives_a_clean_stop(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server, psycopg.connect(server.owner_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running_server(made_data_dir) as server, psycopg.connect(server.owner_url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_what_an_operator_sets_wins_over_the_houses_configuration(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server:
        configuration = server.layout.cluster / "postgresql.conf"
    with configuration.open("a", encoding="utf-8") as stream:
        stream.write("max_connections = 33\n")
    with running_server(made_data_dir) as server:
        assert setting(server, "max_connections") == "33"


def test_a_server_that_does_not_start_shows_its_log(made_data_dir: Path) -> None:
    with (
        pytest.raises(EmbeddedServerError, match='invalid value for parameter "shared_buffers"'),
        running_server(made_data_dir, changes={"shared_buffers": "plenty"}),
    ):
        pass


def test_a_lost_password_is_told(made_data_dir: Path) -> None:
    with running_server(made_data_dir) as server:
        file = server.layout.password_file("owner")
    file.unlink()
    with pytest.raises(EmbeddedServerError, match=r"owner\.password is missing"), running_server(made_data_dir):
        pass
