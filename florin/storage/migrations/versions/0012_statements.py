"""Statements of banks and payment providers, as they were taken in."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0012_statements"
down_revision = "0011_cases"
upgrade = upgrade_from(__file__)
