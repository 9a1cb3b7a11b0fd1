"""Payout files and what is in them, whatever they pay for."""
