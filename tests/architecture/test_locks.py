"""The locks pin all that is installed, by hash, and agree with each other."""

import re
import tomllib

import pytest

from tests.architecture.source_tree import ROOT

RUNTIME, TEST = "requirements.lock", "requirements-test.lock"


@pytest.mark.parametrize("lock", [RUNTIME, TEST])
def test_every_package_is_pinned_and_hashed_and_comes_from_no_named_place(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    for requirement in _requirements(text):
        assert re.match(r"[a-z0-9._-]+==\S+( ; .+?)? --hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_the_test_lock_holds_the_runtime_lock() -> None:
    runtime, test = (set(_requirements((ROOT / lock).read_text("utf-8"))) for lock in (RUNTIME, TEST))
    assert set() == runtime - test


def test_the_runtime_lock_pins_every_dependency_and_the_build_backend() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    pinned = {line.partition("==")[0] for line in _requirements((ROOT / RUNTIME).read_text("utf-8"))}
    assert set() == {_name(requirement) for requirement in wanted} - pinned


def _requirements(text: str) -> list[str]:
    """One line for each package: its pin, its marker and its hashes."""
    return [" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement, maxsplit=1)[0].lower()
