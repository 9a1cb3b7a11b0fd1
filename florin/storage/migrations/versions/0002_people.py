"""People who sign in, and corporate customers."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0002_people"
down_revision = "0001_foundation"
upgrade = upgrade_from(__file__)
