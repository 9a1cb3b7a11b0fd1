"""Payout files: what is owed to whomever, put into lists that the bank is given."""
