"""The settlement of merchants."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0014_settlement"
down_revision = "0013_matching"
upgrade = upgrade_from(__file__)
