"""Stages of dormancy, contacts with members, and balances that lapse."""

from florin.storage.sql_revision import downgrade, upgrade_from

__all__ = ["down_revision", "downgrade", "revision", "upgrade"]

revision = "0008_dormancy"
down_revision = "0007_notices"
upgrade = upgrade_from(__file__)
