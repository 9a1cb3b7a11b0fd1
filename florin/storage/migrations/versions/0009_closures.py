"""Closures of accounts, from the request to the money on a bank account."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0009_closures"
down_revision = "0008_dormancy"
upgrade = upgrade_from(__file__)
