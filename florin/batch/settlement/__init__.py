"""Merchants' statements as documents, drawn up for every closed day."""
