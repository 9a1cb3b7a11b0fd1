"""Card files and claim links of corporate orders."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0005_deliveries"
down_revision = "0004_corporate_orders"
upgrade = upgrade_from(__file__)
