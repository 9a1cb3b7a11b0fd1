"""What is agreed with corporate customers: refund accounts, delivery keys, tiers."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0003_customers"
down_revision = "0002_people"
upgrade = upgrade_from(__file__)
