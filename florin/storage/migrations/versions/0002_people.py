"""People who sign in, and corporate customers."""

from pathlib import Path

from alembic import op

revision = "0002_people"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and grant the service its rights."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Refused: nothing of what was ordered and approved is taken down by a migration."""
    raise RuntimeError("a migration is not taken back: restore a backup instead")
