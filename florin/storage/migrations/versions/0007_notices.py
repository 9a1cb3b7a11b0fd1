"""Notices to members, webhooks, and how far their delivery has come."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0007_notices"
down_revision = "0006_payments"
upgrade = upgrade_from(__file__)
