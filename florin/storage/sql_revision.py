"""What every revision of the schema does: run the SQL file of its name, and never go back."""

from collections.abc import Callable
from pathlib import Path

from alembic import op


def upgrade_from(revision_file: str) -> Callable[[], None]:
    """The ``upgrade`` of a revision: run the ``.sql`` file that stands beside the Python file of the same name."""

    def upgrade() -> None:
        op.get_bind().exec_driver_sql(Path(revision_file).with_suffix(".sql").read_text("utf-8"))

    return upgrade


def downgrade() -> None:
    """Refused: nothing of what was posted, ordered or approved is taken down by a migration."""
    raise RuntimeError("a migration is not taken back: restore a backup instead")
