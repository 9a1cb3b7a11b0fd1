"""The yardstick: pgbench's own TPC-B-like transaction, on the same server."""

import re
import subprocess
from typing import Final

import psycopg

from florin.storage.embedded import EmbeddedServer
from florin.storage.embedded.binaries import client_tool

SCALE: Final = 10
CLIENTS: Final = 8
THREADS: Final = 2
_DATABASE: Final = "pgbench"
_TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


def prepare_pgbench(server: EmbeddedServer) -> None:
    """Make its database beside Florin's."""
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_DATABASE}")
    _pgbench(server, "--initialize", f"--scale={SCALE}", "--quiet")


def pgbench_tps(server: EmbeddedServer, seconds: int) -> float:
    """Transactions a second of one run."""
    load = (f"--client={CLIENTS}", f"--jobs={THREADS}", f"--time={seconds}", "--builtin=tpcb-like")
    said = _pgbench(server, *load)
    # Its dead rows are cleaned up here, or autovacuum would do it in the time of whatever is measured next.
    with psycopg.connect(server.owner_url(_DATABASE), autocommit=True) as admin:
        admin.execute("VACUUM")
    found = _TPS.search(said)
    if found is None:
        raise SystemExit(f"pgbench told no figure:\n{said}")
    return float(found[1])


def _pgbench(server: EmbeddedServer, *arguments: str) -> str:
    done = subprocess.run(
        [client_tool("pgbench"), *arguments, server.owner_url(_DATABASE)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"pgbench failed:\n{done.stderr}")
    return done.stdout
