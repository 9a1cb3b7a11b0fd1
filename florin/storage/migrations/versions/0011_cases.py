"""Cases of members, and lost cards."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0011_cases"
down_revision = "0010_loyalty"
upgrade = upgrade_from(__file__)
