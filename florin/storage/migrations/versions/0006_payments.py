"""Payments through providers, their callbacks and their refunds."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0006_payments"
down_revision = "0005_deliveries"
upgrade = upgrade_from(__file__)
