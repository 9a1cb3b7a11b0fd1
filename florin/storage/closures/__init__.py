"""Accounts that end as they are kept: closures, payout files, and the shredding of personal data."""
