"""The ``florin`` command in a process of its own, as an operator runs it."""

import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.reduction import DupFd
from typing import Any

from florin.cli.main import COMMANDS, main
from tests.architecture.source_tree import ROOT
from tests.cheap_passwords import make_passwords_cheap

# Importing what a command needs takes longer than most commands: one process does it for all, and each is a fork of it.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *("tests.cli.florin_command", "florin.api.problems.catalogue", "typer.rich_utils"),
        *("florin.cli.main", "florin.cli.failures", *(f"florin.cli.{name.replace('-', '_')}" for name in COMMANDS)),
    ]
)

_ADDRESS = re.compile(r"Florin serves on (http://\S+)\. Ctrl-C")


@dataclass(frozen=True)
class Florin:
    """The command with its environment; nothing of the developer's own settings gets in."""

    variables: dict[str, str]

    def having(self, **variables: object) -> "Florin":
        """The same command with other settings, by their names without ``FLORIN_``."""
        added = {f"FLORIN_{name.upper()}": str(value) for name, value in variables.items()}
        return replace(self, variables=self.variables | added)

    def run(self, *arguments: object) -> "Ended":
        """Run a command to its end, in a fork of a process that has imported it."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaint:
            streams = [DupFd(out.fileno()), DupFd(complaint.fileno())]
            process = _FORKS.Process(target=_command, args=(list(map(str, arguments)), self._environment(), streams))
            process.start()
            process.join()
            out.seek(0)
            complaint.seek(0)
            return Ended(process.exitcode or 0, out.read().decode(), complaint.read().decode())

    def done(self, *arguments: object) -> "Ended":
        """Run a command that must end well."""
        ended = self.run(*arguments)
        assert 0 == ended.code, ended
        return ended

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "florin.cli.main", *map(str, arguments)],
            env=self._environment(),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def serving(self, *arguments: object) -> Iterator["Serving"]:
        """A service on a free port, which is killed at the end unless the test has stopped it."""
        process = self.start("serve", "--port", 0, *arguments)
        try:
            yield Serving(process, *_first_words(process))
        finally:
            process.kill()
            process.communicate()

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLORIN_")}
        return {**inherited, "COLUMNS": "200", **self.variables}


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    complaint: str

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON)
        return json.loads(self.out)


@dataclass(frozen=True)
class Serving:
    """A service that answers: what it printed so far, and where it is."""

    process: subprocess.Popen[str]
    printed: str
    address: str

    def stop(self, number: int) -> int:
        """Send a signal and return the exit code."""
        return self.ended(number).code

    def ended(self, number: int) -> Ended:
        """Send a signal and return how the service ended, with what it has printed since its first words and logged."""
        self.process.send_signal(number)
        out, complaint = self.process.communicate()
        return Ended(self.process.returncode, out, complaint)


def _first_words(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if found := _ADDRESS.search(line):
            return printed, found.group(1)
    _, complaint = process.communicate()
    raise AssertionError(f"it did not start: {printed}{complaint}")


def _command(arguments: list[str], environment: dict[str, str], streams: list[Any]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate(streams, 1):
        os.dup2(stream.detach(), number)
    make_passwords_cheap()
    sys.argv = ["florin", *arguments]
    main()
