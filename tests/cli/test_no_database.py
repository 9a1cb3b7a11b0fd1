"""A command that is not to found a service refuses a place without a database, and an address that leads to none."""

from pathlib import Path

import pytest

from tests.cli.florin_command import Florin
from tests.conftest import Database

ABOUT_A_BOOK = (
    ["verify"],
    ["verify", "--only", "1"],
    ["seals"],
    ["close-day", "home"],
    ["programme", "list"],
    ["merchant", "add", "mill", "The Mill"],
    ["key", "list"],
    ["issue", "home", "gift", "100", "1"],
    ["clear", __file__, "--merchant", "mill"],
)


@pytest.mark.parametrize("arguments", ABOUT_A_BOOK, ids=" ".join)
def test_a_directory_without_a_database_is_named_and_nothing_is_made(
    bare: Florin, tmp_path: Path, arguments: list[str]
) -> None:
    refused = bare.run(*arguments)

    assert 2 == refused.code
    assert f"there is no database in {tmp_path / 'florin'}" in refused.complaint
    for way_out in ("`make run`", "`florin serve`", "FLORIN_DATA_DIR"):
        assert way_out in refused.complaint
    assert [] == list(tmp_path.iterdir())


MALFORMED = ("postgres//u:hush-hush@h", "postgresql://u:hush hush@h/x", "postgresql://u:hush-hush@h:80abc/x", "hush")


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.parametrize("command", ["verify", "migrate"])
def test_a_malformed_address_is_told_in_one_line_without_anything_of_it(bare: Florin, url: str, command: str) -> None:
    refused = bare.having(database_url=url).run(command)

    assert (2, 1) == (refused.code, refused.complaint.count("\n"))
    assert "FLORIN_DATABASE_URL is not an address" in refused.complaint
    assert "hush" not in refused.complaint


@pytest.mark.parametrize("url", MALFORMED)
def test_a_malformed_address_of_the_owner_is_told_likewise(florin: Florin, url: str) -> None:
    refused = florin.having(owner_database_url=url).run("migrate")

    assert (2, 1) == (refused.code, refused.complaint.count("\n"))
    assert "FLORIN_OWNER_DATABASE_URL is not an address" in refused.complaint
    assert "hush" not in refused.complaint


def test_a_wrong_password_and_an_unknown_database_are_settings_to_be_put_right(
    florin: Florin, database: Database
) -> None:
    nowhere = database.url.replace(f"/{database.name}?", "/nowhere?")
    login, rest = database.url.removeprefix("postgresql://").split(":", 1)
    stranger = f"postgresql://{login}:hush-hush@{rest.split('@', 1)[1]}"

    unknown, wrong = (florin.having(database_url=url).run("verify") for url in (nowhere, stranger))
    as_owner = florin.having(owner_database_url=stranger).run("migrate")

    assert (2, 2, 2) == (unknown.code, wrong.code, as_owner.code)
    assert 'database "nowhere" does not exist' in unknown.complaint
    assert "password authentication failed" in wrong.complaint
    assert "as its owner" in as_owner.complaint
    assert "hush" not in wrong.complaint + as_owner.complaint
