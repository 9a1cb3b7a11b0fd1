"""Counterparties and their statements over HTTP."""
