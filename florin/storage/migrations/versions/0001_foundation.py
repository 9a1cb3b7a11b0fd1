"""The foundation: configuration, cards, members and the book."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0001_foundation"
down_revision = None
upgrade = upgrade_from(__file__)
