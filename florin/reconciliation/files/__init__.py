"""Readers of what banks and payment providers send: one file a format, each in bounded memory."""
