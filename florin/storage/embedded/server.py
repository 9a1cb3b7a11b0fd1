"""Starting, adopting and stopping the embedded server."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from florin.storage.embedded import configuration, file_lock, processes
from florin.storage.embedded.binaries import server_binaries
from florin.storage.embedded.cluster import OWNER_LOGIN, make_cluster
from florin.storage.embedded.errors import EmbeddedServerError
from florin.storage.embedded.layout import PORT, Layout, password, prepare
from florin.storage.embedded.logins import SERVICE_LOGIN, make_database, make_service_login
from florin.storage.embedded.os_user import ServerUser, server_user

DATABASE = "florin"

# Recovery after a crash reads at most a checkpoint's worth of log (max_wal_size), which takes minutes on a slow disk.
_RECOVERY_LIMIT_S = 300
_STOP_LIMIT_S = 120
# After a kill, the postmaster's children end as soon as they look up from their work: half a minute in all.
_START_ATTEMPTS = 120
_ATTEMPT_PAUSE_S = 0.25
_LOG_LIMIT_BYTES = 10_000_000
_LOG_TAIL_LINES = 20

NO_CHANGES: Mapping[str, str] = MappingProxyType({})


class _Answer(IntEnum):
    """Exit statuses of ``pg_isready``."""

    ACCEPTING = 0
    BUSY_STARTING_OR_STOPPING = 1
    NONE = 2


class EmbeddedServer:
    """A PostgreSQL server of our own on one data directory; made by ``running_server``."""

    def __init__(self, layout: Layout, user: ServerUser, changes: Mapping[str, str]) -> None:
        self.layout = layout
        self._user = user
        self._changes = changes
        self._binaries = server_binaries(layout.data_dir, user)

    @property
    def socket_dir(self) -> Path:
        """The directory of the socket: where the running server says, else where the next one will make it."""
        return processes.postmaster_socket_dir(self.layout.cluster) or self.layout.socket_dir()

    def service_url(self, database: str = DATABASE) -> str:
        """Return the address for the service's login, which has no rights but those of the role that it takes on."""
        return self._url(SERVICE_LOGIN, "service", database)

    def owner_url(self, database: str = DATABASE) -> str:
        """Return the address for the superuser, which makes databases and migrates them."""
        return self._url(OWNER_LOGIN, "owner", database)

    def _url(self, login: str, purpose: str, database: str) -> str:
        secret = password(self.layout.password_file(purpose))
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{login}:{quote(secret)}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def ensure_running(self) -> None:
        """Start the server unless it runs; of several processes that ask at once, one starts it and the rest adopt it.

        Call it again when the database is gone: it brings back a server whose postmaster was killed.

        Raises:
            EmbeddedServerError: it cannot be started; the message ends with the tail of its log.
        """
        with file_lock.exclusive(self.layout.start_lock):
            make_cluster(self.layout, self._binaries, self._user)
            self._start_or_adopt()
            make_service_login(self.owner_url("postgres"), password(self.layout.password_file("service")))
            make_database(self.owner_url("postgres"), DATABASE)

    def stop(self) -> None:
        """Stop the server: sessions are ended, open transactions rolled back, everything written out.

        Raises:
            EmbeddedServerError: it did not stop in time.
        """
        alive = processes.live_processes(self.layout.cluster)
        if alive is not None and processes.postmaster_pid(self.layout.cluster) not in alive:
            return  # It is dead already, and a stranger may have its process id: pg_ctl would interrupt that one.
        failure = self._pg_ctl("stop", "--mode=fast", limit_s=_STOP_LIMIT_S)
        if failure and self._answer() is not _Answer.NONE:
            raise EmbeddedServerError(f"the embedded PostgreSQL does not stop: {failure}")

    def _start_or_adopt(self) -> None:
        failure = ""
        for _ in range(_START_ATTEMPTS):
            if self._settled_answer() is _Answer.ACCEPTING:
                return
            alive = processes.live_processes(self.layout.cluster)
            if alive:
                failure = f"processes of a killed server are still alive: {sorted(alive)}"
            else:
                failure = self._start(known_dead=alive is not None)
                if not failure:
                    return
                if alive is not None:
                    break  # Nothing is in the way, so the next attempt would fail alike.
            time.sleep(_ATTEMPT_PAUSE_S)
        raise EmbeddedServerError(f"the embedded PostgreSQL does not start: {failure}\n{self._log_tail()}")

    def _start(self, *, known_dead: bool) -> str:
        if known_dead:
            processes.remove_stale_files(self.layout.cluster, self.socket_dir)
        socket_dir = self.layout.socket_dir()
        self._user.make_directory(socket_dir)
        configuration.write(self.layout.cluster, socket_dir, self._changes)
        self._user.own(self.layout.cluster / configuration.FILE_NAME)
        log = self.layout.log
        if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
        return self._pg_ctl("start", f"--log={log}", limit_s=_RECOVERY_LIMIT_S)

    def _settled_answer(self) -> _Answer:
        until = time.monotonic() + _RECOVERY_LIMIT_S
        while (answer := self._answer()) is _Answer.BUSY_STARTING_OR_STOPPING:
            if time.monotonic() > until:
                raise EmbeddedServerError(f"the embedded PostgreSQL is still starting or stopping\n{self._log_tail()}")
            time.sleep(_ATTEMPT_PAUSE_S)
        return answer

    def _answer(self) -> _Answer:
        asked = self._user.run(
            [self._binaries / "pg_isready", "--quiet", f"--host={self.socket_dir}", f"--port={PORT}"],
        )
        return _Answer(asked.returncode)

    def _pg_ctl(self, *arguments: str, limit_s: int) -> str:
        waiting = ("--wait", f"--timeout={limit_s}")
        done = self._user.run(
            [self._binaries / "pg_ctl", *arguments, f"--pgdata={self.layout.cluster}", *waiting],
            timeout_s=limit_s + 30,
        )
        return "" if done.returncode == 0 else f"pg_ctl {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}"

    def _log_tail(self) -> str:
        if not self.layout.log.exists():
            return f"({self.layout.log} does not exist)"
        lines = self.layout.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join([f"The last lines of {self.layout.log}:", *lines[-_LOG_TAIL_LINES:]])


@contextmanager
def running_server(data_dir: Path, *, changes: Mapping[str, str] = NO_CHANGES) -> Iterator[EmbeddedServer]:
    """Run the server on ``data_dir`` for as long as the context lasts, together with every other process that does so.

    The last one to leave stops it. After a kill it stays, and the next one adopts it with the configuration it has.

    Args:
        data_dir: Florin's data directory; made when missing.
        changes: PostgreSQL settings by name that differ from the house's, for tests and measurements.

    Yields:
        The server, which accepts connections and has the database ``florin`` (its schema is the migrations' business).

    Raises:
        EmbeddedServerError: it cannot be made or started.
    """
    data_dir = data_dir.expanduser().resolve()
    try:
        user = server_user(Layout(data_dir).server_dir)
        layout = prepare(data_dir, user)
        server = EmbeddedServer(layout, user, changes)
        with file_lock.shared(layout.users_lock) as membership:
            try:
                server.ensure_running()
                yield server
            finally:
                if membership.is_last():
                    server.stop()
    except PermissionError as error:
        raise EmbeddedServerError(f"no permission for {error.filename or data_dir}: is it another user's?") from error
