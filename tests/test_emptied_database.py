"""An emptied database cannot be told from a new one, and one in which more than rows was changed is not lent again."""

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database
from tests.emptied_database import is_emptied, shape_of
from tests.world import open_world

TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"


def contents(database: Database) -> dict[str, list[tuple[str]]]:
    """Every row of every table."""
    with psycopg.connect(database.owner_url) as owner:
        return {
            name: owner.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))).fetchall()
            for (name,) in owner.execute(TABLES).fetchall()
        }


def test_an_emptied_database_holds_what_a_new_one_holds(database: Database) -> None:
    new, shape = contents(database), shape_of(database.owner_url)
    with open_world(database) as world:
        world.card()
        world.member(principal_minor=5_00)
        world.payment_code(world.member())
    assert new != contents(database)

    assert is_emptied(database.owner_url, shape)
    assert new == contents(database)


def test_a_session_that_was_left_open_is_ended(database: Database) -> None:
    shape = shape_of(database.owner_url)
    with psycopg.connect(database.owner_url) as left:
        left.execute("LOCK TABLE card")
        assert is_emptied(database.owner_url, shape)
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT")


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE drawer ()",
        "ALTER TABLE card ADD COLUMN colour text",
        "DROP INDEX operation_reference_is_unique",
        "ALTER TABLE strict_account DROP CONSTRAINT nothing_is_overspent",
        "ALTER TABLE card_issue DISABLE TRIGGER ALL",
        "GRANT DELETE ON transfer TO florin_app",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql RETURN 1",
        "ALTER DATABASE {database} SET synchronous_commit = off",
        "ALTER DATABASE {database} CONNECTION LIMIT 3",
    ],
)
def test_a_database_in_which_more_than_rows_was_changed_is_given_up(database: Database, change: str) -> None:
    shape = shape_of(database.owner_url)
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL(change).format(database=sql.Identifier(database.name)))
    assert not is_emptied(database.owner_url, shape)


def test_a_database_that_has_grown_is_given_up(database: Database) -> None:
    shape = shape_of(database.owner_url)
    with open_world(database) as world:
        world.connection.execute(
            """INSERT INTO merchant
               SELECT gen_random_uuid(), 'm-' || number, repeat('x', 99), 'active', number::text, now()
               FROM generate_series(1, 30000) number"""
        )
    assert not is_emptied(database.owner_url, shape)
