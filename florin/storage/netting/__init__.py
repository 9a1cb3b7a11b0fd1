"""Netting between programmes as it is kept: statements of pairs, what is in them, and their payouts."""
