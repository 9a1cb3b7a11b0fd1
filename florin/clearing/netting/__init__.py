"""Netting between programmes: what they owe each other for merchants is set off, and the rest is paid."""
