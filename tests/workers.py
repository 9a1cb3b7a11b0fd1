"""How the tests are shared out when several processes run them, as `make test` has it.

Each process has a PostgreSQL server of its own, and all tests of a file go to one process, because they share a world.
"""

import os
import signal
from pathlib import Path

import pytest

MOST_WORKERS = 8
"""Each has a database server in memory: with more, that runs out before the tests become quicker."""


def worth_workers(arguments: list[str]) -> bool:
    """Say whether so much is asked for that other processes would be of use: more than single files."""
    return any(Path(argument.partition("::")[0]).is_dir() for argument in arguments)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What ``-n auto`` means: a process for each processor, or this one alone for single files."""
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS) if worth_workers(config.args) else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand out files with slow tests first: else one process would be left with them when the others have ended."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl
def pytest_keyboard_interrupt() -> None:
    """Stop the servers undisturbed: a process that runs its tests alone is not interrupted again, one of several is."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
