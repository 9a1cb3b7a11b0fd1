"""Personal tiers, referrals, points and vouchers."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0010_loyalty"
down_revision = "0009_closures"
upgrade = upgrade_from(__file__)
