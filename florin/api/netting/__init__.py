"""Netting between programmes over HTTP."""
