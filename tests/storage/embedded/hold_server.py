"""A process that uses the server until its standard input ends, and the test's handle on it."""

import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from florin.storage.embedded import running_server
from florin.storage.embedded.processes import postmaster_pid


class ServerHolder:
    """Another process that uses the server on ``data_dir``."""

    def __init__(self, data_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, data_dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait_until_ready(self) -> int:
        """Return the process id of the postmaster that it uses."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def leave(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


if __name__ == "__main__":
    with running_server(Path(sys.argv[1])) as server:
        print(postmaster_pid(server.layout.cluster), flush=True)  # noqa: T201 - the test reads it
        sys.stdin.read()
