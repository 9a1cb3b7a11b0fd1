"""What Alembic runs around the revisions, on the connection that ``florin.storage.upgrade`` hands over."""

from typing import TYPE_CHECKING

from alembic import context

if TYPE_CHECKING:
    from sqlalchemy import Connection


def migrate(connection: "Connection") -> None:
    """Run the revisions that are asked for, each in a transaction of its own with its row in the version table."""
    # Revisions are plain SQL files: without parameters a percent sign means itself.
    plain = connection.execution_options(no_parameters=True)
    context.configure(connection=plain, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
