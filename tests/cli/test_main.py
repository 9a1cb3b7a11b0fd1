"""The command as a whole: its help page, its answer to a slip of the finger, and what a command does without."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from florin.cli.main import COMMANDS, app, imported
from tests.architecture.source_tree import ROOT

HEAVY = {"alembic", "fastapi", "florin.storage.posting.engine", "mako", "pyrage", "sqlalchemy", "starlette", "uvicorn"}
ROOMS = {"florin.api", "florin.clearing", "florin.crypto", "florin.domain", "florin.settings", "florin.storage"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_page_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    said = " ".join(str(imported(name).help).split())
    assert said.startswith(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_completion_is_offered_by_the_command_as_a_whole_and_by_none_of_its_parts(name: str) -> None:
    assert "completion" in CliRunner().invoke(app, ["--help"]).output
    assert "completion" not in CliRunner().invoke(app, [name, "--help"]).output


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant() -> None:
    ended = CliRunner().invoke(app, ["verfy"])
    assert 2 == ended.exit_code
    assert "Did you mean 'verify'?" in ended.output


@pytest.mark.parametrize(
    ("file", "does_without"),
    [
        ("main", HEAVY | ROOMS | {"asyncio", "psycopg", "pydantic", "rich"}),
        ("keys", HEAVY | {"florin.api", "florin.clearing", "florin.storage", "psycopg"}),
        ("programme", HEAVY | {"cryptography", "florin.api", "florin.crypto"}),
        ("verify", HEAVY | {"cryptography", "florin.api", "florin.clearing", "florin.crypto"}),
        ("issue", HEAVY - {"florin.storage.posting.engine", "pyrage"} | {"florin.api"}),
        ("serve", {"alembic", "fastapi", "florin.api.app", "mako", "sqlalchemy"}),
    ],
)
def test_a_command_starts_without_what_it_does_not_use(file: str, does_without: set[str]) -> None:
    program = f"import sys, florin.cli.{file}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set() == does_without & set(ended.stdout.split())
