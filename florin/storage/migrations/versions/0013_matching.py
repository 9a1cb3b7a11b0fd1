"""What matches between our book and others' statements, and what does not."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0013_matching"
down_revision = "0012_statements"
upgrade = upgrade_from(__file__)
