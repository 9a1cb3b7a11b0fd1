"""Corporate orders, the money for them, and what becomes of their cards."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0004_corporate_orders"
down_revision = "0003_customers"
upgrade = upgrade_from(__file__)
