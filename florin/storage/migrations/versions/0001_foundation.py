"""The foundation: configuration, cards, members and the book."""

from pathlib import Path

from alembic import op

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table of the first release and grant the service its rights."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Refused: the book is never taken down by a migration."""
    raise RuntimeError("the foundation cannot be downgraded: restore a backup instead")
