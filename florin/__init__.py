"""Florin: a clearing service for stored value and prepaid gift cards, on a double-entry ledger that proves itself."""
