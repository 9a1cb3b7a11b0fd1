"""Running revisions with Alembic: the one file that imports it, for the one start in many that has something to run."""

from pathlib import Path
from typing import Final

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config

_ENVIRONMENT: Final = Path(__file__).parent / "migrations"


def upgrade(conninfo: str, versions: Path) -> None:
    """Run every revision of the directory that has not run yet, each in a transaction of its own."""
    # SQLAlchemy only carries Alembic here; the driver connects by itself, from the owner's own address.
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as connection:
        config = configuration(versions)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration(versions: Path) -> Config:
    """What Alembic needs to know of a directory of revisions."""
    config = Config()
    for name, value in (
        ("script_location", str(_ENVIRONMENT)),
        ("version_locations", str(versions)),
        ("path_separator", "newline"),
    ):
        config.set_main_option(name, value.replace("%", "%%"))
    return config
