"""The close of the day."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0015_day_close"
down_revision = "0014_settlement"
upgrade = upgrade_from(__file__)
