"""Payments through providers as they are kept."""
