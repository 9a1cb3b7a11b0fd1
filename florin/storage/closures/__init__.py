"""Accounts that end as they are kept: closures, their payouts, and the shredding of personal data."""
