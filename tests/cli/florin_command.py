"""The ``florin`` command in a process of its own, as an operator runs it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.architecture.source_tree import ROOT

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
        """Run a command to its end."""
        done = subprocess.run(
            self._command(*arguments), env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def done(self, *arguments: object) -> "Ended":
        """Run a command that must end well."""
        ended = self.run(*arguments)
        assert 0 == ended.code, ended
        return ended

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self._command(*arguments),
            env=self._environment(),
            cwd=ROOT,
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

    def _command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "florin.cli.main", *map(str, arguments)]

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
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode


def _first_words(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if found := _ADDRESS.search(line):
            return printed, found.group(1)
    _, complaint = process.communicate()
    raise AssertionError(f"it did not start: {printed}{complaint}")
