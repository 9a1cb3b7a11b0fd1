"""Payout files over HTTP."""
