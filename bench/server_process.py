"""The service under measurement: `florin serve` in a process of its own, on the measurement's server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

SERVE: Final = (sys.executable, "-m", "florin.cli.main", "serve")
_START_LIMIT_S: Final = 120
_STOP_LIMIT_S: Final = 15
_PAUSE_S: Final = 0.1
_OK: Final = 200


@contextmanager
def running_service(environment: Mapping[str, str], port: int) -> Iterator[int]:
    """Run the service until the context ends; yields its process id once it is ready."""
    with subprocess.Popen(
        [*SERVE, "--port", str(port)], env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_until_ready(process, port)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the service ended at once, with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                if answer.status == _OK:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(_PAUSE_S)
    raise SystemExit(f"the service is not ready after {_START_LIMIT_S} seconds")
